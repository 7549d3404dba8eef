using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Tests.Store.Services;

/// <summary>A self-signed certificate with its key.</summary>
internal sealed class TestPair : IDisposable
{
    private readonly X509Certificate2 certificate;
    private readonly ECDsa key;

    private TestPair(X509Certificate2 certificate, ECDsa key) => (this.certificate, this.key) = (certificate, key);

    public string Pem => certificate.ExportCertificatePem();

    public string Key => key.ExportPkcs8PrivateKeyPem();

    public static TestPair Make(DateTimeOffset now)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestPair(new CertificateRequest("CN=portal", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(30)), key);
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}
