using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;

namespace Portal.Components.Pages.Usage;

/// <summary>Metrics in words, with their units.</summary>
public static class MetricWords
{
    /// <summary>What is measured of instances, and so of apps and teams.</summary>
    public static readonly ImmutableArray<Metric> OfApps = [Metric.Cpu, Metric.Memory, Metric.NetRx, Metric.NetTx, Metric.BlockRead, Metric.BlockWrite, Metric.Instances, Metric.Restarts];

    /// <summary>What is measured of hosts.</summary>
    public static readonly ImmutableArray<Metric> OfHosts = [Metric.Cpu, Metric.Memory, Metric.Disk, Metric.Instances];

    public static ImmutableArray<Metric> Of(MetricGrouping by) => by switch
    {
        MetricGrouping.Host => OfHosts,
        MetricGrouping.Instance => OfApps.Remove(Metric.Instances),
        _ => OfApps,
    };

    public static string Title(Metric metric) => metric switch
    {
        Metric.Cpu => "CPU",
        Metric.NetRx => "Network received",
        Metric.NetTx => "Network sent",
        Metric.BlockRead => "Disk read",
        Metric.BlockWrite => "Disk written",
        Metric.Disk => "Disk used",
        _ => metric.ToString(),
    };

    public static ChartUnit UnitOf(Metric metric) => metric switch
    {
        Metric.Cpu => ChartUnit.Cores,
        Metric.Memory or Metric.Disk => ChartUnit.Bytes,
        Metric.NetRx or Metric.NetTx or Metric.BlockRead or Metric.BlockWrite => ChartUnit.BytesPerSecond,
        _ => ChartUnit.Number,
    };

    public static ChartShape ShapeOf(Metric metric) => metric is Metric.Instances or Metric.Restarts ? ChartShape.Step : ChartShape.Line;
}
