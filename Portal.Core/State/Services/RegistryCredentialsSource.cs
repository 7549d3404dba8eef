using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class RegistryCredentialsSource(ServiceStore store, ISecretProtector secrets, ILogger<RegistryCredentialsSource> log) : IRegistryCredentialsSource
{
    public async Task<RegistryCredentials?> FindAsync(TeamId team, string image, CancellationToken cancellation)
    {
        if (!ImageReference.TryParse(image, out var reference, out _))
        {
            return null;
        }
        var row = await store.ReadAsync(db => db.Registries.AsNoTracking().SingleOrDefaultAsync(r => r.TeamId == team && r.Host == reference.Registry, cancellation), cancellation);
        if (row is null)
        {
            return null;
        }
        try
        {
            return new RegistryCredentials(row.Host, row.Username, secrets.Unprotect(row.ProtectedPassword));
        }
        catch (CryptographicException)
        {
            log.LogError("The password for registry {Registry} cannot be read any more: Portal's keys have changed; it has to be set again", row.Host);
            return null;
        }
    }
}
