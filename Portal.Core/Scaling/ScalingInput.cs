using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scaling;

/// <summary>Everything that decides about an app's number of replicas, but the time. Immutable.</summary>
public sealed record ScalingInput
{
    /// <summary>The policy.</summary>
    public required ScalingSpec Policy { get; init; }
    /// <summary>The number as it is set now.</summary>
    public int Current { get; init; }
    /// <summary>Whether the app is meant to be stopped.</summary>
    public bool IsStopped { get; init; }
    /// <summary>What shares of CPU and memory are of, for one instance; 0 where nothing is set aside and nothing bounds it.</summary>
    public Resources Whole { get; init; }
    /// <summary>Whether of fewer the lowest slots stay, for data lies at their numbers; else those that serve do.</summary>
    public bool KeepsLowest { get; init; }
    /// <summary>Its instances that are to run.</summary>
    public ImmutableArray<ScaledInstance> Instances { get; init; } = [];
    /// <summary>Why figures of a source could not be had at all, by <see cref="ScalingMetric.Source"/>.</summary>
    public ImmutableDictionary<string, string> Troubles { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>What was found before.</summary>
    public ScalingHistory History { get; init; } = new();
}

/// <summary>An instance with what is known of its load.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="IsReady">Whether it takes its share of the load: it is ready, on a host that answers.</param>
/// <param name="Figures">By <see cref="ScalingMetric.Source"/>.</param>
public sealed record ScaledInstance(InstanceId Id, int Slot, bool IsReady, ImmutableSortedDictionary<string, ScalingFigure> Figures);

/// <summary>What an instance used on average over the last moments.</summary>
/// <param name="Value">In the metric's unit.</param>
/// <param name="At">Of when its newest part is.</param>
public readonly record struct ScalingFigure(double Value, DateTimeOffset At);

/// <summary>What was found at earlier looks, as far as it still matters. Immutable.</summary>
public sealed record ScalingHistory
{
    /// <summary>The number after the last look: another one now was set by somebody else.</summary>
    public int Number { get; init; }
    /// <summary>What was right when, oldest first.</summary>
    public ImmutableArray<ScalingSpan> Spans { get; init; } = [];
    /// <summary>Changes of the number by the autoscaler, oldest first.</summary>
    public ImmutableArray<ScalingStep> Steps { get; init; } = [];
}

/// <summary>A time over which looks followed each other, and what they found to be right.</summary>
/// <param name="From">The first look.</param>
/// <param name="Until">The last look.</param>
/// <param name="Least">The smallest number found to be right.</param>
/// <param name="Most">The largest number found to be right.</param>
public sealed record ScalingSpan(DateTimeOffset From, DateTimeOffset Until, int Least, int Most);

/// <summary>A change of the number.</summary>
/// <param name="At">When.</param>
/// <param name="From">The number before.</param>
/// <param name="To">The number after.</param>
public sealed record ScalingStep(DateTimeOffset At, int From, int To);
