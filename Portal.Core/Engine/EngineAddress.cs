using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Portal.Core.Engine;

/// <summary>How an engine is reached.</summary>
public enum EngineTransport
{
    /// <summary>A unix socket of this machine.</summary>
    Unix,
    /// <summary>TCP, with or without TLS.</summary>
    Tcp,
    /// <summary>The system's <c>ssh</c>.</summary>
    Ssh,
}

/// <summary>
/// A checked engine address. Its parts hold nothing that a command line or a URL could take for something else: a host or
/// user never begins with a dash and has no metacharacters.
/// </summary>
public sealed partial record EngineAddress
{
    private EngineAddress(EngineTransport transport, string path, string host, int port, string? user) =>
        (Transport, Path, Host, Port, User) = (transport, path, host, port, user);

    /// <summary>How it is reached.</summary>
    public EngineTransport Transport { get; }
    /// <summary>The socket's path; empty for the other transports.</summary>
    public string Path { get; }
    /// <summary>A DNS name or an IP address, IPv6 without brackets; empty for a unix socket.</summary>
    public string Host { get; }
    /// <summary>The port; 0 for ssh's own default and for a unix socket.</summary>
    public int Port { get; }
    /// <summary>The user of an SSH address; null for ssh's own default.</summary>
    public string? User { get; }

    /// <summary>Reads an address; on failure <paramref name="fault"/> is a sentence for a person.</summary>
    /// <param name="text"><c>unix:///path</c>, <c>tcp://host:port</c> or <c>ssh://[user@]host[:port]</c>.</param>
    /// <param name="address">The address, if it is one.</param>
    /// <param name="fault">What is wrong with it, if it is none.</param>
    public static bool TryParse(string? text, out EngineAddress address, out string fault)
    {
        address = null!;
        text ??= "";
        fault = "The endpoint must be unix:///path, tcp://host:port or ssh://user@host.";
        if (text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            fault = "The endpoint must not hold spaces or control characters.";
            return false;
        }
        var mark = text.IndexOf("://", StringComparison.Ordinal);
        if (mark < 0) return false;
        var rest = text[(mark + 3)..];
        var (found, problem) = text[..mark] switch
        {
            "unix" => ParseUnix(rest),
            "tcp" => ParseTcp(rest),
            "ssh" => ParseSsh(rest),
            _ => (null, fault),
        };
        address = found!;
        fault = problem;
        return found is not null;
    }

    private static (EngineAddress?, string) ParseUnix(string path)
    {
        if (!path.StartsWith('/')) return (null, "A unix endpoint needs an absolute path, as unix:///var/run/docker.sock.");
        if (Encoding.UTF8.GetByteCount(path) > 107) return (null, "The path of a unix socket may have at most 107 bytes.");
        return (new(EngineTransport.Unix, path, "", 0, null), "");
    }

    private static (EngineAddress?, string) ParseTcp(string authority)
    {
        var (host, port, fault) = ParseHost(authority.TrimEnd('/'), "tcp://host:port");
        if (fault is null && port == 0) fault = "A tcp endpoint needs a port, as tcp://host:2376.";
        return fault is null ? (new(EngineTransport.Tcp, "", host, port, null), "") : (null, fault);
    }

    private static (EngineAddress?, string) ParseSsh(string authority)
    {
        authority = authority.TrimEnd('/');
        var at = authority.IndexOf('@');
        var user = at < 0 ? null : authority[..at];
        if (user is not null && !UserName().IsMatch(user))
            return (null, "The user of an ssh endpoint may have letters, digits, '.', '_' and '-', not beginning with '-' or '.'; a password is never part of it.");
        var (host, port, fault) = ParseHost(authority[(at + 1)..], "ssh://user@host:port");
        return fault is null ? (new(EngineTransport.Ssh, "", host, port, user), "") : (null, fault);
    }

    private static (string Host, int Port, string? Fault) ParseHost(string authority, string shape)
    {
        string host;
        string? port = null;
        if (authority.StartsWith('['))
        {
            var close = authority.IndexOf(']');
            if (close < 0) return ("", 0, $"An IPv6 address needs its closing bracket, as {shape}.");
            host = authority[1..close];
            var tail = authority[(close + 1)..];
            if (tail.Length > 0 && tail[0] != ':') return ("", 0, $"Only a port may follow the host, as {shape}.");
            if (tail.Length > 0) port = tail[1..];
            if (host.Contains('%') || !IPAddress.TryParse(host, out var ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
                return ("", 0, "The address in brackets is not an IPv6 address.");
        }
        else
        {
            var colon = authority.IndexOf(':');
            host = colon < 0 ? authority : authority[..colon];
            if (colon >= 0) port = authority[(colon + 1)..];
            if (host.Length is 0 or > 253 || !HostName().IsMatch(host))
                return ("", 0, $"The host must be a DNS name or an IP address, as {shape}.");
        }
        if (port is null) return (host, 0, null);
        if (port.Length <= 5 && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536)
            return (host, number, null);
        return ("", 0, "The port must be a number from 1 to 65535.");
    }

    /// <summary>The address as written in an endpoint.</summary>
    public override string ToString()
    {
        var host = Host.Contains(':') ? $"[{Host}]" : Host;
        var port = Port == 0 ? "" : $":{Port}";
        return Transport switch
        {
            EngineTransport.Unix => $"unix://{Path}",
            EngineTransport.Tcp => $"tcp://{host}{port}",
            _ => $"ssh://{(User is null ? "" : User + "@")}{host}{port}",
        };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*\.?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,31}\z")]
    private static partial Regex UserName();
}
