using Microsoft.AspNetCore.DataProtection;

namespace Portal.Core.State.Services;

/// <summary>Secrets by ASP.NET Core's Data Protection; where its keys lie is the composition's matter.</summary>
internal sealed class SecretProtector(IDataProtectionProvider provider) : ISecretProtector
{
    private readonly IDataProtector protector = provider.CreateProtector("portal.secrets.v1");

    public string Protect(string secret) => protector.Protect(secret);

    public string Unprotect(string stored) => protector.Unprotect(stored);
}
