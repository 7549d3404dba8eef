using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>An authority of a test's own, or that of the test hosts, and what it signs.</summary>
public sealed class TestCertificates
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _authority;

    private TestCertificates(X509Certificate2 authority) => _authority = authority;

    public static TestCertificates OfHosts() => new(X509Certificate2.CreateFromPemFile(TestTlsHost.CaFile, TestTlsHost.CaKeyFile));

    public static TestCertificates New()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return new(request.CreateSelfSigned(s_now.AddYears(-2), s_now.AddYears(2)));
    }

    public string Ca => _authority.ExportCertificatePem();

    /// <summary>A client's certificate and key, with this authority as the engine's; validity in days from now.</summary>
    public EngineTls Client(int fromDays = -1, int toDays = 30)
    {
        using var certificate = Sign("CN=client", null, fromDays, toDays);
        return new(Ca, certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 Server(IPAddress address, int fromDays = -1, int toDays = 30)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        using var made = Sign("CN=server", names, fromDays, toDays);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2 Sign(string subject, SubjectAlternativeNameBuilder? names, int fromDays, int toDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (names is not null) request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(names is null ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        // Nothing may be older than who signs it.
        DateTimeOffset from = s_now.AddDays(fromDays), oldest = _authority.NotBefore;
        using var signed = request.Create(_authority, from < oldest ? oldest : from, s_now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
