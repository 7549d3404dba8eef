using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>A crash is a restart that the engine made: its count grows with each, and starts anew when someone restarts the container. Pure.</summary>
/// <param name="EngineRestarts">The engine's count.</param>
/// <param name="Grown">How many there were since the last look.</param>
/// <param name="Restarts">How often it was restarted in all.</param>
/// <param name="Crashes">Times of the latest crashes.</param>
internal readonly record struct CrashCount(int EngineRestarts, int Grown, int Restarts, ImmutableArray<DateTimeOffset> Crashes)
{
    /// <param name="known">The engine's count at the last look; null if there was none by this worker.</param>
    /// <param name="restarts">The restarts known so far.</param>
    /// <param name="crashes">The crashes known so far.</param>
    /// <param name="container">As last inspected.</param>
    /// <param name="now">The present.</param>
    public static CrashCount Of(int? known, int restarts, ImmutableArray<DateTimeOffset> crashes, ContainerDetails container, DateTimeOffset now)
    {
        // After a change of worker only the total is known, which may also hold restarts that Portal made.
        var before = known ?? Math.Min(restarts, container.RestartCount);
        var grown = container.RestartCount >= before ? container.RestartCount - before : container.RestartCount;
        if (grown > 0)
        {
            var at = container.FinishedAt is { } finished && finished <= now ? finished : now;
            crashes = crashes.AddRange(Enumerable.Repeat(at, Math.Min(grown, InstanceObserver.CrashesKept)));
            crashes = crashes.Length > InstanceObserver.CrashesKept ? crashes[^InstanceObserver.CrashesKept..] : crashes;
        }
        return new CrashCount(container.RestartCount, grown, restarts + grown, crashes);
    }

    /// <summary>How many crashes lie within the window.</summary>
    public static int Recent(ImmutableArray<DateTimeOffset> crashes, RestartSpec restart, DateTimeOffset now) => crashes.Count(c => c > now - restart.Window);

    /// <summary>As <c>crashed 3 times in 10m, last with exit code 1</c>.</summary>
    public static string Words(string verb, int recent, RestartSpec restart, int? exitCode)
    {
        var times = recent == 1 ? "once" : $"{recent} times";
        var last = exitCode is { } code ? $", last with exit code {code}" : "";
        return $"{verb} {times} in {DurationText.Format(restart.Window)}{last}";
    }
}
