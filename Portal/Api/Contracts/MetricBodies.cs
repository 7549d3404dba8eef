using System.Collections.Immutable;
using Portal.Core.State.Metrics;

namespace Portal.Api.Contracts;

/// <summary>Series of figures; <c>step</c> is the distance between points in seconds.</summary>
internal sealed record MetricsBody(double Step, ImmutableArray<SeriesBody> Series)
{
    public static MetricsBody Of(MetricAnswer answer) => new(answer.Step.TotalSeconds, [.. answer.Series.Select(SeriesBody.Of)]);
}

/// <summary>Figures of one instance, app, team or host: each point is a Unix time in seconds, and the value in the metric's unit.</summary>
internal sealed record SeriesBody(ImmutableSortedDictionary<string, string> Labels, ImmutableArray<ImmutableArray<double>> Points)
{
    public static SeriesBody Of(MetricSeries series) =>
        new(series.Labels, [.. series.Points.Select(p => ImmutableArray.Create(p.At.ToUnixTimeMilliseconds() / 1000.0, p.Value))]);
}
