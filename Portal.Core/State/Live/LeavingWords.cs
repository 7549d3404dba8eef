using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Live;

/// <summary>Says where the leaving of a host stands.</summary>
public static class LeavingWords
{
    /// <summary>In one sentence.</summary>
    public static string Of(HostView host, HostProgress? progress)
    {
        if (progress is null)
        {
            return $"{host.Name} is neither drained nor about to be rebooted.";
        }
        var gone = $"{progress.Gone} of {progress.Total} gone";
        if (host.Reboot is not { } reboot)
        {
            return progress.Total == progress.Gone ? $"Drained: nothing is left on {host.Name}." : $"{gone}, {progress.Left.Length} still on {host.Name}; each leaves as soon as its app's bounds allow.";
        }
        return host.Reachability switch
        {
            Reachability.Unreachable => $"{host.Name} is away: its {Count(progress.Staying)} until {reboot.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, then they are replaced elsewhere.",
            Reachability.Reachable when progress.MayBeRebooted => $"{host.Name} may be rebooted now: its {Count(progress.Staying)} up to {DurationText.Format(reboot.Wait)} for it, and once it is back it is active again.",
            Reachability.Reachable when progress.Left.IsEmpty => $"{host.Name} may be rebooted in a moment.",
            Reachability.Reachable => $"{host.Name} may not be rebooted yet: {gone}, {progress.Left.Length} more must leave first.",
            _ => $"{host.Name} does not answer at the moment.",
        };
    }

    private static string Count(int staying) => staying == 1 ? "instance waits" : $"{staying} instances wait";
}
