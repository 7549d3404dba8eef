using System.Threading.Channels;

namespace Portal.Agents.Hosts;

/// <summary>Wakes one waiter; set several times before it waits, it wakes once.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task<bool>? _waiting;

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits until it is set.</summary>
    public async Task WaitAsync(CancellationToken cancellation) => await _set.Reader.ReadAsync(cancellation);

    /// <summary>Waits until it is set, but no longer than so.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        _waiting ??= _set.Reader.WaitToReadAsync(cancellation).AsTask();
        await Task.WhenAny(_waiting, Task.Delay(atMost, time, cancellation));
        cancellation.ThrowIfCancellationRequested();
        if (_waiting.IsCompleted)
        {
            _waiting = null;
            _set.Reader.TryRead(out _);
        }
    }
}
