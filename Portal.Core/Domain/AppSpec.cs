using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>What a user asked of one app, complete with every default. Immutable; compare two by <c>SpecCodec.Canonical</c>.</summary>
/// <remarks>The replica count is held apart (<see cref="AppRequest"/>): scaling changes no spec.</remarks>
public sealed record AppSpec
{
    /// <summary>The image reference as written.</summary>
    public required string Image { get; init; }
    /// <summary>When a host pulls the image.</summary>
    public PullPolicy Pull { get; init; } = PullPolicy.IfNotPresent;
    /// <summary>How many instances there are, and for how long.</summary>
    public AppKind Kind { get; init; } = AppKind.Service;
    /// <summary>How a job runs to its end; null for every other kind.</summary>
    public JobSpec? Job { get; init; }
    /// <summary>Replaces the image's entrypoint; null keeps it.</summary>
    public ImmutableArray<string>? Entrypoint { get; init; }
    /// <summary>Replaces the image's command; null keeps it.</summary>
    public ImmutableArray<string>? Command { get; init; }
    /// <summary>Working directory; null keeps the image's.</summary>
    public string? WorkingDir { get; init; }
    /// <summary>User, <c>name|uid[:group|gid]</c>; null keeps the image's.</summary>
    public string? User { get; init; }
    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = Empty;
    /// <summary><c>bridge</c> (the team's network on the host) or <c>host</c> (administrators only).</summary>
    public string Network { get; init; } = "bridge";
    /// <summary>Published ports.</summary>
    public ImmutableArray<PortSpec> Ports { get; init; } = [];
    /// <summary>Named volumes; each slot has its own.</summary>
    public ImmutableArray<VolumeSpec> Volumes { get; init; } = [];
    /// <summary>Containers that run beside the main one, in its network.</summary>
    public ImmutableArray<PartSpec> Sidecars { get; init; } = [];
    /// <summary>Containers that run to their end before the main one, one by one.</summary>
    public ImmutableArray<PartSpec> InitContainers { get; init; } = [];
    /// <summary>What is set aside for the main container, and what it may not exceed.</summary>
    public ResourcesSpec Resources { get; init; } = new();
    /// <summary>The health policy.</summary>
    public HealthSpec Health { get; init; } = new();
    /// <summary>What happens when a container ends by itself.</summary>
    public RestartSpec Restart { get; init; } = new();
    /// <summary>Where instances may and should go.</summary>
    public PlacementSpec Placement { get; init; } = new();
    /// <summary>How a change replaces instances.</summary>
    public UpdateSpec Update { get; init; } = new();
    /// <summary>How many instances may be down by choice at once, when hosts are drained or rebooted and when instances are moved; null: as <see cref="UpdateSpec.MaxUnavailable"/> takes effect.</summary>
    public CountOrPercent? Disruption { get; init; }
    /// <summary>How the number of replicas follows the load; null: users set it.</summary>
    public ScalingSpec? Scaling { get; init; }
    /// <summary>How a container is stopped.</summary>
    public StopSpec Stop { get; init; } = new();
    /// <summary>Labels of the container, next to Portal's own.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Empty;

    /// <summary>Whether an instance is more than its main container.</summary>
    public bool HasParts => !Sidecars.IsEmpty || !InitContainers.IsEmpty;

    /// <summary>Whether anything checks the health of one of an instance's containers.</summary>
    public bool IsChecked => Health.Kind != HealthKind.None || Sidecars.Any(s => s.Health.Kind != HealthKind.None);

    /// <summary>The same with the digests of its further containers' images, by the containers' names, where they were resolved.</summary>
    public AppSpec WithPartDigests(ImmutableDictionary<string, string> digests) => digests.IsEmpty ? this : this with
    {
        Sidecars = [.. Sidecars.Select(p => p with { ImageDigest = digests.GetValueOrDefault(p.Name) })],
        InitContainers = [.. InitContainers.Select(p => p with { ImageDigest = digests.GetValueOrDefault(p.Name) })],
    };

    /// <summary>Whether the number of replicas is set automatically.</summary>
    public bool IsScaled => Scaling is { Enabled: true };

    /// <summary>Volumes that some container of an instance may write: they pin slots to hosts.</summary>
    public IEnumerable<VolumeSpec> WritableVolumes => Volumes.Where(v => !v.ReadOnly || Sidecars.Concat(InitContainers).Any(p => p.Volumes.Any(m => m.Name == v.Name && !m.ReadOnly)));

