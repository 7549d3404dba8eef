using System.Net;

namespace Portal.Composition;

/// <summary>The address of the pages as a person opens it, kept in the data directory for commands that print links.</summary>
internal static class PublicAddress
{
    public static string FileOf(string dataPath) => Path.Combine(dataPath, "address");

    /// <summary>From what the server listens on: "every address" becomes the machine's name.</summary>
    public static string Of(string listening)
    {
        var uri = new Uri(listening.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal));
        var host = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? Dns.GetHostName() : uri.Host;
        return $"{uri.Scheme}://{host}:{uri.Port}";
    }

    /// <summary>From the last start, else from the options.</summary>
    public static string Last(PortalOptions options)
    {
        var file = FileOf(options.Data);
        if (File.Exists(file))
        {
            return File.ReadAllText(file).Trim();
        }

        var first = IPAddress.Parse(options.Listen[0]);
        return Of($"{(Listeners.IsSecure(options, first) ? "https" : "http")}://{(first.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{first}]" : first)}:{options.Port}");
    }
}
