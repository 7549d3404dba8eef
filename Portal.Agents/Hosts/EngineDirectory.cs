using System.Collections.Concurrent;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Agents.Hosts;

/// <summary>Engines by host, for those who only read (logs, statistics). A changed registration makes a new client.</summary>
public sealed class EngineDirectory : IAsyncDisposable
{
    private readonly IContainerEngineFactory _engines;
    private readonly HostReader _reader;
    private readonly ConcurrentDictionary<HostId, (EngineEndpoint Endpoint, IContainerEngine Engine)> _clients = new();

    internal EngineDirectory(IContainerEngineFactory engines, HostReader reader) => (_engines, _reader) = (engines, reader);

    /// <summary>A client for the host's engine; nothing is contacted yet. Not to be disposed.</summary>
    /// <exception cref="EngineException">There is no such host, or it cannot be contacted.</exception>
    public async Task<IContainerEngine> FindAsync(HostId host, CancellationToken cancellation)
    {
        var registration = (await _reader.ReadHostsAsync(host, cancellation)).FirstOrDefault()
            ?? throw new EngineException(EngineError.NotFound, "The host is not registered any more.");
        var endpoint = registration.Endpoint ?? throw new EngineException(EngineError.InvalidEndpoint, registration.Fault ?? "The host has no endpoint.");
        if (_clients.TryGetValue(host, out var client) && client.Endpoint == endpoint)
        {
            return client.Engine;
        }
        // The former client is left to the collector: somebody may still read by it.
        return (_clients[host] = (endpoint, _engines.Connect(endpoint))).Engine;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            await client.Engine.DisposeAsync();
        }
    }
}
