using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Writers;

namespace Portal.Core.State.Views;

/// <summary>How an app is scaled.</summary>
public sealed record ScalingView
{
    /// <summary>Its policy; null where users set the number.</summary>
    public ScalingSpec? Policy { get; init; }
    /// <summary>The number as set.</summary>
    public int Current { get; init; }
    /// <summary>When the autoscaler last looked; null before it did.</summary>
    public DateTimeOffset? LookedAt { get; init; }
    /// <summary>The number that was right then by the figures; null before it looked.</summary>
    public int? Recommended { get; init; }
    /// <summary>What decided, in a word; null before it looked.</summary>
    public ScalingWhy? Why { get; init; }
    /// <summary>Why the number is what it is, in a sentence; empty before it looked.</summary>
    public string Reason { get; init; } = "";
    /// <summary>The figures; null before it looked.</summary>
    public ScalingDocument? Document { get; init; }
    /// <summary>The bounds now; null where there is no policy.</summary>
    public ScalingBounds? Bounds { get; init; }
    /// <summary>What a decision would look at now: other policies can be tried on it.</summary>
    public required ScalingInput Input { get; init; }
}

/// <summary>A decision that was kept.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="At">When.</param>
/// <param name="From">The number before.</param>
/// <param name="To">The number after.</param>
/// <param name="Recommended">The number that would have been right by the figures.</param>
/// <param name="Why">Why, in a word.</param>
/// <param name="Reason">Why, in a sentence without a full stop.</param>
/// <param name="Inputs">The figures that it came from.</param>
public sealed record ScalingDecisionView(long Id, DateTimeOffset At, int From, int To, int Recommended, ScalingWhy Why, string Reason, ScalingDocument Inputs);
