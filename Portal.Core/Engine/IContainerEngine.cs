namespace Portal.Core.Engine;

/// <summary>
/// What Portal needs of one container engine. Every call honours its token and has a time-out of its own; a call that
/// fails throws <see cref="EngineException"/>, never anything of the transport's.
/// </summary>
public interface IContainerEngine : IAsyncDisposable
{
    /// <summary>Asks whether the engine answers, and negotiates the API version on first use.</summary>
    Task PingAsync(CancellationToken cancellation);
    /// <summary>What the engine says of itself and its machine.</summary>
    Task<EngineInfo> GetInfoAsync(CancellationToken cancellation);

    /// <summary>All containers, stopped ones too; with a label (<c>key</c> or <c>key=value</c>) only those that carry it.</summary>
    Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string? label, CancellationToken cancellation);
    /// <summary>One container by id or name; null if there is none.</summary>
    Task<ContainerDetails?> InspectContainerAsync(string idOrName, CancellationToken cancellation);
    /// <summary>Creates a container, not started. A taken name throws with <see cref="EngineError.Conflict"/>.</summary>
    /// <returns>Its id.</returns>
    Task<string> CreateContainerAsync(ContainerRequest request, CancellationToken cancellation);
    /// <summary>Starts a container; already running is success.</summary>
    Task StartContainerAsync(string id, CancellationToken cancellation);
    /// <summary>Stops by the container's stop signal, then SIGKILL after the grace period; already stopped or gone is success.</summary>
    Task StopContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation);
    /// <summary>Restarts in place.</summary>
    Task RestartContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation);
    /// <summary>Sends a signal; not running is success.</summary>
    Task KillContainerAsync(string id, string signal, CancellationToken cancellation);
    /// <summary>Removes a container and its anonymous volumes; gone is success.</summary>
    Task RemoveContainerAsync(string id, bool force, CancellationToken cancellation);
    /// <summary>Lines of a container's output, oldest first.</summary>
    IAsyncEnumerable<LogLine> ReadLogsAsync(string id, LogQuery query, CancellationToken cancellation);

    /// <summary>What a container has used so far, at once: the engine does not wait for a second reading. Null if it is gone or does not run.</summary>
    Task<ContainerStats?> GetStatsAsync(string id, CancellationToken cancellation);

    /// <summary>Begins a command with a terminal in a running container.</summary>
    Task<IExecSession> ExecAsync(string id, ExecRequest request, CancellationToken cancellation);

    /// <summary>Networks that carry a label.</summary>
    Task<IReadOnlyList<EngineNetwork>> ListNetworksAsync(string? label, CancellationToken cancellation);
    /// <summary>Creates a bridge network; one of that name already there is success.</summary>
    Task CreateNetworkAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellation);
    /// <summary>Removes a network; gone is success.</summary>
    Task RemoveNetworkAsync(string name, CancellationToken cancellation);

    /// <summary>Volumes that carry a label.</summary>
    Task<IReadOnlyList<EngineVolume>> ListVolumesAsync(string? label, CancellationToken cancellation);
    /// <summary>Creates a local volume; one of that name already there is returned as it is.</summary>
    Task<EngineVolume> CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellation);
    /// <summary>Removes a volume; gone is success.</summary>
    Task RemoveVolumeAsync(string name, CancellationToken cancellation);

    /// <summary>One image by reference or id; null if absent.</summary>
    Task<EngineImage?> InspectImageAsync(string reference, CancellationToken cancellation);
    /// <summary>All images.</summary>
    Task<IReadOnlyList<EngineImage>> ListImagesAsync(CancellationToken cancellation);
    /// <summary>Pulls an image, reporting its layers as they come; throws at the end if the pull failed.</summary>
    IAsyncEnumerable<PullProgress> PullImageAsync(string reference, RegistryCredentials? credentials, CancellationToken cancellation);
    /// <summary>Removes an image; gone is success, in use throws with <see cref="EngineError.Conflict"/>.</summary>
    Task RemoveImageAsync(string reference, CancellationToken cancellation);

    /// <summary>
    /// Events of containers from <paramref name="since"/> on (null: from now), until cancelled or the connection breaks (then it throws).
    /// They are hints: bursts drop some. <paramref name="subscribed"/> is called once, when the engine has accepted the subscription.
    /// </summary>
    IAsyncEnumerable<EngineEvent> WatchEventsAsync(DateTimeOffset? since, Action? subscribed, CancellationToken cancellation);
}

/// <summary>Makes engines; kept apart so that everything above knows no transport.</summary>
public interface IContainerEngineFactory
{
    /// <summary>A client for the endpoint. Nothing is contacted yet. Throws <see cref="EngineException"/> with <see cref="EngineError.InvalidEndpoint"/> for one that cannot be.</summary>
    IContainerEngine Connect(EngineEndpoint endpoint);

    /// <summary>A shell on the endpoint's machine; null where the way there gives none. Nothing is contacted yet.</summary>
    IMachineShell? Shell(EngineEndpoint endpoint) => null;
}
