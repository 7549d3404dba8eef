using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Core.Domain;

namespace Portal.Core.Engine;

/// <summary>What can be said of the certificates of an endpoint before it is contacted.</summary>
/// <param name="ExpiresAt">When the first of the authority's and our certificate expires; null if neither can be read.</param>
/// <param name="Faults">What makes them unusable, each a sentence at <c>ca</c>, <c>cert</c> or <c>key</c>; empty if they are fine.</param>
public sealed record EngineCertificateReport(DateTimeOffset? ExpiresAt, ImmutableArray<Fault> Faults);

/// <summary>Looks at the PEM texts of a mutual TLS connection.</summary>
public static class EngineCertificates
{
    /// <summary>What is wrong with them as of <paramref name="now"/>, and when they expire.</summary>
    public static EngineCertificateReport Describe(EngineTls tls, DateTimeOffset now)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        DateTimeOffset? expiresAt = null;
        using (var authority = Read(tls.Ca, "ca", "CA", faults)) Check(authority, "ca", "CA");
        using (var own = Read(tls.Cert, "cert", "client", faults))
        {
            Check(own, "cert", "client");
            CheckKey(own, tls.Key, faults);
        }
        return new(expiresAt, faults.ToImmutable());

        void Check(X509Certificate2? certificate, string part, string what)
        {
            if (certificate is null) return;
            var from = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
            var until = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
            if (expiresAt is null || until < expiresAt) expiresAt = until;
            if (now > until) faults.Add(new Fault(part, $"The {what} certificate has been expired since {Words(until)}."));
            if (now < from) faults.Add(new Fault(part, $"The {what} certificate is not valid before {Words(from)}."));
        }
    }

    /// <summary>An instant as it is written in a fault.</summary>
    public static string Words(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'");

    private static X509Certificate2? Read(string pem, string part, string what, ImmutableArray<Fault>.Builder faults)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            faults.Add(new Fault(part, string.IsNullOrWhiteSpace(pem)
                ? $"The {what} certificate is missing."
                : $"The {what} certificate cannot be read: it must be PEM text that begins with -----BEGIN CERTIFICATE-----."));
            return null;
        }
    }

    private static void CheckKey(X509Certificate2? own, string key, ImmutableArray<Fault>.Builder faults)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            faults.Add(new Fault("key", "The client key is missing."));
            return;
        }
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            faults.Add(new Fault("key", "The client key is encrypted; give it without a passphrase."));
            return;
        }
        if (!PemEncoding.TryFind(key, out var fields) || !key[fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal) && !key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            faults.Add(new Fault("key", "The client key cannot be read: it must be PEM text that begins with -----BEGIN PRIVATE KEY----- or its like."));
            return;
        }
        if (own is null) return;
        try
        {
            using var pair = X509Certificate2.CreateFromPem(own.ExportCertificatePem(), key);
        }
        catch (ArgumentException)
        {
            faults.Add(new Fault("key", "The client key does not match the client certificate."));
        }
        catch (CryptographicException)
        {
            // Another algorithm than the certificate's, or damaged text.
            faults.Add(new Fault("key", "The client key is damaged or does not match the client certificate."));
        }
    }
}
