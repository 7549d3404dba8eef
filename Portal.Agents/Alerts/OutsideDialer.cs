using System.Net;
using System.Net.Sockets;
using Portal.Core.Alerts;

namespace Portal.Agents.Alerts;

/// <summary>Connects to what users name, and only where that may be reached: what a name leads to is checked here, and that very address is connected to.</summary>
internal static class OutsideDialer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="RefusedAddressException">Every address of it is inside Portal's own network.</exception>
    /// <exception cref="SocketException">It has no address, or none answered.</exception>
    public static async Task<NetworkStream> DialAsync(string host, int port, AllowedAddresses allowed, CancellationToken cancellation)
    {
        var found = IPAddress.TryParse(host.Trim('[', ']'), out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellation);
        var refusals = found.ToDictionary(a => a, a => allowed.Refusal(host, a));
        var open = refusals.Where(r => r.Value is null).Select(r => r.Key).ToList();
        if (open.Count == 0)
        {
            throw new RefusedAddressException(refusals.Values.FirstOrDefault(r => r is not null) ?? $"{host} has no address");
        }
        Exception last = new SocketException((int)SocketError.HostNotFound);
        foreach (var one in open)
        {
            var socket = new Socket(one.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(Patience);
                await socket.ConnectAsync(new IPEndPoint(one, port), limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                socket.Dispose();
                last = e is SocketException ? e : new SocketException((int)SocketError.TimedOut);
            }
        }
        throw last;
    }
}

/// <summary>An address that notices are not sent to.</summary>
internal sealed class RefusedAddressException(string message) : Exception(message);
