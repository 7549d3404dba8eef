using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Core.Engine;

namespace Portal.Agents.Docker.Transport;

/// <summary>TCP with mutual TLS: only the given authority is trusted, and what is wrong is said in words.</summary>
internal sealed class TlsDialer : IEngineDialer
{
    private readonly EngineAddress _address;
    private readonly EngineTls _tls;
    private readonly TimeProvider _time;
    private readonly TcpDialer _tcp;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly SslStreamCertificateContext _own;

    public TlsDialer(EngineAddress address, EngineTls tls, TimeProvider time)
    {
        (_address, _tls, _time, _tcp) = (address, tls, time, new TcpDialer(address));
        var faults = EngineCertificates.Describe(tls, time.GetUtcNow()).Faults;
        if (!faults.IsEmpty) throw new EngineException(EngineError.InvalidEndpoint, string.Join(' ', faults.Select(f => f.Message)));
        try
        {
            _authorities.ImportFromPem(tls.Ca);
            var sent = new X509Certificate2Collection();
            sent.ImportFromPem(tls.Cert);
            _own = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(tls.Cert, tls.Key), sent, offline: true);
        }
        catch (CryptographicException e)
        {
            throw new EngineException(EngineError.InvalidEndpoint, $"The certificates cannot be used: {e.Message}", e);
        }
    }

    public async ValueTask<Stream> DialAsync(CancellationToken cancellation)
    {
        var raw = await _tcp.DialAsync(cancellation);
        var stream = new SslStream(raw, leaveInnerStreamOpen: false);
        string? fault = null;
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = _address.Host,
                ClientCertificateContext = _own,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, presented, errors) =>
                    (fault = Judge(certificate as X509Certificate2, presented, errors)) is null,
            }, cancellation);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (fault is not null) throw new EngineException(EngineError.InvalidEndpoint, fault, e);
            if (e is AuthenticationException or IOException && Explain(e) is { } explained) throw explained;
            if (e is AuthenticationException or IOException)
                throw new EngineException(EngineError.InvalidEndpoint, $"No TLS connection with {_address} came about; does that port speak TLS? ({e.Message})", e);
            throw;
        }
    }

    /// <summary>With TLS 1.3 an engine that refuses our certificate says so only at the first read.</summary>
    public EngineException? Explain(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (!e.Message.Contains("alert", StringComparison.OrdinalIgnoreCase)) continue;
            var faults = EngineCertificates.Describe(_tls, _time.GetUtcNow()).Faults;
            var reason = !faults.IsEmpty ? string.Join(' ', faults.Select(f => f.Message))
                : Chain(_own.TargetCertificate, null) is not null ? "It was not signed by the given CA."
                : "It was signed by the given CA; the engine may want another one, or a certificate for clients.";
            return new EngineException(EngineError.Denied, $"The engine at {_address} refused our certificate. {reason}", failure);
        }
        return null;
    }

    private string? Judge(X509Certificate2? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is null) return $"The engine at {_address} showed no certificate.";
        var now = _time.GetUtcNow();
        var until = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        var from = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        if (now > until) return $"The certificate of the engine at {_address} has been expired since {EngineCertificates.Words(until)}.";
        if (now < from) return $"The certificate of the engine at {_address} is not valid before {EngineCertificates.Words(from)}.";
        if (Chain(certificate, presented) is { } status)
            return $"The certificate of the engine at {_address} was not signed by the given CA ({status}).";
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"The certificate of the engine is not for {_address.Host}; it names {Names(certificate)}."
            : null;
    }

    /// <summary>Null if the certificate leads to the given authority, else why not.</summary>
    private string? Chain(X509Certificate2 certificate, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(certificate) ? null
            : chain.ChainStatus.Select(s => s.StatusInformation.Trim()).FirstOrDefault() ?? "no chain";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var names = alternative is null ? []
            : alternative.EnumerateDnsNames().Concat(alternative.EnumerateIPAddresses().Select(a => a.ToString())).ToArray();
        return names.Length > 0 ? string.Join(", ", names) : certificate.Subject;
    }
}
