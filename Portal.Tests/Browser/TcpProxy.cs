using System.Net;
using System.Net.Sockets;

namespace Portal.Tests.Browser;

/// <summary>A wire between a browser and Portal: it counts the bytes that come back, compressed as they are, and can be cut.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly List<TcpClient> _open = [];
    private long _received;
    private bool _cut;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Bytes from the target so far.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Ends every connection, and each new one at once.</summary>
    public void Cut()
    {
        lock (_open)
        {
            _cut = true;
            _open.ForEach(c => c.Close());
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_open)
        {
            _cut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        using var far = new TcpClient { NoDelay = true };
        using (near)
        {
            lock (_open)
            {
                if (_cut)
                {
                    return;
                }
                _open.Add(near);
            }
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                await Task.WhenAny(CopyAsync(near.GetStream(), far.GetStream(), count: false), CopyAsync(far.GetStream(), near.GetStream(), count: true));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or InvalidOperationException)
            {
                // It is closed then.
            }
            lock (_open)
            {
                _open.Remove(near);
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool count)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                if (count)
                {
                    Interlocked.Add(ref _received, read);
                }
                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has gone.
        }
    }
}
