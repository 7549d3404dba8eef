using System.Collections.Immutable;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;

namespace Portal.Tests.Simulation;

/// <summary>A registered host and what its worker last said of it.</summary>
internal sealed class HostRecord(HostRegistration registration, ImmutableDictionary<string, string> labels)
{
    public HostRegistration Registration { get; } = registration;
    public ImmutableDictionary<string, string> Labels { get; } = labels;
    public Availability Availability { get; set; }
    public HostReport? Report { get; set; }
    public DateTimeOffset? LastSeenAt { get; set; }
    public DateTimeOffset? LossConfirmedAt { get; set; }
    public Reachability Reachability => Report?.Reachability ?? Reachability.Unknown;
}

/// <summary>A sealed revision.</summary>
internal sealed class RevisionRecord(AppSpec spec, string hash)
{
    public AppSpec Spec { get; } = spec;
    public string Hash { get; } = hash;
    public string? Digest { get; set; }
}

/// <summary>An app as users and the controller wrote it.</summary>
internal sealed class AppRecord(AppId id, string name, AppSpec spec, int replicas)
{
    public AppId Id { get; } = id;
    public string Name { get; } = name;
    public AppSpec Spec { get; set; } = spec;
    public int Replicas { get; set; } = replicas;
    public long Generation { get; set; }
    public int Revision { get; set; }
    public bool Stopped { get; set; }
    public bool Deleted { get; set; }
    public long RestartGeneration { get; set; }
    public RolloutIntent Intent { get; set; } = new(0, 0);
    public Dictionary<int, RevisionRecord> Revisions { get; } = [];
    public SortedDictionary<long, RolloutState> Rollouts { get; } = [];
    public StatusVerdict? Status { get; set; }
    public long ObservedGeneration { get; set; }
    public Dictionary<InstanceId, AssignmentRecord> Assignments { get; } = [];
    public Dictionary<(HostId Host, int Revision), PulledImage> Pulls { get; } = [];
    public RolloutState? Rollout => Rollouts.Count == 0 ? null : Rollouts.Values.Last();

    /// <summary>The revision that is in force: after a rollout that was rolled back, the one before.</summary>
    public int InForce => Rollout is { Status: RolloutStatus.RolledBack or RolloutStatus.Cancelled } over && over.Generation == Intent.Generation ? over.Base : Revision;

    /// <summary>Whether users want nothing of it to run.</summary>
    public bool IsOff => Stopped || Deleted;
}

/// <summary>One instance as the controller wrote it, and what was seen of it.</summary>
internal sealed class AssignmentRecord(AppRecord app)
{
    public AppRecord App { get; } = app;
    public required InstanceId Id { get; init; }
    public required int Slot { get; init; }
    public required long Epoch { get; init; }
    public required int Revision { get; init; }
    public required long RestartGeneration { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public HostId? Host { get; set; }
    public DesiredState Desired { get; set; }
    public string? StopReason { get; set; }
    public InstanceFailure StopFailure { get; set; }
    public DateTimeOffset? StopAt { get; set; }
    public string? PendingReason { get; set; }
    public bool HasEnded { get; set; }
    public InstanceObservation? Seen { get; set; }
    public DateTimeOffset SeenAt { get; set; }
    public string Title => $"{App.Name}.{Slot}, epoch {Epoch}";
}
