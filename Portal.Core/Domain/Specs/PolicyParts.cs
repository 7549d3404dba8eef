using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>How containers are restarted and stopped.</summary>
internal static class PolicyParts
{
    private const int MaxRestarts = 10_000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    public static RestartSpec ReadRestart(BodyReader restart)
    {
        var defaults = new RestartSpec();
        return new RestartSpec
        {
            Policy = restart.Choice<RestartPolicy>("policy") ?? defaults.Policy,
            MaxPerHost = restart.Whole("maxPerHost", 1, MaxRestarts) ?? defaults.MaxPerHost,
            Window = restart.Duration("window", Second, LongestWindow) ?? defaults.Window,
        };
    }

    public static StopSpec ReadStop(BodyReader stop)
    {
        var defaults = new StopSpec();
        return new StopSpec
        {
            Signal = ReadSignal(stop) ?? defaults.Signal,
            GracePeriod = stop.Duration("gracePeriod", TimeSpan.Zero, LongestGrace) ?? defaults.GracePeriod,
            Delay = stop.Duration("delay", TimeSpan.Zero, LongestDelay) ?? defaults.Delay,
        };
    }

    private static string? ReadSignal(BodyReader stop)
    {
        if (stop.Take("signal") is not { } node)
        {
            return null;
        }
        var signal = node.Kind is NodeKind.Text or NodeKind.Number ? Signals.Normal(node.Literal) : null;
        if (signal is null)
        {
            stop.Fault("signal", Signals.Rule);
        }
        return signal;
    }
}
