using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;

namespace Portal.Agents.Hosts;

/// <inheritdoc/>
internal sealed class HostProbe(IContainerEngineFactory engines, HostReader reader) : IHostProbe
{
    /// <inheritdoc/>
    public async Task<EngineInfo> TryAsync(EngineEndpoint endpoint, HostId? claimFor, CancellationToken cancellation)
    {
        await using var engine = engines.Connect(endpoint);
        await engine.PingAsync(cancellation);
        var info = await engine.GetInfoAsync(cancellation);
        if (claimFor is { } host)
        {
            await HostMark.ClaimAsync(engine, await reader.ReadClusterAsync(cancellation), host, cancellation,
                // A host that was removed, or whose registration failed after it was marked, is no longer one.
                async owner => (await reader.ReadHostsAsync(owner, cancellation)).Count > 0);
        }
        return info;
    }

    /// <inheritdoc/>
    public async Task<HostId?> FindFormerAsync(EngineEndpoint endpoint, CancellationToken cancellation)
    {
        await using var engine = engines.Connect(endpoint);
        await engine.PingAsync(cancellation);
        return await HostMark.ReadAsync(engine, await reader.ReadClusterAsync(cancellation), cancellation) is { } owner
            && (await reader.ReadHostsAsync(owner, cancellation)).Count == 0 ? owner : null;
    }
}
