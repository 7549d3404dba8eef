using System.Collections.Immutable;
using Portal.Components.Controls;

namespace Portal.Components.Pages.Incident;

/// <summary>One kind of what happened, along the axis of time.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Items">What happened, by time.</param>
public sealed record Lane(string Title, ImmutableArray<LaneItem> Items);

/// <summary>Something in a lane: a moment, or a stretch.</summary>
/// <param name="At">When, or from when.</param>
/// <param name="Until">Until when; null for a moment.</param>
/// <param name="Tone">A tone.</param>
/// <param name="Title">What, for people.</param>
/// <param name="Href">Where it is told in full; null for nowhere.</param>
public sealed record LaneItem(DateTimeOffset At, DateTimeOffset? Until, string Tone, string Title, string? Href = null)
{
    /// <summary>Between 0 and 1: how high it stands; 1 for things that have no amount.</summary>
    public double Amount { get; init; } = 1;

    /// <summary>Where it begins on the axis, in percent.</summary>
    public double Left(ChartRange range) => Math.Clamp((At - range.From) / (range.To - range.From), 0, 1) * 100;

    /// <summary>How much of the axis it spans, in percent; 0 for a moment.</summary>
    public double Width(ChartRange range) => Until is { } until ? Math.Max(0, Math.Clamp((until - range.From) / (range.To - range.From), 0, 1) * 100 - Left(range)) : 0;
}
