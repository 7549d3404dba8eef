using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>Tries an engine before it becomes a host.</summary>
public interface IHostProbe
{
    /// <summary>Contacts the engine and asks what it says of itself.</summary>
    /// <param name="endpoint">The engine.</param>
    /// <param name="claimFor">The host that it is to be marked for; null to leave no mark.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="EngineException">It cannot be used, in words for a person; with <see cref="EngineError.Conflict"/> because another host of this cluster marked it.</exception>
    Task<EngineInfo> TryAsync(EngineEndpoint endpoint, HostId? claimFor, CancellationToken cancellation);

    /// <summary>The host that the engine was, by the mark on it, where that one is no longer registered. Registered by that id, it has the volumes there again.</summary>
    /// <param name="endpoint">The engine.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null for an engine that never was one of the cluster's hosts, or is one.</returns>
    /// <exception cref="EngineException">It cannot be used, in words for a person.</exception>
    Task<HostId?> FindFormerAsync(EngineEndpoint endpoint, CancellationToken cancellation);
}
