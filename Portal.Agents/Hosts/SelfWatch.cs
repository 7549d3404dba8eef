using System.Collections.Concurrent;
using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

/// <summary>What this process's workers know of one another's hosts, for each to tell the loss of a host from its own.</summary>
internal sealed class SelfWatch
{
    private readonly ConcurrentDictionary<HostId, Watched> _hosts = new();

    public void Report(HostId host, TimeSpan? failingSince) => _hosts[host] = new Watched(failingSince);

    public void Forget(HostId host) => _hosts.TryRemove(host, out _);

    /// <summary>Why none is to be declared lost; null if there is no reason.</summary>
    public string? Suspicion() => SelfSuspicion.Of([.. _hosts.Values]);
}
