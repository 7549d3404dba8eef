using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;

namespace Portal.Agents.Hosts;

/// <inheritdoc/>
internal sealed class HostConsoles(EngineDirectory directory) : IHostConsoles
{
    /// <inheritdoc/>
    public async Task<IExecSession> OpenAsync(HostId host, string containerId, ExecRequest request, CancellationToken cancellation)
    {
        var engine = await directory.FindAsync(host, cancellation);
        return await engine.ExecAsync(containerId, request, cancellation);
    }
}
