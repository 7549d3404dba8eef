using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Portal.Tests.Agents.Probes;

/// <summary>A server on loopback that does to each connection what the test says, and keeps what it was sent.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;

    public TestServer(Func<Socket, CancellationToken, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>One that reads a request's head, sends these pieces, each by itself, and hangs up.</summary>
    public static TestServer Answering(Action<string> asked, params string[] pieces) => new(async (socket, cancellation) =>
    {
        asked(await ReadHeadAsync(socket, cancellation));
        foreach (var piece in pieces)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(piece), cancellation);
        }
    });

    public static async Task<string> ReadHeadAsync(Socket socket, CancellationToken cancellation)
    {
        var head = new StringBuilder();
        var buffer = new byte[1024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await socket.ReceiveAsync(buffer, cancellation) is > 0 and var length)
        {
            head.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }
        return head.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _serving.ContinueWith(static _ => { }, TaskScheduler.Default);
        _ending.Dispose();
    }

    private async Task ServeAsync(Func<Socket, CancellationToken, Task> serve)
    {
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync(_ending.Token);
            socket.NoDelay = true;
            try
            {
                await serve(socket, _ending.Token);
            }
            catch (SocketException)
            {
                // The prober had heard enough.
            }
        }
    }
}
