using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Core.State.Views;

/// <summary>An app as pages and the API show it.</summary>
public sealed record AppView
{
    /// <summary>Its id.</summary>
    public required AppId Id { get; init; }
    /// <summary>Its team.</summary>
    public required TeamId TeamId { get; init; }
    /// <summary>Its team's name.</summary>
    public required string Team { get; init; }
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Counts changes of intent.</summary>
    public long Generation { get; init; }
    /// <summary>The last generation that the controller has acted on.</summary>
    public long ObservedGeneration { get; init; }
    /// <summary>The revision in force: the one asked for last, or the one before where its rollout was rolled back or cancelled.</summary>
    public int Revision { get; init; }
    /// <summary>The image of that revision.</summary>
    public string Image { get; init; } = "";
    /// <summary>Its digest as resolved; null while not resolved.</summary>
    public string? ImageDigest { get; init; }
    /// <summary>The last rollout; null until the controller has begun one.</summary>
    public RolloutView? Rollout { get; init; }
    /// <summary>The generation at which the last revision was asked for, which the rollout to it bears.</summary>
    public long RolloutGeneration { get; init; }
    /// <summary>Whether users want that rollout to hold, apart from its canary steps.</summary>
    public bool RolloutPaused { get; init; }
    /// <summary>Its status.</summary>
    public AppStatus Status { get; init; }
    /// <summary>Why, in a sentence.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Wanted instances.</summary>
    public int Desired { get; init; }
    /// <summary>Instances whose container runs.</summary>
    public int Running { get; init; }
    /// <summary>Running instances that are ready: healthy, or unchecked.</summary>
    public int Healthy { get; init; }
    /// <summary>Running instances of the current revision.</summary>
    public int Updated { get; init; }
    /// <summary>The replica count as set (of a global app: 0).</summary>
    public int Replicas { get; init; }
    /// <summary>Whether it is meant to be stopped.</summary>
    public bool Stopped { get; init; }
    /// <summary>Whether it was deleted and its containers are going.</summary>
    public bool Deleting { get; init; }
    /// <summary>Its runs in short; null where it is no job.</summary>
    public JobView? Job { get; init; }
    /// <summary>The spec that users asked for last, also where its rollout was rolled back. Values of env and of probes' headers are for Deployers and above: <see cref="WithoutEnv"/>.</summary>
    public required AppSpec Spec { get; init; }
    /// <summary>When intent last changed.</summary>
    public DateTimeOffset ChangedAt { get; init; }
    /// <summary>By whom.</summary>
    public string ChangedBy { get; init; } = "";
    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The same with those values hidden, for those who may not see them.</summary>
    public AppView WithoutEnv() => this with { Spec = Spec.WithoutValues() };
}

/// <summary>A rollout as pages and the API show it.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Team">The team's name; empty where the app is known.</param>
/// <param name="App">The app's name; empty where the app is known.</param>
public sealed record RolloutView(RolloutState State, string Team = "", string App = "")
{
    /// <summary>Its image on each host where it is pulled ahead, while nothing is touched yet; else empty.</summary>
    public ImmutableArray<ImagePullView> Images { get; init; } = [];
}

/// <summary>An image on its way to a host.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="State">How far it is.</param>
/// <param name="Reason">What went wrong last; empty for nothing.</param>
/// <param name="Layers">Layers that it is made of, as far as known.</param>
/// <param name="LayersDone">Of these, those that are there.</param>
/// <param name="Bytes">Bytes to download, as far as known.</param>
/// <param name="BytesDone">Of these, those that came.</param>
/// <param name="ObservedAt">When that was seen; null before anything was.</param>
public sealed record ImagePullView(string Host, PullState State, string Reason, int Layers, int LayersDone, long Bytes, long BytesDone, DateTimeOffset? ObservedAt)
{
    /// <summary>How much has come, in words; empty while nothing is known.</summary>
    public string Progress => new PullTally(Layers, LayersDone, Bytes, BytesDone).ToString();
}

