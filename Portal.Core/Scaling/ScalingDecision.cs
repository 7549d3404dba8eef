using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scaling;

/// <summary>What decided about the number, in one word.</summary>
public enum ScalingWhy
{
    /// <summary>The figures are as wanted.</summary>
    Steady,
    /// <summary>The figures ask for another number.</summary>
    Metric,
    /// <summary>Another number is right now, but has not been for long enough.</summary>
    Stabilizing,
    /// <summary>Fewer would do, but a replica that would stay is not ready.</summary>
    NotReady,
    /// <summary>As far as one step may go.</summary>
    StepLimit,
    /// <summary>The most that is allowed.</summary>
    AtMax,
    /// <summary>The fewest that are allowed.</summary>
    AtMin,
    /// <summary>The bounds themselves ask for another number.</summary>
    Bounds,
    /// <summary>Too little is known.</summary>
    NotMeasured,
    /// <summary>The app is stopped or has no replicas.</summary>
    Resting,
    /// <summary>The team's quota has no room for more.</summary>
    Quota,
}

/// <summary>The number of replicas that an app should have, and why.</summary>
public sealed record ScalingDecision
{
    /// <summary>The number before.</summary>
    public required int Current { get; init; }
    /// <summary>The number from now on.</summary>
    public required int Number { get; init; }
    /// <summary>What would be right by what is seen now, within the bounds, however fast it may be reached.</summary>
    public required int Recommended { get; init; }
    /// <summary>Why, in a word.</summary>
    public required ScalingWhy Why { get; init; }
    /// <summary>Why, in a sentence without a full stop: names the figures that it comes from.</summary>
    public required string Reason { get; init; }
    /// <summary>What each metric says, in the order of the policy.</summary>
    public ImmutableArray<MetricVerdict> Metrics { get; init; } = [];
    /// <summary>The bounds in force.</summary>
    public required ScalingBounds Bounds { get; init; }
    /// <summary>What is to be remembered.</summary>
    public ScalingHistory History { get; init; } = new();
    /// <summary>When something may change by itself; looks in between find what the figures ask for.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }
}

/// <summary>What one metric says.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Target">What each instance should have, in the metric's unit.</param>
/// <param name="Average">What each of those measured has; null where none was.</param>
/// <param name="Total">What all those measured have together.</param>
/// <param name="Measured">How many were measured and are ready.</param>
/// <param name="Missing">How many are not measured, not ready or cannot be reached.</param>
/// <param name="Wanted">The number that it asks for; null where too little is known.</param>
/// <param name="Sentence">All that in words, without a full stop.</param>
public sealed record MetricVerdict(ScalingMetric Metric, double Target, double? Average, double Total, int Measured, int Missing, int? Wanted, string Sentence);

/// <summary>The bounds at a time.</summary>
/// <param name="Min">At least.</param>
/// <param name="Max">At most.</param>
/// <param name="MinFrom">The schedule that asks for <paramref name="Min"/>; null where the policy itself does.</param>
/// <param name="MaxFrom">The schedule that asks for <paramref name="Max"/>; null where the policy itself does.</param>
/// <param name="ChangesAt">When a schedule next begins or ends; null where there is none.</param>
public sealed record ScalingBounds(int Min, int Max, ScalingSchedule? MinFrom, ScalingSchedule? MaxFrom, DateTimeOffset? ChangesAt);
