using System.Globalization;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>A scaling policy as a tree in the shape of the API, every default spelled out.</summary>
internal static class ScalingTree
{
    public static Node Of(ScalingSpec? scaling) => scaling is null ? Node.Null : Node.Map(
        ("enabled", Node.Boolean(scaling.Enabled)),
        ("min", Node.Number(scaling.Min)),
        ("max", Node.Number(scaling.Max)),
        ("metrics", Node.List([.. scaling.Metrics.Select(Metric)])),
        ("schedules", Node.List([.. scaling.Schedules.Select(Schedule)])),
        ("scaleOut", Pace(scaling.ScaleOut)),
        ("scaleIn", Pace(scaling.ScaleIn)),
        ("tolerance", Node.Text($"{scaling.TolerancePercent}%")));

    private static Node Metric(ScalingMetric metric) => Node.Map(
    [
        new("metric", SpecTree.Word(metric.Kind)),
        new("target", Target(metric)),
        .. metric.Kind != ScalingMetricKind.Prometheus ? [] : (KeyValuePair<string, Node>[])
        [
            new("port", SpecTree.Text(metric.Port)), new("path", Node.Text(metric.Path)), new("name", SpecTree.Text(metric.Name)),
            new("labels", SpecTree.Texts(metric.Labels)), new("rate", Node.Boolean(metric.Rate)),
        ],
    ]);

    private static Node Target(ScalingMetric metric) => metric switch
    {
        { Target.IsPercent: true } => Node.Text(metric.Target.Value.ToString(CultureInfo.InvariantCulture) + "%"),
        { Kind: ScalingMetricKind.Memory } => SpecTree.Memory((long)metric.Target.Value),
        _ => Node.Number(metric.Target.Value),
    };

    private static Node Schedule(ScalingSchedule schedule) => Node.Map(
        ("days", Node.Text(schedule.Days)),
        ("from", Node.Text(ScalingSchedule.TimeText(schedule.From))),
        ("to", Node.Text(ScalingSchedule.TimeText(schedule.To))),
        ("timeZone", Node.Text(schedule.TimeZone)),
        ("min", schedule.Min is { } min ? Node.Number(min) : Node.Null),
        ("max", schedule.Max is { } max ? Node.Number(max) : Node.Null));

    private static Node Pace(ScalingPace pace) => Node.Map(
        ("stabilization", SpecTree.Duration(pace.Stabilization)),
        ("step", SpecTree.Amount(pace.Step)),
        ("period", SpecTree.Duration(pace.Period)));
}
