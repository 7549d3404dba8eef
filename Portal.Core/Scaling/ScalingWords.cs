using System.Globalization;
using Portal.Core.Domain;

namespace Portal.Core.Scaling;

/// <summary>Figures and sentences of scaling.</summary>
public static class ScalingWords
{
    private static readonly string[] Units = ["B", "K", "M", "G", "T"];

    /// <summary>A value of a metric with its unit; where its target is a share, as a share.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="whole">What shares are of.</param>
    /// <param name="value">In the metric's unit.</param>
    public static string Value(ScalingMetric metric, Resources whole, double value)
    {
        var of = metric.Kind == ScalingMetricKind.Cpu ? whole.Cpus : whole.MemoryBytes;
        return metric.Target.IsPercent && of > 0 ? $"{Number(value / of * 100, 0)} %" : metric.Kind switch
        {
            ScalingMetricKind.Cpu => $"{Number(value, 2)} cores",
            ScalingMetricKind.Memory => Bytes(value),
            _ => Number(value, 1) + (metric.Rate ? "/s" : ""),
        };
    }

    /// <summary>The target of a metric with its unit.</summary>
    public static string Target(ScalingMetric metric) => metric.Target.IsPercent ? $"{Number(metric.Target.Value, 1)} %" : Value(metric, default, metric.Target.Value);

    /// <summary>Bytes in the unit that fits.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 1024 && unit < Units.Length - 1)
        {
            (bytes, unit) = (bytes / 1024, unit + 1);
        }
        return $"{Number(bytes, bytes < 10 && unit > 0 ? 1 : 0)} {Units[unit]}";
    }

    internal static string Of(ScalingMetric metric, Resources whole, double average, int measured, int missing) =>
        $"{metric.Title} {Value(metric, whole, average)} where {Target(metric)} is the target, on average of {Instances(measured)} over up to 30 s"
        + (missing > 0 ? $"; {missing} more {(missing == 1 ? "is" : "are")} not ready or not measured" : "");

    internal static string Instances(int count) => $"{count} instance{(count == 1 ? "" : "s")}";

    internal static string Least(ScalingBounds bounds) => bounds.MinFrom is { } schedule ? $"at least {bounds.Min} {schedule}" : $"at least {bounds.Min}";

    internal static string Most(ScalingBounds bounds) => bounds.MaxFrom is { } schedule ? $"at most {bounds.Max} {schedule}" : $"at most {bounds.Max}";

    private static string Number(double value, int digits) => Math.Round(value, digits).ToString(CultureInfo.InvariantCulture);
}
