using System.Net;
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
    private const int MostLabels = 100;
    private const int LongestLabelValue = 253;
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromMinutes(10);

    /// <summary>The host in normal form.</summary>
    /// <exception cref="RefusedException">Something is wrong with it; every fault is named.</exception>
    public TriedHost Check(string? name, HostRequest request, HostRow? known)
    {
        var faults = new List<Fault>();
        if (name is not null && NameRules.CheckDnsLabel(name) is { } message)
        {
            faults.Add(new Fault("name", message));
        }
        if (!EngineAddress.TryParse(request.Endpoint, out var endpoint, out var fault))
        {
            faults.Add(new Fault("endpoint", fault));
        }
        var tls = request.Tls ?? (known is not null && endpoint is not null && known.Endpoint == endpoint.ToString() ? Stored(known) : null);
        var expiresAt = CheckTls(request.Tls is not null ? request.Tls : tls, endpoint, faults);
        CheckLabels(request, faults);
        if (request.Grace is { } grace && (grace < ShortestGrace || grace > LongestGrace))
        {
            faults.Add(new Fault("grace", $"must be {DurationText.Format(ShortestGrace)} to {DurationText.Format(LongestGrace)}"));
        }
        var address = request.Address ?? (endpoint is null or { Transport: EngineTransport.Unix } ? "127.0.0.1" : endpoint.Host);
        if (!IsAddress(address))
        {
            faults.Add(new Fault("address", "must be a host name or an IP address, without a port"));
        }
        return faults.Count == 0 ? new TriedHost(endpoint!.ToString(), address, tls, expiresAt)
            : throw new RefusedException(RefusalKind.Invalid, "The host cannot be stored as it is described.", faults);
    }

    /// <summary>Contacts the engine.</summary>
    /// <exception cref="RefusedException">It cannot be used; in the engine's words.</exception>
    public async Task<EngineInfo> TryAsync(TriedHost host, HostId? claimFor, CancellationToken cancellation)
    {
        try
        {
            return await probe.TryAsync(new EngineEndpoint(host.Endpoint, host.Tls), claimFor, cancellation);
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

    private DateTimeOffset? CheckTls(EngineTls? tls, EngineAddress? endpoint, List<Fault> faults)
    {
        if (tls is null)
        {
            return null;
        }
        if (endpoint is { Transport: not EngineTransport.Tcp })
        {
            faults.Add(new Fault("tls", "is for tcp endpoints only"));
            return null;
        }
        var report = EngineCertificates.Describe(tls, time.GetUtcNow());
        faults.AddRange(report.Faults.Select(f => new Fault("tls", f)));
        return report.ExpiresAt;
    }

    private static void CheckLabels(HostRequest request, List<Fault> faults)
    {
        if (request.Labels is not { } labels)
        {
            return;
        }
        if (labels.Count > MostLabels)
        {
            faults.Add(new Fault("labels", $"must be at most {MostLabels}"));
        }
        foreach (var (key, value) in labels)
        {
            if (NameRules.CheckLabelKey(key) is { } wrong)
            {
                faults.Add(new Fault($"labels.{key}", wrong));
            }
            if (value.Length > LongestLabelValue || value.Any(char.IsControl))
            {
                faults.Add(new Fault($"labels.{key}", $"must have at most {LongestLabelValue} characters and no control characters"));
            }
        }
    }

    private static bool IsAddress(string text) => text.Length is > 0 and <= 253
        && (IPAddress.TryParse(text, out _) || (text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && char.IsAsciiLetterOrDigit(text[0])));
}
