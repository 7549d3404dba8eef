using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>An app as users wrote it. Only services write it.</summary>
public sealed class AppRow
{
    /// <summary>Its id.</summary>
    public AppId Id { get; set; }
    /// <summary>Its team.</summary>
    public TeamId TeamId { get; set; }
    /// <summary>Its name, unique among the team's apps that are not deleted.</summary>
    public required string Name { get; set; }
    /// <summary>Counts accepted changes of intent.</summary>
    public long Generation { get; set; }
    /// <summary>The current revision's number.</summary>
    public int Revision { get; set; }
    /// <summary>The spec in its canonical form; what containers do is sealed in the revision.</summary>
    public required string Spec { get; set; }
    /// <summary>The wanted number of replicas; 0 for a global app.</summary>
    public int Replicas { get; set; }
    /// <summary>Whether it is meant to be stopped.</summary>
    public bool Stopped { get; set; }
    /// <summary>The generation at which a restart was last asked for; instances made for an older one are replaced.</summary>
    public long RestartGeneration { get; set; }
    /// <summary>The generation at which the current revision was asked for; the rollout to it bears this number.</summary>
    public long RolloutGeneration { get; set; }
    /// <summary>Who asked for it.</summary>
    public string RolloutBy { get; set; } = "";
    /// <summary>Why, where they said so.</summary>
    public string? RolloutMessage { get; set; }
    /// <summary>Whether that rollout is to hold.</summary>
    public bool RolloutPaused { get; set; }
    /// <summary>Whether it is to go back.</summary>
    public bool RolloutCancelled { get; set; }
    /// <summary>So many of its canary steps need not wait any longer.</summary>
    public int RolloutPromoted { get; set; }
    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When intent last changed.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    /// <summary>By whom.</summary>
    public required string ChangedBy { get; set; }
    /// <summary>When it was deleted; the row then is a tombstone until every host has confirmed.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
    /// <summary>Whether its volumes go with it.</summary>
    public bool DeleteVolumes { get; set; }
    /// <summary>The trace of the last change of intent, as a W3C <c>traceparent</c>; null where it was not traced.</summary>
    public string? Traceparent { get; set; }
}

/// <summary>What the controller concluded of an app. Only the controller writes it.</summary>
public sealed class AppStatusRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>The last generation acted on.</summary>
    public long ObservedGeneration { get; set; }
    /// <summary>Its status.</summary>
    public AppStatus Status { get; set; }
    /// <summary>Why, in a sentence.</summary>
    public string Reason { get; set; } = "";
    /// <summary>Wanted instances.</summary>
    public int Desired { get; set; }
    /// <summary>Instances whose container runs.</summary>
    public int Running { get; set; }
    /// <summary>Running instances that are ready.</summary>
    public int Ready { get; set; }
    /// <summary>Running instances of the current revision.</summary>
    public int Updated { get; set; }
    /// <summary>When this last changed.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    /// <summary>The last traced generation that was brought about: what is decided after that is no part of its trace.</summary>
    public long SettledGeneration { get; set; }
}

/// <summary>The move from one revision to the next; see <see cref="Rollouts.RolloutState"/>. Only the controller writes it.</summary>
public sealed class RolloutRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>The generation at which it was asked for.</summary>
    public long Generation { get; set; }
    /// <summary>The revision before; null for the first.</summary>
    public int? FromRevision { get; set; }
    /// <summary>The revision asked for.</summary>
    public int ToRevision { get; set; }
    /// <summary>The revision of every slot that <see cref="Slots"/> does not name.</summary>
    public int BaseRevision { get; set; }
    /// <summary>JSON object: slots of other revisions.</summary>
    public string Slots { get; set; } = "{}";
    /// <summary>Where it stands.</summary>
    public RolloutStatus Status { get; set; }
    /// <summary>Why, in a sentence without a full stop.</summary>
    public string Reason { get; set; } = "";
    /// <summary>As what it will end once it has gone back.</summary>
    public RolloutStatus? Outcome { get; set; }
    /// <summary>The canary step, from 0.</summary>
    public int Step { get; set; }
    /// <summary>Since when it waits at that step.</summary>
    public DateTimeOffset? StepReachedAt { get; set; }
    /// <summary>The most slots that were ready with the new revision.</summary>
    public int Available { get; set; }
    /// <summary>Who asked for it.</summary>
    public string By { get; set; } = "";
    /// <summary>Why, where they said so.</summary>
    public string? Message { get; set; }
    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; set; }
    /// <summary>When it last came further.</summary>
    public DateTimeOffset ProgressAt { get; set; }
    /// <summary>When everything was there to begin with; null before that.</summary>
    public DateTimeOffset? PreparedAt { get; set; }
    /// <summary>When it ended; null while under way.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>A sealed spec. Written once, by services; only the digest is added by the controller, and by services how its instances are asked for their health.</summary>
