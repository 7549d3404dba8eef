using System.Net;
using System.Security.Cryptography.X509Certificates;
using Portal.Composition;

namespace Portal.Tests.Web.Composition;

public sealed class ListeningTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("portal-https-");

    [Theory]
    [InlineData("127.0.0.1", false, null, false)]
    [InlineData("::1", false, null, false)]
    [InlineData("0.0.0.0", false, null, true)]
    [InlineData("10.0.0.1", false, null, true)]
    [InlineData("10.0.0.1", true, null, false)]
    [InlineData("127.0.0.1", false, "cert.pem", true)]
    public void Only_loopback_speaks_http_unless_told_otherwise(string address, bool insecure, string? certificate, bool secure) =>
        Assert.Equal(secure, Listeners.IsSecure(new PortalOptions { InsecureHttp = insecure, CertificateFile = certificate }, IPAddress.Parse(address)));

    [Fact]
    public void A_self_made_certificate_is_kept_private_and_made_anew_before_it_ends()
    {
        var clock = new ManualClock();
        var first = HttpsCertificate.Load(new PortalOptions(), _data.FullName, clock);
        Assert.True(first.IsSelfMade && first.Certificate.HasPrivateKey);
        Assert.Equal(first.Fingerprint, HttpsCertificate.Load(new PortalOptions(), _data.FullName, clock).Fingerprint);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_data.FullName, "https.pfx")));
        }

        clock.Advance(TimeSpan.FromDays(710));
        Assert.NotEqual(first.Fingerprint, HttpsCertificate.Load(new PortalOptions(), _data.FullName, clock).Fingerprint);
    }

    [Fact]
    public void A_given_certificate_is_taken_and_a_bad_one_is_named()
    {
        var made = HttpsCertificate.Load(new PortalOptions(), _data.FullName, new ManualClock()).Certificate;
        var (cert, key) = (Path.Combine(_data.FullName, "c.pem"), Path.Combine(_data.FullName, "k.pem"));
        File.WriteAllText(cert, made.ExportCertificatePem());
        File.WriteAllText(key, made.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        var given = HttpsCertificate.Load(new PortalOptions { CertificateFile = cert, CertificateKeyFile = key }, _data.FullName, new ManualClock());
        Assert.Equal((made.Thumbprint, false), (given.Certificate.Thumbprint, given.IsSelfMade));

        File.WriteAllText(cert, "nothing");
        var e = Assert.Throws<StartupException>(() => HttpsCertificate.Load(new PortalOptions { CertificateFile = cert }, _data.FullName, new ManualClock()));
        Assert.Contains(cert, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://[::1]:80", "http://[::1]:80")]
    public void An_address_to_open_is_the_one_listened_on(string listening, string opened) => Assert.Equal(opened, PublicAddress.Of(listening));

    [Fact]
    public void Every_address_becomes_the_machines_name() =>
        Assert.Equal($"https://{Dns.GetHostName()}:8443".ToLowerInvariant(), PublicAddress.Of("https://0.0.0.0:8443").ToLowerInvariant());

    public void Dispose() => _data.Delete(recursive: true);
}
