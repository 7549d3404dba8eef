using System.Net;
using System.Net.Sockets;

namespace Portal.Core.Domain;

/// <summary>Where an address lies, as seen from the machine that connects to it.</summary>
public enum AddressKind
{
    /// <summary>Anywhere else: routed over the internet.</summary>
    Public,
    /// <summary>A private range: RFC 1918, RFC 6598 (shared by carriers), unique local IPv6.</summary>
    Private,
    /// <summary>The machine itself: 127.0.0.0/8, ::1, and the unspecified address, which leads there too.</summary>
    Loopback,
    /// <summary>Only this link: 169.254.0.0/16, where clouds serve their machines' credentials, and fe80::/10.</summary>
    LinkLocal,
    /// <summary>No single machine: multicast, broadcast, or reserved.</summary>
    Group,
}

/// <summary>What kinds of addresses there are, so that users cannot make Portal connect to its own machine. Pure.</summary>
public static class AddressRules
{
    private static readonly IPNetwork[] s_private = [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10" }.Select(n => IPNetwork.Parse(n))];
    private static readonly IPNetwork[] s_group = [.. new[] { "224.0.0.0/4", "240.0.0.0/4", "ff00::/8" }.Select(n => IPNetwork.Parse(n))];
    private static readonly IPNetwork[] s_metadata = [.. new[] { "169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32" }.Select(n => IPNetwork.Parse(n))];
    private static readonly IPNetwork s_translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork s_unspecified = IPNetwork.Parse("0.0.0.0/8");

    /// <summary>Where the address lies. IPv4 addresses that are written as IPv6 ones (mapped, compatible, translated, 6to4) are told as what they lead to.</summary>
    public static AddressKind KindOf(IPAddress address)
    {
        var plain = Plain(address);
        return IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.IPv6Any) || s_unspecified.Contains(plain) ? AddressKind.Loopback
            : s_metadata.Any(n => n.Contains(plain)) ? AddressKind.LinkLocal
            : s_private.Any(n => n.Contains(plain)) ? AddressKind.Private
            : s_group.Any(n => n.Contains(plain)) ? AddressKind.Group
            : AddressKind.Public;
    }

    /// <summary>Whether it leads into the machine that connects or to what only its own link has: nothing that a user may name. Private ranges do not.</summary>
    public static bool IsInside(IPAddress address) => KindOf(address) is AddressKind.Loopback or AddressKind.LinkLocal or AddressKind.Group;

    /// <summary>Why a user may not make Portal connect there, in words; null if they may.</summary>
    public static string? Refusal(IPAddress address) => KindOf(address) switch
    {
        AddressKind.Loopback => $"{address} is Portal's own machine",
        AddressKind.LinkLocal => $"{address} is reached only from Portal's own link, where clouds serve their machines' credentials",
        AddressKind.Group => $"{address} is no single machine's",
        _ => null,
    };

    private static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }
        // A scope says by which interface, not where to.
        var bytes = address.GetAddressBytes();
        var unscoped = new IPAddress(bytes);
        var holdsOld = s_translated.Contains(unscoped) || s_compatible.Contains(unscoped) && !unscoped.Equals(IPAddress.IPv6Loopback) && !unscoped.Equals(IPAddress.IPv6Any);
        return holdsOld ? new IPAddress(bytes.AsSpan(12)) : s_sixToFour.Contains(unscoped) ? new IPAddress(bytes.AsSpan(2, 4)) : unscoped;
    }
}
