namespace Portal.Components.Pages.Common;

/// <summary>Reads again after hints: one reading at a time, at most one in a pause; what is hinted meanwhile becomes one more.</summary>
public sealed class ReloadGate : IDisposable
{
    /// <summary>Between the beginnings of two readings.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<Task> _read;
    private readonly ITimer _timer;
    private long? _readAt;
    private bool _asked;
    private bool _busy;
    private bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="read">Reads; says its failures itself.</param>
    public ReloadGate(TimeProvider time, Func<Task> read)
    {
        (_time, _read) = (time, read);
        _timer = time.CreateTimer(_ => _ = RunAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something changed that the reading would show.</summary>
    public void Ask()
    {
        lock (_gate)
        {
            _asked = true;
            Schedule();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }
        _timer.Dispose();
    }

    private void Schedule()
    {
        if (_busy || _disposed)
        {
            return;
        }
        _busy = true;
        var since = _readAt is { } at ? _time.GetElapsedTime(at) : Pause;
        _timer.Change(since >= Pause ? TimeSpan.Zero : Pause - since, Timeout.InfiniteTimeSpan);
    }

    private async Task RunAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }
            _asked = false;
            _readAt = _time.GetTimestamp();
        }
        try
        {
            await _read();
        }
        catch (ObjectDisposedException)
        {
            return; // The page went away meanwhile.
        }
        lock (_gate)
        {
            _busy = false;
            if (_asked)
            {
                Schedule();
            }
        }
    }
}
