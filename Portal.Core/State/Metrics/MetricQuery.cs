using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>What one series is of.</summary>
public enum MetricGrouping
{
    /// <summary>A series an instance.</summary>
    Instance,
    /// <summary>A series an app: the sum over its instances.</summary>
    App,
    /// <summary>A series a team: the sum over its instances.</summary>
    Team,
    /// <summary>A series a host, of the whole machine where that can be known.</summary>
    Host,
}

/// <summary>Which figures are wanted; null is no bound.</summary>
public sealed record MetricQuery
{
    /// <summary>Which metric.</summary>
    public required Metric Metric { get; init; }
    /// <summary>What a series is of.</summary>
    public required MetricGrouping By { get; init; }
    /// <summary>Only of that team, by name.</summary>
    public string? Team { get; init; }
    /// <summary>Only of that app, by name; together with <see cref="Team"/>.</summary>
    public string? App { get; init; }
    /// <summary>Only of that instance.</summary>
    public InstanceId? Instance { get; init; }
    /// <summary>Only of that host, by name; of instances: only those on it.</summary>
    public string? Host { get; init; }
    /// <summary>From then on.</summary>
    public required DateTimeOffset From { get; init; }
    /// <summary>Up to and including then.</summary>
    public required DateTimeOffset To { get; init; }
    /// <summary>Distance between points; null for the finest that gives at most about 600 points. What is stored more finely is averaged.</summary>
    public TimeSpan? Step { get; init; }
}

/// <summary>Points of one instance, app, team or host.</summary>
/// <param name="Labels">What it is of: <c>team</c>, <c>app</c>, <c>instance</c>, <c>slot</c>, <c>host</c>, as far as they apply.</param>
/// <param name="Points">In the order of time; nothing stands where nothing was measured.</param>
public sealed record MetricSeries(ImmutableSortedDictionary<string, string> Labels, ImmutableArray<MetricPoint> Points);

/// <summary>One figure.</summary>
/// <param name="At">Of when; the beginning of its step.</param>
/// <param name="Value">In the metric's unit.</param>
public readonly record struct MetricPoint(DateTimeOffset At, double Value);

/// <summary>The answer to a <see cref="MetricQuery"/>.</summary>
/// <param name="Step">The distance between points that was used.</param>
/// <param name="Series">What the actor may see, by labels.</param>
public sealed record MetricAnswer(TimeSpan Step, ImmutableArray<MetricSeries> Series);

/// <summary>Reads stored figures, up to the newest.</summary>
public interface IMetricService
{
    /// <summary>The series of a query.</summary>
    /// <exception cref="RefusedException">What is named is unknown to the actor, or the range is too long for its step.</exception>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    Task<MetricAnswer> QueryAsync(Actor actor, MetricQuery query, CancellationToken cancellation);
}
