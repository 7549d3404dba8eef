using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Composition;

/// <summary>The certificate for HTTPS: a given one, or one that is made once and kept in the data directory.</summary>
/// <param name="Certificate">With its key.</param>
/// <param name="Chain">What stands between it and a root.</param>
/// <param name="IsSelfMade">Whether nobody vouches for it but its fingerprint.</param>
internal sealed record HttpsCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, bool IsSelfMade)
{
    private const int YearsValid = 2;
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);

    /// <summary>SHA-256 of the certificate, as browsers show it.</summary>
    public string Fingerprint => string.Join(':', Certificate.GetCertHash(HashAlgorithmName.SHA256).Select(b => b.ToString("X2")));

    /// <exception cref="StartupException">A given one cannot be used.</exception>
    public static HttpsCertificate Load(PortalOptions options, string dataPath, TimeProvider time)
    {
        if (options.CertificateFile is null)
        {
            return SelfMade(Path.Combine(dataPath, "https.pfx"), time);
        }

        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.CertificateKeyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.CertificateFile);
            return new HttpsCertificate(certificate, chain, IsSelfMade: false);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The certificate {options.CertificateFile} cannot be used: {e.Message}", e);
        }
    }

    private static HttpsCertificate SelfMade(string path, TimeProvider time)
    {
        if (Kept(path) is { } kept && kept.NotAfter.ToUniversalTime() - time.GetUtcNow() > RenewedBefore)
        {
            return new HttpsCertificate(kept, [], IsSelfMade: true);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = time.GetUtcNow();
        using var made = Request(key).CreateSelfSigned(now.AddMinutes(-5), now.AddYears(YearsValid));
        var bytes = made.Export(X509ContentType.Pfx);
        PrivateFile.Write(path, bytes);
        return new HttpsCertificate(X509CertificateLoader.LoadPkcs12(bytes, null), [], IsSelfMade: true);
    }

    private static X509Certificate2? Kept(string path)
    {
        try
        {
            return File.Exists(path) ? X509CertificateLoader.LoadPkcs12FromFile(path, null) : null;
        }
        catch (CryptographicException)
        {
            return null; // Cut short while it was written: a new one is made.
        }
    }

    private static CertificateRequest Request(ECDsa key)
    {
        var host = Dns.GetHostName();
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddDnsName("localhost");
        foreach (var address in Addresses(host))
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return request;
    }

    private static IEnumerable<IPAddress> Addresses(string host)
    {
        try
        {
            return [IPAddress.Loopback, .. Dns.GetHostAddresses(host).Where(a => !IPAddress.IsLoopback(a))];
        }
        catch (SocketException)
        {
            return [IPAddress.Loopback]; // The machine does not know its own name.
        }
    }
}
