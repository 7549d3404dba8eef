using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Core.State.Services;

/// <summary>Asks one running instance for its health, once.</summary>
public interface IInstanceProbe
{
    /// <summary>
    /// Asks as the policy says: over the network from this process for http and tcp; for a command it is the engine's last check that is told, for
    /// the engine alone runs it. Every failure is an answer.
    /// </summary>
    /// <param name="place">Where it runs.</param>
    /// <param name="policy">The policy; not of the kind none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<ProbeAnswer> AskAsync(InstancePlace place, HealthSpec policy, CancellationToken cancellation);
}

/// <summary>Where an instance runs.</summary>
/// <param name="Host">Its host.</param>
/// <param name="Address">The host's address.</param>
/// <param name="Port">The port to ask, on the host; 0 for a command.</param>
/// <param name="ContainerId">Its container.</param>
public sealed record InstancePlace(HostId Host, string Address, int Port, string ContainerId);
