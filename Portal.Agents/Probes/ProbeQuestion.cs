using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Portal.Core.Domain;

namespace Portal.Agents.Probes;

/// <summary>What is asked, and where; made once, asked often.</summary>
internal sealed class ProbeQuestion
{
    private readonly Lazy<byte[]> _request;

    public ProbeQuestion(string address, int port, HealthSpec policy)
    {
        (Address, Port, Policy) = (address, port, policy);
        Authority = $"{(IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}:{port.ToString(CultureInfo.InvariantCulture)}";
        Words = policy.Kind == HealthKind.Http ? $"GET http://{Authority}{policy.Path}" : $"tcp://{Authority}";
        _request = new Lazy<byte[]>(MakeRequest);
    }

    /// <summary>The host's address.</summary>
    public string Address { get; }

    /// <summary>The port on the host.</summary>
    public int Port { get; }

    public HealthSpec Policy { get; }

    /// <summary>Address and port, as in a URL.</summary>
    public string Authority { get; }

    /// <summary>The question, as a sentence begins with it.</summary>
    public string Words { get; }

    /// <summary>The request, for http.</summary>
    public ReadOnlyMemory<byte> Request => _request.Value;

    private byte[] MakeRequest()
    {
        var text = new StringBuilder("GET ").Append(Escaped(Policy.Path)).Append(" HTTP/1.1\r\n");
        foreach (var (name, value) in Defaults())
        {
            if (!Policy.Headers.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }
        foreach (var (name, value) in Policy.Headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        return Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());
    }

    private (string Name, string Value)[] Defaults() => [("Host", Authority), ("User-Agent", "Portal-probe"), ("Accept", "*/*"), ("Connection", "close")];

    /// <summary>A request line is ASCII, and ends where a fragment begins.</summary>
    private static string Escaped(string path)
    {
        var sent = path.Split('#')[0];
        return Ascii.IsValid(sent) ? sent : string.Concat(sent.EnumerateRunes().Select(r => r.IsAscii ? r.ToString() : Uri.EscapeDataString(r.ToString())));
    }
}