public sealed class RevisionRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>From 1.</summary>
    public int Number { get; set; }
    /// <summary>The spec in its canonical form.</summary>
    public required string Spec { get; set; }
    /// <summary>The health policy that was last in force for it, where that was changed after the sealing; null for the sealed one. What is probed makes no revision.</summary>
    public string? Health { get; set; }
    /// <summary>Hash of what containers do by it: the label <c>portal.spec</c>.</summary>
    public required string SpecHash { get; set; }
    /// <summary>Whether hosts look its image's tag up anew, though an image of that tag is there.</summary>
    public bool ResolvesAnew { get; set; }
    /// <summary>The image's digest as resolved, once it is.</summary>
    public string? ImageDigest { get; set; }
    /// <summary>JSON object: digests of its further containers' images by the containers' names; null until resolved, or where it has none.</summary>
    public string? PartDigests { get; set; }
    /// <summary>When it was sealed.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>By whom.</summary>
    public required string CreatedBy { get; set; }
    /// <summary>Why, where they said so.</summary>
    public string? Message { get; set; }
}

/// <summary>What each slot has had, by team and app name, so that it outlives a deletion. Only the controller writes it.</summary>
public sealed class SlotRow
{
    /// <summary>The team.</summary>
    public TeamId TeamId { get; set; }
    /// <summary>The app's name.</summary>
    public required string AppName { get; set; }
    /// <summary>The slot, from 1.</summary>
    public int Slot { get; set; }
    /// <summary>The highest epoch given so far.</summary>
    public long Epoch { get; set; }
}

