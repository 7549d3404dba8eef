using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>The registry credentials of teams, in the clear; for host workers only.</summary>
public interface IRegistryCredentialsSource
{
    /// <summary>What a team has for the registry of an image; null if nothing.</summary>
    /// <param name="team">The team.</param>
    /// <param name="image">The image reference as it is pulled.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<RegistryCredentials?> FindAsync(TeamId team, string image, CancellationToken cancellation);
}
