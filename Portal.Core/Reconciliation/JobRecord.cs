using System.Collections.Immutable;
using Portal.Core.Jobs;

namespace Portal.Core.Reconciliation;

/// <summary>What the store holds of a job beside its live instances.</summary>
public sealed record JobRecord
{
    /// <summary>What was remembered; null for a new job.</summary>
    public JobMemory? Memory { get; init; }
    /// <summary>Its runs that are kept, by number.</summary>
    public ImmutableArray<RunState> Runs { get; init; } = [];
    /// <summary>What users want of runs that are not over.</summary>
    public ImmutableArray<RunWish> Wishes { get; init; } = [];
    /// <summary>Instances of runs under way that have ended.</summary>
    public ImmutableArray<Attempt> Ended { get; init; } = [];
}
