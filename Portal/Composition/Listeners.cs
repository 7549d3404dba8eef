using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Portal.Composition;

/// <summary>Where Portal listens: plain HTTP on loopback, HTTPS elsewhere unless told otherwise.</summary>
internal static class Listeners
{
    /// <summary>Whether an address speaks HTTPS.</summary>
    public static bool IsSecure(PortalOptions options, IPAddress address) =>
        options.CertificateFile is not null || (!options.InsecureHttp && !IPAddress.IsLoopback(address));

    /// <returns>The certificate, where any address speaks HTTPS.</returns>
    public static HttpsCertificate? Configure(KestrelServerOptions kestrel, PortalOptions options, Func<HttpsCertificate> load)
    {
        kestrel.AddServerHeader = false;
        HttpsCertificate? certificate = null;
        foreach (var address in options.Listen.Select(IPAddress.Parse))
        {
            var secure = IsSecure(options, address);
            certificate ??= secure ? load() : null;
            kestrel.Listen(address, options.Port, listener =>
            {
                if (secure)
                {
                    listener.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate!.Certificate, ServerCertificateChain = certificate.Chain });
                }
            });
        }

        return certificate;
    }
}