/// <summary>A volume of a slot, on the host where it lies. Only the controller writes it, with the assignment that first needs it.</summary>
public sealed class VolumeRow
{
    /// <summary>The team.</summary>
    public TeamId TeamId { get; set; }
    /// <summary>The app's name.</summary>
    public required string AppName { get; set; }
    /// <summary>The slot.</summary>
    public int Slot { get; set; }
    /// <summary>The volume's name in the spec.</summary>
    public required string Name { get; set; }
    /// <summary>Where it lies.</summary>
    public HostId HostId { get; set; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When an instance with it was last placed.</summary>
    public DateTimeOffset LastUsedAt { get; set; }
    /// <summary>When its removal was asked for; the host worker removes it and then the row goes.</summary>
    public DateTimeOffset? RemoveAt { get; set; }
}

/// <summary>What should be there: one instance. Only the controller writes it.</summary>
public sealed class AssignmentRow
{
    /// <summary>The instance.</summary>
    public InstanceId Id { get; set; }
    /// <summary>Its app.</summary>
    public AppId AppId { get; set; }
    /// <summary>Its slot.</summary>
    public int Slot { get; set; }
    /// <summary>Its epoch.</summary>
    public long Epoch { get; set; }
    /// <summary>Its revision.</summary>
    public int Revision { get; set; }
    /// <summary>The app's restart generation that it was made for.</summary>
    public long RestartGeneration { get; set; }
    /// <summary>Its host, set once; null while it fits nowhere.</summary>
    public HostId? HostId { get; set; }
    /// <summary>Cores that it sets aside on its host.</summary>
    public double ReservedCpus { get; set; }
    /// <summary>Bytes that it sets aside on its host.</summary>
    public long ReservedMemoryBytes { get; set; }
    /// <summary>What is wanted of it.</summary>
    public DesiredState Desired { get; set; }
    /// <summary>Why it was made.</summary>
    public required string Cause { get; set; }
    /// <summary>Why it is to stop; null while it shall run.</summary>
    public string? StopReason { get; set; }
    /// <summary>The failure for which it is to stop, which makes its slot avoid the host for a while.</summary>
    public InstanceFailure StopFailure { get; set; }
    /// <summary>Why it fits nowhere; null once placed.</summary>
    public string? PendingReason { get; set; }
    /// <summary>Why it is where it is; null while unplaced.</summary>
    public string? PlacementReason { get; set; }
    /// <summary>The shared verdict document.</summary>
    public long? VerdictsId { get; set; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When it got its host.</summary>
    public DateTimeOffset? PlacedAt { get; set; }
    /// <summary>When it was told to stop.</summary>
    public DateTimeOffset? StopAt { get; set; }
    /// <summary>The run of a job that it is for; null for none.</summary>
    public int? Run { get; set; }
    /// <summary>How it ended as an instance of a job; null while that is not known, and for every other app.</summary>
    public InstanceOutcome? Outcome { get; set; }
    /// <summary>Whether its container, once ended, stays on its host so that its logs can be read. Only of jobs.</summary>
    public bool Kept { get; set; }
    /// <summary>When its container was confirmed gone (of a job: has ended), or it was given up with its host; null while live.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>The trace of the decision to start it, later of that to stop it, as a W3C <c>traceparent</c>; null where that was not traced.</summary>
    public string? Traceparent { get; set; }
}

/// <summary>Each host's verdict on one class of requests in one batch: compressed JSON, shared by the assignments of it.</summary>
public sealed class VerdictsRow
{
    /// <summary>Its id.</summary>
    public long Id { get; set; }
    /// <summary>When it was decided.</summary>
    public DateTimeOffset DecidedAt { get; set; }
    /// <summary>Brotli-compressed JSON of <see cref="Scheduling.Verdicts"/>.</summary>
    public required byte[] Document { get; set; }
}

/// <summary>What was seen of an instance. Only its host's worker writes it, and only when something changed.</summary>
public sealed class ObservationRow
{
    /// <summary>The instance.</summary>
    public InstanceId Id { get; set; }
    /// <summary>The host that saw it.</summary>
    public HostId HostId { get; set; }
    /// <summary>Where it stands.</summary>
    public InstanceState State { get; set; }
    /// <summary>Its health.</summary>
    public Health Health { get; set; }
    /// <summary>Why, in a sentence; may be empty.</summary>
    public string Reason { get; set; } = "";
    /// <summary>A stable word for what went wrong, from <see cref="InstanceFailure"/>; empty where nothing did.</summary>
    public InstanceFailure Failure { get; set; }
    /// <summary>Its container; null before it was created.</summary>
    public string? ContainerId { get; set; }
    /// <summary>Published ports, JSON array of <see cref="Views.InstancePort"/>.</summary>
    public string Ports { get; set; } = "[]";
    /// <summary>Its containers where it has several, JSON array of <see cref="Planning.ObservedPart"/>; empty where it is its main container alone.</summary>
    public string Parts { get; set; } = "[]";
    /// <summary>How often the engine restarted it.</summary>
    public int Restarts { get; set; }
    /// <summary>Times of its latest crashes on this host, oldest first, at most 20.</summary>
    public DateTimeOffset[] Crashes { get; set; } = [];
    /// <summary>Exit code of the last run, where it ended.</summary>
    public int? ExitCode { get; set; }
    /// <summary>When its container last started.</summary>
    public DateTimeOffset? StartedAt { get; set; }
    /// <summary>When its container last ended; null while it has not.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
    /// <summary>Since when it has been ready without a break; null while it is not.</summary>
    public DateTimeOffset? ReadySince { get; set; }
    /// <summary>The digest of the image that it runs; null where it came from no registry.</summary>
    public string? ImageDigest { get; set; }
    /// <summary>When this was seen.</summary>
    public DateTimeOffset ObservedAt { get; set; }
    /// <summary>The process that saw it, as leases name it; empty where that was not kept.</summary>
    public string ObservedBy { get; set; } = "";
}
