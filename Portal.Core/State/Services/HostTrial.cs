using System.Security.Cryptography;
using System.Text.Json;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Model;

namespace Portal.Core.State.Services;

/// <summary>A host as it would be stored.</summary>
/// <param name="Endpoint">In normal form.</param>
/// <param name="Address">Where others reach its published ports.</param>
/// <param name="Tls">Its certificates; null for none.</param>
/// <param name="CertificateExpiresAt">When the first of them expires.</param>
internal sealed record TriedHost(string Endpoint, string Address, EngineTls? Tls, DateTimeOffset? CertificateExpiresAt);

/// <summary>Looks at what a user says of a host, and then tries its engine.</summary>
internal sealed class HostTrial(IHostProbe probe, ISecretProtector secrets, TimeProvider time)
{
    /// <summary>The host in normal form.</summary>
    /// <exception cref="RefusedException">Something is wrong with it; every fault is named.</exception>
    public TriedHost Check(string? name, HostRequest request, HostRow? known)
    {
        var isAddress = EngineAddress.TryParse(request.Endpoint, out var endpoint, out _);
        var tls = request.Tls ?? (known is not null && isAddress && known.Endpoint == endpoint!.ToString() ? Stored(known) : null);
        var faults = HostRules.Check(request with { Tls = tls }, time.GetUtcNow());
        if (name is not null && NameRules.CheckDnsLabel(name) is { } message)
        {
            faults = faults.Insert(0, new Fault("name", message));
        }
        return faults.IsEmpty ? new TriedHost(endpoint!.ToString(), HostRules.AddressOf(request, endpoint), tls, tls is null ? null : EngineCertificates.Describe(tls, time.GetUtcNow()).ExpiresAt)
            : throw new RefusedException(RefusalKind.Invalid, "The host cannot be stored as it is described.", faults);
    }

    /// <summary>Contacts the engine.</summary>
    /// <exception cref="RefusedException">It cannot be used; in the engine's words.</exception>
    public Task<EngineInfo> TryAsync(TriedHost host, HostId? claimFor, CancellationToken cancellation) =>
        AskAsync(host, endpoint => probe.TryAsync(endpoint, claimFor, cancellation));

    /// <summary>Which host of the cluster the engine was before it was removed; null for none.</summary>
    /// <exception cref="RefusedException">It cannot be used; in the engine's words.</exception>
    public Task<HostId?> FindFormerAsync(TriedHost host, CancellationToken cancellation) =>
        AskAsync(host, endpoint => probe.FindFormerAsync(endpoint, cancellation));

    /// <summary>The engine of a stored host.</summary>
    /// <exception cref="RefusedException">Its certificates cannot be read any more.</exception>
    public EngineEndpoint EndpointOf(HostRow host) => new(host.Endpoint, Stored(host));

    private static async Task<T> AskAsync<T>(TriedHost host, Func<EngineEndpoint, Task<T>> ask)
    {
        try
        {
            return await ask(new EngineEndpoint(host.Endpoint, host.Tls));
        }
        catch (EngineException e)
        {
            throw new RefusedException(RefusalKind.Unprocessable, e.Message, new Fault(e.Error == EngineError.Denied && host.Tls is not null ? "tls" : "endpoint", e.Message));
        }
    }

    private EngineTls? Stored(HostRow known)
    {
        if (known.ProtectedTls is null)
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize<EngineTls>(secrets.Unprotect(known.ProtectedTls));
        }
        catch (CryptographicException)
        {
            throw new RefusedException(RefusalKind.Unprocessable, "The stored certificates cannot be read any more: Portal's keys have changed. Give them again.", new Fault("tls", "must be given again"));
        }
    }
}
