using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scaling;

/// <summary>
/// The number that one metric asks for: so many that each has the target on average. Instances that are not ready, not reached or not measured of late do not count as
/// idle: where fewer would do, they are taken to have the target; where more are wanted, they are taken to have nothing yet, for they are about to take their share.
/// </summary>
internal static class MetricRule
{
    /// <summary>Figures older than this say nothing of now.</summary>
    public static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(30);
    // What is left of a division of doubles is no further instance.
    private const double Grain = 1e-9;

    public static MetricVerdict Judge(ScalingMetric metric, ScalingInput input, DateTimeOffset now)
    {
        var target = TargetOf(metric, input.Whole);
        var values = FiguresOf(metric, input, now);
        var measured = values.Length;
        var missing = Math.Max(0, input.Current - values.Select(v => v.Slot).Distinct().Count());
        if (measured == 0 || target <= 0)
        {
            return new MetricVerdict(metric, target, null, 0, 0, missing, null, WhyUnknown(metric, input, target));
        }
        var total = values.Sum(v => v.Value);
        var average = total / measured;
        var wanted = WantedBy(total, average, target, missing, input);
        return new MetricVerdict(metric, target, average, total, measured, missing, wanted, ScalingWords.Of(metric, input.Whole, average, measured, missing));
    }

    /// <summary>The target in the metric's unit.</summary>
    public static double TargetOf(ScalingMetric metric, Resources whole) => !metric.Target.IsPercent ? metric.Target.Value
        : metric.Target.Value / 100 * (metric.Kind == ScalingMetricKind.Cpu ? whole.Cpus : whole.MemoryBytes);

    private static ImmutableArray<(int Slot, double Value)> FiguresOf(ScalingMetric metric, ScalingInput input, DateTimeOffset now) =>
        [.. input.Instances.Where(i => i.IsReady && i.Figures.TryGetValue(metric.Source, out var figure) && figure.At >= now - LongestAge && double.IsFinite(figure.Value) && figure.Value >= 0)
            .Select(i => (i.Slot, i.Figures[metric.Source].Value))];

    private static int WantedBy(double total, double average, double target, int missing, ScalingInput input)
    {
        var current = input.Current;
        var tolerance = input.Policy.TolerancePercent / 100.0;
        if (Math.Abs(average / target - 1) <= tolerance + Grain)
        {
            return current;
        }
        var isMore = average > target;
        var assumed = total + (isMore ? 0 : missing * target);
        if (Math.Abs(assumed / (target * current) - 1) <= tolerance + Grain)
        {
            return current;
        }
        var wanted = (int)Math.Min(int.MaxValue / 2, Math.Ceiling(assumed / target - Grain));
        return isMore ? Math.Max(current, wanted) : Math.Min(current, Math.Max(1, wanted));
    }

    private static string WhyUnknown(ScalingMetric metric, ScalingInput input, double target) =>
        target <= 0 ? $"{metric.Title}: nothing is set aside for an instance and nothing bounds it, so there is nothing of which a share could be taken"
        : input.Troubles.TryGetValue(metric.Source, out var trouble) ? $"{metric.Title}: {trouble}"
        : !input.Instances.Any(i => i.IsReady) ? $"{metric.Title}: no instance is ready"
        : $"{metric.Title} of no ready instance was measured in the last {LongestAge.TotalSeconds:0} s";
}
