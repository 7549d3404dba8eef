using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Core.Reconciliation;

/// <summary>One app with everything that its reconciliation looks at. Immutable.</summary>
public sealed record AppInput
{
    private readonly RolloutIntent? intent;

    /// <summary>Its id.</summary>
    public required AppId Id { get; init; }
    /// <summary>The generation that this is.</summary>
    public long Generation { get; init; }
    /// <summary>The revision that the current spec was sealed as.</summary>
    public int Revision { get; init; }
    /// <summary>What users want of the rollout to it.</summary>
    public RolloutIntent Intent { get => intent ?? new RolloutIntent(0, Revision); init => intent = value; }
    /// <summary>The last rollout as it was stored; null for none.</summary>
    public RolloutState? Rollout { get; init; }
    /// <summary>What is known of that rollout before anything is touched; null where nothing has to be waited for.</summary>
    public RolloutSurvey? Survey { get; init; }
    /// <summary>Sealed specs of the other revisions that instances or rollouts name.</summary>
    public ImmutableDictionary<int, AppSpec> Specs { get; init; } = ImmutableDictionary<int, AppSpec>.Empty;
    /// <summary>The current spec.</summary>
    public required AppSpec Spec { get; init; }
    /// <summary>Wanted replicas of a service.</summary>
    public int Replicas { get; init; }
    /// <summary>Whether it is meant to be stopped.</summary>
    public bool Stopped { get; init; }
    /// <summary>Whether it was deleted.</summary>
    public bool Deleted { get; init; }
    /// <summary>Instances made for an older one are replaced.</summary>
    public long RestartGeneration { get; init; }
    /// <summary>Its instances that have not ended.</summary>
    public ImmutableArray<InstanceInput> Instances { get; init; } = [];
    /// <summary>The highest epoch that each slot has had.</summary>
    public ImmutableDictionary<int, long> Epochs { get; init; } = ImmutableDictionary<int, long>.Empty;
    /// <summary>Where each slot's writable volumes lie that may start empty once their host is lost.</summary>
    public ImmutableDictionary<int, HostId> MovableVolumeHosts { get; init; } = ImmutableDictionary<int, HostId>.Empty;
    /// <summary>Where each slot's writable volumes lie that wait for a lost host.</summary>
    public ImmutableDictionary<int, HostId> VolumeHosts { get; init; } = ImmutableDictionary<int, HostId>.Empty;
    /// <summary>Instances that a rebalance moves, each with why.</summary>
    public ImmutableDictionary<InstanceId, string> Moves { get; init; } = ImmutableDictionary<InstanceId, string>.Empty;
    /// <summary>Hosts on which an instance of a slot lately failed in a way that moves it, and when.</summary>
    public ImmutableArray<SlotFailure> Failures { get; init; } = [];

    /// <summary>What the store holds of a job beside its live instances; null for every other app.</summary>
    public JobRecord? Job { get; init; }

    /// <summary>What instances of a revision are made of, and by which policies.</summary>
    public AppSpec SpecOf(int revision) => revision == Revision ? Spec : Specs.GetValueOrDefault(revision) ?? Spec;
}

/// <summary>A failure that made a slot leave a host.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Host">The host.</param>
/// <param name="At">When.</param>
/// <param name="Reason">In words, as <c>crashed 5 times in 10 min there</c>.</param>
/// <param name="Revision">The revision that failed: another one may do better there.</param>
public sealed record SlotFailure(int Slot, HostId Host, DateTimeOffset At, string Reason, int Revision);

/// <summary>One instance: what was decided of it, and what was seen.</summary>
public sealed record InstanceInput
{
    /// <summary>Its id.</summary>
    public required InstanceId Id { get; init; }
    /// <summary>Its slot.</summary>
    public int Slot { get; init; }
    /// <summary>Its epoch.</summary>
    public long Epoch { get; init; }
    /// <summary>Its revision.</summary>
    public int Revision { get; init; }
    /// <summary>The restart generation that it was made for.</summary>
    public long RestartGeneration { get; init; }
    /// <summary>Its host; null while unplaced.</summary>
    public HostId? Host { get; init; }
    /// <summary>What is wanted of it.</summary>
    public DesiredState Desired { get; init; }
    /// <summary>Why it is to stop; null while it shall run.</summary>
    public string? StopReason { get; init; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Why it fits nowhere; null once placed.</summary>
    public string? PendingReason { get; init; }
    /// <summary>The run of a job that it is for; null for none.</summary>
    public int? Run { get; init; }
    /// <summary>How it ended as an instance of a job; null while that is not known, and for every other app.</summary>
    public InstanceOutcome? Outcome { get; init; }
    /// <summary>What was seen; null for nothing yet.</summary>
    public Observed? Observed { get; init; }
}

/// <summary>What was seen of an instance.</summary>
public sealed record Observed
{
    /// <summary>Where it stands; <see cref="InstanceState.Stopped"/> when its container is confirmed gone.</summary>
    public InstanceState State { get; init; }
    /// <summary>Its health.</summary>
    public Health Health { get; init; }
    /// <summary>What went wrong.</summary>
    public InstanceFailure Failure { get; init; }
    /// <summary>In words.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Since when it has been ready; null while it is not.</summary>
    public DateTimeOffset? ReadySince { get; init; }
    /// <summary>The digest of the image that it runs; null where that is not known.</summary>
    public string? ImageDigest { get; init; }
    /// <summary>Those of its further containers, by name, where they are known.</summary>
    public ImmutableDictionary<string, string> PartDigests { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>Exit code of the last run of its container, where that ended.</summary>
    public int? ExitCode { get; init; }
    /// <summary>When its container last ended; null while it has not.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>When it was seen.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>One host as reconciliation sees it.</summary>
public sealed record HostInput
{
    /// <summary>Its id.</summary>
    public required HostId Id { get; init; }
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>What users want of it.</summary>
    public Availability Availability { get; init; }
    /// <summary>What was observed of it.</summary>
    public Reachability Reachability { get; init; }
    /// <summary>User-given labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>As <c>linux</c>.</summary>
    public string Os { get; init; } = "linux";
    /// <summary>As <c>amd64</c>.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>A planned reboot that is not over; it takes no new instances meanwhile. Null for none.</summary>
    public PlannedReboot? Reboot { get; init; }

    /// <summary>Whether the host was declared lost.</summary>
    public bool IsLost => Reachability == Reachability.Unreachable;
    /// <summary>Until when the instances of a lost host wait for it instead of moving; null where they do not.</summary>
    public DateTimeOffset? AwaitedUntil => IsLost ? Reboot?.Until : null;
}
