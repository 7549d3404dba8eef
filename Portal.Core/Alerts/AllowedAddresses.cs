using System.Collections.Immutable;
using System.Net;
using Portal.Core.Domain;

namespace Portal.Core.Alerts;

/// <summary>Where notices may be sent: anywhere on the internet, and inside Portal's own network only to what an administrator named. Pure.</summary>
public sealed class AllowedAddresses
{
    private readonly ImmutableHashSet<string> hosts;
    private readonly ImmutableArray<IPNetwork> networks;

    private AllowedAddresses(ImmutableHashSet<string> hosts, ImmutableArray<IPNetwork> networks) => (this.hosts, this.networks) = (hosts, networks);

    /// <summary>Nothing inside.</summary>
    public static AllowedAddresses None { get; } = new([], []);

    /// <summary>Reads host names, IP addresses and networks such as <c>10.0.0.0/8</c>.</summary>
    /// <param name="texts">An entry each.</param>
    /// <param name="fault">What is wrong with the first that cannot be read; null if all can.</param>
    public static AllowedAddresses Read(IEnumerable<string> texts, out string? fault)
    {
        var (names, nets) = (ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase), ImmutableArray.CreateBuilder<IPNetwork>());
        fault = null;
        foreach (var text in texts.Select(t => t.Trim()).Where(t => t.Length > 0))
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                nets.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                nets.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (Uri.CheckHostName(text) == UriHostNameType.Dns)
            {
                names.Add(text);
            }
            else
            {
                fault ??= $"{text} is no host name, IP address or network such as 10.0.0.0/8";
            }
        }
        return new AllowedAddresses(names.ToImmutable(), nets.ToImmutable());
    }

    /// <summary>Why Portal does not connect there; null if it may.</summary>
    /// <param name="host">The name that was looked up.</param>
    /// <param name="address">What it led to.</param>
    public string? Refusal(string host, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (AddressRules.KindOf(address) == AddressKind.Public || hosts.Contains(host) || networks.Any(n => n.Contains(plain)))
        {
            return null;
        }
        return $"{host} leads to {plain}, inside Portal's own network; an administrator can allow it in the settings of alerts";
    }
}