/// <summary>A sealed spec.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Spec">The spec.</param>
/// <param name="ImageDigest">The image's digest as resolved; null while not resolved.</param>
/// <param name="CreatedAt">When it was sealed.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="Message">Why, where they said so.</param>
public sealed record RevisionView(int Number, AppSpec Spec, string? ImageDigest, DateTimeOffset CreatedAt, string CreatedBy, string? Message);

/// <summary>An instance as pages and the API show it.</summary>
public sealed record InstanceView
{
    /// <summary>Its id.</summary>
    public required InstanceId Id { get; init; }
    /// <summary>Its app.</summary>
    public required AppId AppId { get; init; }
    /// <summary>Its slot, from 1.</summary>
    public int Slot { get; init; }
    /// <summary>Its epoch, from 1.</summary>
    public long Epoch { get; init; }
    /// <summary>Its revision.</summary>
    public int Revision { get; init; }
    /// <summary>Its host's id; null while unplaced.</summary>
    public HostId? HostId { get; init; }
    /// <summary>Its host's name; null while unplaced.</summary>
    public string? Host { get; init; }
    /// <summary>What the controller wants of it.</summary>
    public DesiredState Desired { get; init; }
    /// <summary>Where it stands, as shown: <c>Unknown</c> while its host cannot be reached.</summary>
    public InstanceState State { get; init; }
    /// <summary>Its health.</summary>
    public Health Health { get; init; }
    /// <summary>Whether it counts as ready.</summary>
    public bool Ready { get; init; }
    /// <summary>Why it stands where it stands, in a sentence; may be empty.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Why it was made.</summary>
    public string Cause { get; init; } = "";
    /// <summary>Its container; null before it was created.</summary>
    public string? ContainerId { get; init; }
    /// <summary>Its containers, in the order in which they begin: init containers, the main one, sidecars.</summary>
    public ImmutableArray<ContainerView> Containers { get; init; } = [];
    /// <summary>Its host's address; null while unplaced.</summary>
    public string? Address { get; init; }
    /// <summary>Published ports; empty while not running. Of a host that cannot be reached those that were seen last.</summary>
    public ImmutableArray<InstancePort> Ports { get; init; } = [];
    /// <summary>How often its container restarted.</summary>
    public int Restarts { get; init; }
    /// <summary>Exit code of the last run, where it ended.</summary>
    public int? ExitCode { get; init; }
    /// <summary>When its container last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When what is said of it was observed; null if never.</summary>
    public DateTimeOffset? ObservedAt { get; init; }
    /// <summary>The process that observed it, as leases name it; null if nobody did.</summary>
    public string? ObservedBy { get; init; }
    /// <summary>The label <c>version</c> of its revision; null where it has none.</summary>
    public string? VersionLabel { get; init; }
    /// <summary>The label <c>weight</c> of its revision, 0 to 1000; 1 where it has none.</summary>
    public int Weight { get; init; } = 1;
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it ended; null while live.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>The run of a job that it is for; null for none.</summary>
    public int? Run { get; init; }
    /// <summary>How it ended as an instance of a job; null while that is not known, and for every other app.</summary>
    public InstanceOutcome? Outcome { get; init; }
    /// <summary>Whether its container stays after its end, so that its logs can be read.</summary>
    public bool IsKept { get; init; }
    /// <summary>When its container last ended; null while it has not.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>A published port of an instance.</summary>
/// <param name="Name">The port's name in the spec.</param>
/// <param name="ContainerPort">In the container.</param>
/// <param name="HostPort">On the host.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public sealed record InstancePort(string Name, int ContainerPort, int HostPort, string Protocol);

/// <summary>A volume of a slot.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Name">The volume's name in the spec.</param>
/// <param name="Volume">Its name on the engine.</param>
/// <param name="HostId">Where it lies.</param>
/// <param name="Host">That host's name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When an instance with it was last placed.</param>
public sealed record VolumeView(int Slot, string Name, string Volume, HostId HostId, string Host, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt);
