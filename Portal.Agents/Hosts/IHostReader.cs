using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

/// <summary>What host workers act on.</summary>
internal interface IHostReader
{
    /// <summary>The id of the cluster.</summary>
    Task<Guid> ReadClusterAsync(CancellationToken cancellation);

    /// <summary>All hosts, or the one named.</summary>
    Task<List<HostRegistration>> ReadHostsAsync(HostId? only, CancellationToken cancellation);

    /// <summary>A host's status row; null before its first.</summary>
    Task<KnownStatus?> ReadStatusAsync(HostId host, CancellationToken cancellation);

    /// <summary>The host's assignments that have not ended, or whose containers are kept, each with its sealed spec.</summary>
    Task<Dictionary<InstanceId, WantedInstance>> ReadWantedAsync(HostId host, CancellationToken cancellation);

    /// <summary>What was last said of the host's live instances.</summary>
    Task<Dictionary<InstanceId, InstanceObservation>> ReadObservationsAsync(HostId host, CancellationToken cancellation);

    /// <summary>Volumes on the host whose removal was asked for.</summary>
    Task<List<UnwantedVolume>> ReadUnwantedVolumesAsync(Guid cluster, HostId host, CancellationToken cancellation);

    /// <summary>Images that are to be on the host before rollouts begin.</summary>
    Task<List<WantedPull>> ReadPullsAsync(HostId host, CancellationToken cancellation);

    /// <summary>Which of these apps, by team and name, the store knows or has known.</summary>
    Task<HashSet<(string Team, string App)>> ReadKnownAppsAsync(IReadOnlyCollection<(string Team, string App)> apps, CancellationToken cancellation);

    /// <summary>Whether an administrator has said that the host is lost since then.</summary>
    Task<bool> IsLossConfirmedAsync(HostId host, DateTimeOffset since, CancellationToken cancellation);
}