    /// <summary>What <see cref="UpdateSpec.MinReady"/> is where it is not named: 5 s where nothing checks the instance, 0 s where something does.</summary>
    public TimeSpan DefaultMinReady => Health.Kind == HealthKind.None ? TimeSpan.FromSeconds(5) : TimeSpan.Zero;

    /// <summary>The same with the values hidden that only Deployers and above may see: those of env, and of headers that probes send.</summary>
    public AppSpec WithoutValues() => this with
    {
        Env = Hide(Env),
        Sidecars = Hide(Sidecars),
        InitContainers = Hide(InitContainers),
        Health = Health.Headers.IsEmpty ? Health : Health with { Headers = Hide(Health.Headers) },
    };

    private static ImmutableArray<PartSpec> Hide(ImmutableArray<PartSpec> parts) => parts.IsEmpty ? parts : [.. parts.Select(p => p with { Env = Hide(p.Env) })];

    private static ImmutableSortedDictionary<string, string> Hide(ImmutableSortedDictionary<string, string> values) =>
        values.ToImmutableSortedDictionary(e => e.Key, _ => "(hidden)", StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, string> Empty =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}

/// <summary>A spec with the replica count that came with it.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Replicas">The wanted count; null keeps the present one (1 at creation).</param>
public sealed record AppRequest(AppSpec Spec, int? Replicas);

/// <summary>When a host pulls an image.</summary>
public enum PullPolicy
{
    /// <summary>Only where it is absent.</summary>
    IfNotPresent,
    /// <summary>Before every create.</summary>
    Always,
    /// <summary>Never; absent is a failure.</summary>
    Never,
}

/// <summary>How many instances an app has, and for how long.</summary>
public enum AppKind
{
    /// <summary>A number of replicas that run for ever.</summary>
    Service,
    /// <summary>One on each fitting host.</summary>
    Global,
    /// <summary>Runs to its end, once or by a schedule.</summary>
    Job,
}

/// <summary>One published port.</summary>
/// <param name="Name">A DNS label, unique in the app.</param>
/// <param name="ContainerPort">1–65535.</param>
/// <param name="HostPort">1–65535; null lets the engine choose.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Public">Bound to every interface instead of the host's address.</param>
public sealed record PortSpec(string Name, int ContainerPort, int? HostPort = null, string Protocol = "tcp", bool Public = false);

/// <summary>What happens to a slot whose volume's host is lost.</summary>
public enum OnHostLoss
{
    /// <summary>It waits for the host.</summary>
    Wait,
    /// <summary>It starts elsewhere with an empty volume.</summary>
    StartEmpty,
}

/// <summary>One named volume of each slot.</summary>
/// <param name="Name">A DNS label, unique in the app.</param>
/// <param name="Path">Absolute path in the container.</param>
/// <param name="ReadOnly">Mounted read-only.</param>
/// <param name="OnHostLoss">What happens when its host is lost.</param>
public sealed record VolumeSpec(string Name, string Path, bool ReadOnly = false, OnHostLoss OnHostLoss = OnHostLoss.Wait);

/// <summary>An amount of CPU and memory.</summary>
/// <param name="Cpus">Cores; fractions allowed.</param>
/// <param name="MemoryBytes">Bytes.</param>
public readonly record struct Resources(double Cpus, long MemoryBytes)
{
    /// <summary>Both added.</summary>
    public static Resources operator +(Resources a, Resources b) => new(a.Cpus + b.Cpus, a.MemoryBytes + b.MemoryBytes);
    /// <summary>Both subtracted.</summary>
    public static Resources operator -(Resources a, Resources b) => new(a.Cpus - b.Cpus, a.MemoryBytes - b.MemoryBytes);
}

/// <summary>Reservations (what placement sets aside) and limits (what the engine enforces).</summary>
public sealed record ResourcesSpec
{
    /// <summary>Set aside on the host; zero where not named.</summary>
    public Resources Reservations { get; init; }
    /// <summary>CPU limit in cores; null is none.</summary>
    public double? LimitCpus { get; init; }
    /// <summary>Memory limit in bytes; null is none.</summary>
    public long? LimitMemoryBytes { get; init; }
}

/// <summary>What restarts a container that ended by itself.</summary>
public enum RestartPolicy
{
    /// <summary>Always.</summary>
    Always,
    /// <summary>When it ended with a code other than 0.</summary>
    OnFailure,
    /// <summary>Never.</summary>
    Never,
}

/// <summary>Restart policy and the crash-loop bound.</summary>
public sealed record RestartSpec
{
    /// <summary>The policy, which the engine carries out.</summary>
    public RestartPolicy Policy { get; init; } = RestartPolicy.Always;
    /// <summary>Crashes on one host within <see cref="Window"/> after which the instance moves elsewhere.</summary>
    public int MaxPerHost { get; init; } = 5;
    /// <summary>The window in which crashes count.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>What the scheduler prefers.</summary>
public enum PlacementStrategy
{
    /// <summary>Few of one app on each host.</summary>
    Spread,
    /// <summary>Few hosts.</summary>
    Binpack,
}

/// <summary>Where instances may and should go.</summary>
public sealed record PlacementSpec
{
    /// <summary>What is preferred.</summary>
    public PlacementStrategy Strategy { get; init; } = PlacementStrategy.Spread;
    /// <summary>Expressions such as <c>host.labels.zone == a</c>; all must hold.</summary>
    public ImmutableArray<string> Constraints { get; init; } = [];
    /// <summary>Label paths such as <c>host.labels.zone</c>, over whose values instances are spread, first one first.</summary>
    public ImmutableArray<string> SpreadBy { get; init; } = [];
    /// <summary>At most this many of the app on one host; null is no bound.</summary>
    public int? MaxPerHost { get; init; }
}

/// <summary>Which comes first in a replacement.</summary>
public enum UpdateOrder
{
    /// <summary>The new instance is ready before the old one stops.</summary>
    StartFirst,
    /// <summary>The old one stops before the new one starts.</summary>
    StopFirst,
}

/// <summary>What a failed rollout does.</summary>
public enum OnUpdateFailure
{
    /// <summary>Goes back.</summary>
    Rollback,
    /// <summary>Stays where it is.</summary>
    Pause,
}

/// <summary>A count, or a share of the replicas.</summary>
/// <param name="Value">The number.</param>
/// <param name="IsPercent">Whether it is a percentage.</param>
public readonly record struct CountOrPercent(int Value, bool IsPercent = false)
{
    /// <summary>The count for so many replicas. Kubernetes' convention: surge rounds up, unavailable rounds down.</summary>
    /// <param name="replicas">The wanted number of replicas.</param>
    /// <param name="roundUp">Whether a fraction is rounded up.</param>
    public int Of(int replicas, bool roundUp) => !IsPercent ? Value
        : roundUp ? (int)Math.Ceiling(replicas * Value / 100.0) : (int)Math.Floor(replicas * Value / 100.0);

    /// <inheritdoc/>
    public override string ToString() => IsPercent ? $"{Value}%" : Value.ToString();
}

/// <summary>A share of the instances at which a rollout waits.</summary>
/// <param name="Percent">1–100 % of the instances, rounded up.</param>
/// <param name="Pause">How long it waits there; null: until someone promotes it.</param>
public sealed record CanaryStep(int Percent, TimeSpan? Pause);

/// <summary>How a change replaces instances.</summary>
public sealed record UpdateSpec
{
    /// <summary>Which comes first.</summary>
    public UpdateOrder Order { get; init; } = UpdateOrder.StartFirst;
    /// <summary>How many above the wanted number may exist meanwhile.</summary>
    public CountOrPercent MaxSurge { get; init; } = new(1);
    /// <summary>How many of the wanted number may be missing meanwhile.</summary>
    public CountOrPercent MaxUnavailable { get; init; } = new(0);
    /// <summary>How long an instance must be ready to count; null: 5 s where nothing checks it, 0 s where something does.</summary>
    public TimeSpan? MinReady { get; init; }
    /// <summary>Without progress for this long, the rollout has failed.</summary>
    public TimeSpan ProgressDeadline { get; init; } = TimeSpan.FromMinutes(5);
    /// <summary>What happens then.</summary>
    public OnUpdateFailure OnFailure { get; init; } = OnUpdateFailure.Rollback;
    /// <summary>Shares of the instances at which the rollout waits.</summary>
    public ImmutableArray<CanaryStep> Canary { get; init; } = [];
}

/// <summary>How a container is stopped.</summary>
public sealed record StopSpec
{
    /// <summary>The signal.</summary>
    public string Signal { get; init; } = "SIGTERM";
    /// <summary>Between the signal and SIGKILL.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>How long an instance that served runs on after it was taken out of the catalog, before it gets the signal: callers learn of it a moment later.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);
}
