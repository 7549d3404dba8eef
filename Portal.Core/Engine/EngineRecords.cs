using System.Collections.Immutable;

namespace Portal.Core.Engine;

/// <summary>What an engine says of itself and its machine.</summary>
public sealed record EngineInfo
{
    /// <summary>The engine's version.</summary>
    public required string Version { get; init; }
    /// <summary>The negotiated API version, as <c>1.47</c>.</summary>
    public required string ApiVersion { get; init; }
    /// <summary>As <c>linux</c>.</summary>
    public required string Os { get; init; }
    /// <summary>As <c>amd64</c> or <c>arm64</c> (the names images use).</summary>
    public required string Architecture { get; init; }
    /// <summary>A name of the operating system for people.</summary>
    public string OsName { get; init; } = "";
    /// <summary>The machine's own name.</summary>
    public string MachineName { get; init; } = "";
    /// <summary>Cores.</summary>
    public required int Cpus { get; init; }
    /// <summary>Bytes of memory.</summary>
    public required long MemoryBytes { get; init; }
    /// <summary>Another after each start of the engine; null where it does not tell.</summary>
    public string? Run { get; init; }
    /// <summary>The folder on its machine that holds images and containers; empty where it does not tell.</summary>
    public string RootFolder { get; init; } = "";
}

