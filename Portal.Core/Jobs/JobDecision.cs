using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Jobs;

/// <summary>An instance that a run wants.</summary>
/// <param name="Run">The run.</param>
/// <param name="Slot">Which of its completions.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Cause">Why it is made.</param>
public sealed record WantedAttempt(int Run, int Slot, int Revision, string Cause);

/// <summary>An instance of which is now known how it ended, or that is to end.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Outcome">How.</param>
/// <param name="Reason">In words.</param>
public sealed record FinishedAttempt(InstanceId Id, InstanceOutcome Outcome, string Reason);

/// <summary>What is to be done about one job.</summary>
public sealed record JobDecision
{
    /// <summary>What is to be remembered.</summary>
    public required JobMemory Memory { get; init; }
    /// <summary>Runs that are new or stand otherwise than before.</summary>
    public ImmutableArray<RunState> Changed { get; init; } = [];
    /// <summary>Instances to make.</summary>
    public ImmutableArray<WantedAttempt> Start { get; init; } = [];
    /// <summary>Instances that ended by themselves, or were lost.</summary>
    public ImmutableArray<FinishedAttempt> Finish { get; init; } = [];
    /// <summary>Instances to stop before their end.</summary>
    public ImmutableArray<FinishedAttempt> Stop { get; init; } = [];
    /// <summary>Ended instances whose containers need not be kept any longer.</summary>
    public ImmutableArray<InstanceId> Release { get; init; } = [];
    /// <summary>Ended runs whose containers need not be kept any longer.</summary>
    public ImmutableArray<int> ReleaseRuns { get; init; } = [];
    /// <summary>Ended runs that are over and forgotten.</summary>
    public ImmutableArray<int> Forget { get; init; } = [];
    /// <summary>All runs as they stand after this, by number, without the forgotten ones.</summary>
    public ImmutableArray<RunState> Runs { get; init; } = [];
    /// <summary>When it runs next by its schedule; null for never.</summary>
    public DateTimeOffset? NextRunAt { get; init; }
    /// <summary>When to look again though nothing changed; null for never.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>Whether anything is to be stored, beside instances to make and to stop.</summary>
    public bool Changes(JobMemory? before) =>
        Memory != before || Changed.Length + Finish.Length + Stop.Length + Release.Length + ReleaseRuns.Length + Forget.Length > 0;
}
