using System.Net.Sockets;
using Portal.Core.Engine;

namespace Portal.Agents.Docker.Transport;

/// <summary>Opens connections to one engine. Fails with an <see cref="EngineException"/> or a socket's own exception.</summary>
internal interface IEngineDialer
{
    ValueTask<Stream> DialAsync(CancellationToken cancellation);

    /// <summary>A better word for a failure of an open connection, or null.</summary>
    EngineException? Explain(Exception failure) => null;
}

internal sealed class UnixDialer(EngineAddress address) : IEngineDialer
{
    public async ValueTask<Stream> DialAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.Path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            socket.Dispose();
            throw new EngineException(EngineError.Denied, $"This process may not open {address.Path}.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

internal sealed class TcpDialer(EngineAddress address) : IEngineDialer
{
    public async ValueTask<Stream> DialAsync(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A host that went silently is noticed on idle streams too.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 3);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(address.Host, address.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