/// <summary>A container as a list shows it.</summary>
public sealed record ContainerSummary
{
    /// <summary>Full id.</summary>
    public required string Id { get; init; }
    /// <summary>Name without the leading slash.</summary>
    public required string Name { get; init; }
    /// <summary>Image reference as created.</summary>
    public required string Image { get; init; }
    /// <summary>The engine's word: <c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c>, <c>dead</c>.</summary>
    public required string State { get; init; }
    /// <summary>The engine's sentence, as <c>Up 3 minutes (healthy)</c>.</summary>
    public string Status { get; init; } = "";
    /// <summary>Labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>Published ports; only while running.</summary>
    public ImmutableArray<PublishedPort> Ports { get; init; } = [];
    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A container as inspected.</summary>
public sealed record ContainerDetails
{
    /// <summary>Full id.</summary>
    public required string Id { get; init; }
    /// <summary>Name without the leading slash.</summary>
    public required string Name { get; init; }
    /// <summary>The engine's word for its state.</summary>
    public required string State { get; init; }
    /// <summary>Labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>The engine's own health word (<c>starting</c>, <c>healthy</c>, <c>unhealthy</c>); null where it checks nothing.</summary>
    public string? Health { get; init; }
    /// <summary>The last output of the health check, where there is one.</summary>
    public string? HealthOutput { get; init; }
    /// <summary>Exit code of the last run.</summary>
    public int ExitCode { get; init; }
    /// <summary>Whether the kernel killed it for memory.</summary>
    public bool OomKilled { get; init; }
    /// <summary>The engine's error text of the last start, or empty.</summary>
    public string Error { get; init; } = "";
    /// <summary>How often the engine restarted it.</summary>
    public int RestartCount { get; init; }
    /// <summary>When it last started; null if never.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When it last ended; null if never.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Id of the image.</summary>
    public string ImageId { get; init; } = "";
    /// <summary>Published ports, as they are now.</summary>
    public ImmutableArray<PublishedPort> Ports { get; init; } = [];
    /// <summary>Addresses by network name.</summary>
    public ImmutableDictionary<string, string> Addresses { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A port of a container that is reachable on its host.</summary>
/// <param name="ContainerPort">In the container.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="HostAddress">The host address it is bound to.</param>
/// <param name="HostPort">On the host.</param>
public sealed record PublishedPort(int ContainerPort, string Protocol, string HostAddress, int HostPort);

/// <summary>A container to create. It has no word for privileges, capabilities, devices, host namespaces other than the network, or bind mounts.</summary>
public sealed record ContainerRequest
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Image reference or id.</summary>
    public required string Image { get; init; }
    /// <summary>Entrypoint; null keeps the image's.</summary>
    public ImmutableArray<string>? Entrypoint { get; init; }
    /// <summary>Command; null keeps the image's.</summary>
    public ImmutableArray<string>? Command { get; init; }
    /// <summary>Working directory; null keeps the image's.</summary>
    public string? WorkingDir { get; init; }
    /// <summary>User; null keeps the image's.</summary>
    public string? User { get; init; }
    /// <summary>Hostname; null lets the engine choose.</summary>
    public string? Hostname { get; init; }
    /// <summary>Environment.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    /// <summary>Labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    /// <summary>A network's name, or <c>host</c>.</summary>
    public string Network { get; init; } = "bridge";
    /// <summary>The id of a container whose network is shared instead, with its addresses and ports; null for a network of its own.</summary>
    public string? NetworkOf { get; init; }
    /// <summary>Names under which others on that network find it.</summary>
    public ImmutableArray<string> NetworkAliases { get; init; } = [];
    /// <summary>Ports to publish; a host port of 0 lets the engine choose, an empty address is every interface.</summary>
    public ImmutableArray<PublishedPort> Ports { get; init; } = [];
    /// <summary>Named volumes to mount.</summary>
    public ImmutableArray<VolumeMount> Volumes { get; init; } = [];
    /// <summary>CPU limit in cores; null is none.</summary>
    public double? LimitCpus { get; init; }
    /// <summary>Memory limit in bytes; null is none.</summary>
    public long? LimitMemoryBytes { get; init; }
    /// <summary>Memory reservation in bytes; null is none.</summary>
    public long? ReservationMemoryBytes { get; init; }
    /// <summary>The engine's own restart policy: <c>no</c>, <c>unless-stopped</c> or <c>on-failure</c>.</summary>
    public string RestartPolicy { get; init; } = "no";
    /// <summary>The engine's own health check; null for none (the image's is switched off).</summary>
    public EngineHealthCheck? HealthCheck { get; init; }
    /// <summary>Stop signal.</summary>
    public string StopSignal { get; init; } = "SIGTERM";
    /// <summary>Stop grace period.</summary>
    public TimeSpan StopGracePeriod { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Largest size of one log file in bytes.</summary>
    public long LogMaxBytes { get; init; } = 10 * 1024 * 1024;
    /// <summary>How many log files are kept.</summary>
    public int LogMaxFiles { get; init; } = 3;
}

/// <summary>A named volume in a container.</summary>
/// <param name="Volume">The volume's name on the engine.</param>
/// <param name="Path">Absolute path in the container.</param>
/// <param name="ReadOnly">Mounted read-only.</param>
public sealed record VolumeMount(string Volume, string Path, bool ReadOnly);

/// <summary>A check that the engine runs in the container.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Interval">Between two checks.</param>
/// <param name="Timeout">Of one check.</param>
/// <param name="StartPeriod">Failures do not count for this long.</param>
/// <param name="Retries">Failures in a row.</param>
public sealed record EngineHealthCheck(ImmutableArray<string> Command, TimeSpan Interval, TimeSpan Timeout, TimeSpan StartPeriod, int Retries);

/// <summary>A network of an engine.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Labels.</param>
public sealed record EngineNetwork(string Id, string Name, ImmutableDictionary<string, string> Labels);

/// <summary>A volume of an engine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Labels.</param>
/// <param name="CreatedAt">When it was made, where the engine says.</param>
public sealed record EngineVolume(string Name, ImmutableDictionary<string, string> Labels, DateTimeOffset? CreatedAt);

/// <summary>An image of an engine.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tags">References by tag.</param>
/// <param name="Digests">References by digest, as <c>repo@sha256:…</c>.</param>
/// <param name="Bytes">Its size.</param>
public sealed record EngineImage(string Id, ImmutableArray<string> Tags, ImmutableArray<string> Digests, long Bytes);

/// <summary>Credentials of a registry.</summary>
/// <param name="Registry">Its host.</param>
/// <param name="Username">The user.</param>
/// <param name="Password">The password or token; a secret.</param>
public sealed record RegistryCredentials(string Registry, string Username, string Password)
{
    /// <summary>Without the password: a log must not hold it.</summary>
    public override string ToString() => $"{Username} at {Registry}";
}

/// <summary>One report of a pull.</summary>
/// <param name="Layer">The layer's id; null for the whole.</param>
/// <param name="Status">The engine's words.</param>
/// <param name="Current">Bytes so far, where known.</param>
/// <param name="Total">Bytes in all, where known.</param>
public sealed record PullProgress(string? Layer, string Status, long? Current, long? Total);

/// <summary>Something that happened to a container.</summary>
/// <param name="Action">The engine's word: <c>create</c>, <c>start</c>, <c>die</c>, <c>kill</c>, <c>stop</c>, <c>destroy</c>, <c>health_status</c>, <c>oom</c>, …; a colon's tail is cut off.</param>
/// <param name="ContainerId">Full id.</param>
/// <param name="Attributes">Labels, <c>name</c>, <c>image</c>, <c>exitCode</c>, <c>signal</c>, and for health <c>health</c>.</param>
/// <param name="At">When, by the engine's clock.</param>
public sealed record EngineEvent(string Action, string ContainerId, ImmutableDictionary<string, string> Attributes, DateTimeOffset At);

/// <summary>Which lines of a container's output are wanted.</summary>
/// <param name="Follow">Go on as new lines come.</param>
/// <param name="Tail">At most so many of the last lines; null for all.</param>
/// <param name="Since">Only from then on.</param>
/// <param name="Until">Only up to then.</param>
public sealed record LogQuery(bool Follow = false, int? Tail = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>One line of output.</summary>
/// <param name="At">When the engine took it.</param>
/// <param name="IsError">Whether it came from standard error.</param>
/// <param name="Text">The line without its end.</param>
public sealed record LogLine(DateTimeOffset At, bool IsError, string Text);
