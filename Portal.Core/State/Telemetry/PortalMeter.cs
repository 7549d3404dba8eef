using System.Diagnostics.Metrics;

namespace Portal.Core.State.Telemetry;

/// <summary>What Portal measures of itself. Names follow OpenTelemetry; whoever listens turns them into its own form.</summary>
public static class PortalMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Portal";

    private static readonly Meter s_meter = new(Name);

    /// <summary>Apps that wait to be decided on.</summary>
    public static Gauge<int> QueueDepth { get; } = s_meter.CreateGauge<int>("portal.controller.queue.depth", "{app}", "Apps that wait to be decided on.");

    /// <summary>Rounds of the controller, by <c>outcome</c>: committed, moved (something changed meanwhile; decided again), nothing.</summary>
    public static Counter<long> Rounds { get; } = s_meter.CreateCounter<long>("portal.controller.rounds", "{round}", "Rounds of the controller, by outcome.");

    /// <summary>Deciding on one app, in seconds.</summary>
    public static Histogram<double> ReconcileDuration { get; } = Seconds("portal.controller.reconcile.duration", "Deciding on one app.", 0.00005, 0.0002, 0.001, 0.005, 0.02, 0.1, 0.5, 2);

    /// <summary>Placing all that wants a host in one round, in seconds.</summary>
    public static Histogram<double> PlacementDuration { get; } = Seconds("portal.controller.placement.duration", "Placing all that wants a host in one round.", 0.0001, 0.0005, 0.002, 0.01, 0.05, 0.2, 1, 5);

    /// <summary>Committing one round, in seconds.</summary>
    public static Histogram<double> CommitDuration { get; } = Seconds("portal.controller.commit.duration", "Committing one round to the store.", 0.001, 0.005, 0.01, 0.025, 0.1, 0.5, 2, 10);

    /// <summary>Operations on hosts, in seconds, by <c>host</c>, <c>operation</c> and <c>outcome</c>.</summary>
    public static Histogram<double> OperationDuration { get; } = Seconds("portal.host.operation.duration", "Operations carried out on hosts.", 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120);

    /// <summary>Calls of engines, in seconds, by <c>host</c> and <c>call</c>. Of a stream, until it has begun.</summary>
    public static Histogram<double> EngineCallDuration { get; } = Seconds("portal.engine.call.duration", "Calls of engines, by host and call; of a stream until it has begun.", 0.002, 0.005, 0.02, 0.1, 0.5, 2, 10);

    /// <summary>Calls of engines that failed, by <c>host</c>, <c>call</c> and <c>error</c>.</summary>
    public static Counter<long> EngineErrors { get; } = s_meter.CreateCounter<long>("portal.engine.call.errors", "{error}", "Calls of engines that failed.");

    /// <summary>Notices that this process sent.</summary>
    public static Counter<long> NoticesSent { get; } = s_meter.CreateCounter<long>("portal.notices.sent", "{notice}", "Notices of changes that this process sent.");

    /// <summary>Notices of other processes that this one heard.</summary>
    public static Counter<long> NoticesHeard { get; } = s_meter.CreateCounter<long>("portal.notices.heard", "{notice}", "Notices of other processes that this one heard.");

    /// <summary>Calls of the store by services, in seconds, by <c>outcome</c>: ok, refused, away.</summary>
    public static Histogram<double> StoreCallDuration { get; } = Seconds("portal.store.call.duration", "Reads and changes of the store by pages and API.", 0.001, 0.005, 0.01, 0.025, 0.1, 0.5, 2, 10);

    /// <summary>Notices of alerts given to their targets, by <c>kind</c> and <c>outcome</c>.</summary>
    public static Counter<long> AlertNotices { get; } = s_meter.CreateCounter<long>("portal.alert.notices", "{notice}", "Notices of alerts given to their targets, by outcome.");

    private static Histogram<double> Seconds(string name, string description, params double[] bounds) =>
        s_meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
