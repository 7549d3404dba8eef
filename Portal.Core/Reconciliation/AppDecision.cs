using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.Rollouts;
using Portal.Core.Scheduling;

namespace Portal.Core.Reconciliation;

/// <summary>What is to be done about one app, and what is to be said of it.</summary>
public sealed record AppDecision
{
    /// <summary>New instances; each still wants a host.</summary>
    public ImmutableArray<NewInstance> Create { get; init; } = [];
    /// <summary>Instances that are to stop, each with why.</summary>
    public ImmutableArray<StopInstance> Stop { get; init; } = [];
    /// <summary>Instances that were available, and without which not all of these would stop.</summary>
    public ImmutableArray<InstanceId> CountsOn { get; init; } = [];
    /// <summary>Instances that are over: confirmed gone, never placed, or given up with their host.</summary>
    public ImmutableArray<InstanceId> End { get; init; } = [];
    /// <summary>Instances without a host that still want one, with where they may go.</summary>
    public ImmutableArray<NewInstance> Place { get; init; } = [];
    /// <summary>What was decided of an app of kind job; null for every other one.</summary>
    public JobDecision? Job { get; init; }
    /// <summary>The rollout as it now stands; of a job, which has none, nothing is said by it.</summary>
    public required RolloutState Rollout { get; init; }
    /// <summary>The app's status.</summary>
    public required StatusVerdict Status { get; init; }
    /// <summary>Slots that should move and stay until someone changes something, each with why.</summary>
    public IReadOnlyDictionary<int, string> Holds { get; init; } = ImmutableDictionary<int, string>.Empty;
    /// <summary>Whether a deleted app has nothing left anywhere, so that its rows may go.</summary>
    public bool Forget { get; init; }
    /// <summary>When to look again though nothing changed; null for never.</summary>
    public DateTimeOffset? WakeAt { get; init; }
}

/// <summary>An instance that wants a host.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Revision">The revision that it is of.</param>
/// <param name="Cause">Why it is made.</param>
/// <param name="Pin">The only host it may go to; null for any.</param>
/// <param name="Avoid">Hosts to stay away from, each with why.</param>
/// <param name="Replaces">A predecessor whose container is gone or goes first, so that its room is free; null for none.</param>
/// <param name="Predecessor">The host of a predecessor that stays until this one is ready; null for none.</param>
/// <param name="Run">The run of a job that it is for; null for none.</param>
public sealed record NewInstance(InstanceId Id, int Slot, long Epoch, int Revision, string Cause, Pin? Pin, ImmutableDictionary<HostId, string> Avoid, InstanceId? Replaces = null, HostId? Predecessor = null, int? Run = null);

/// <summary>An instance that is to stop.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why.</param>
/// <param name="Failure">The failure that makes its slot avoid the host for a while; none for any other reason.</param>
/// <param name="OnlyIfFits">What will follow it: unless that fits somewhere, the instance stays, and it is said why. Null: it stops in any case.</param>
/// <param name="UnlessReady">Whether it stops because it serves nobody: not if it does meanwhile.</param>
public sealed record StopInstance(InstanceId Id, string Reason, InstanceFailure Failure = InstanceFailure.None, NewInstance? OnlyIfFits = null, bool UnlessReady = false);

/// <summary>What is said of an app.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Desired">Wanted instances.</param>
/// <param name="Running">Instances whose container runs.</param>
/// <param name="Ready">Of these, the ready ones.</param>
/// <param name="Updated">Running instances of the current revision.</param>
public sealed record StatusVerdict(AppStatus Status, string Reason, int Desired, int Running, int Ready, int Updated);
