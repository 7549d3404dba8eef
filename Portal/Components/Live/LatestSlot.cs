namespace Portal.Components.Live;

/// <summary>
/// Holds only the newest snapshot for one reader and shows it at most once in a pause: a burst becomes one showing,
/// a slow reader misses what lay in between.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
internal class LatestSlot<T> : IDisposable where T : class
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _pause;
    private readonly Func<T, Task> _show;
    private readonly IDisposable _subscription;
    private readonly ITimer _timer;
    private T? _newest;
    private bool _scheduled;
    private bool _disposed;
    private long? _shownAt;

    public LatestSlot(Func<Action<T>, IDisposable> subscribe, TimeProvider time, TimeSpan pause, Func<T, Task> show)
    {
        _time = time;
        _pause = pause;
        _show = show;
        _timer = time.CreateTimer(_ => _ = ShowAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _subscription = subscribe(Put);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        lock (_gate)
        {
            _disposed = true;
        }

        _subscription.Dispose();
        _timer.Dispose();
    }

    private void Put(T snapshot)
    {
        lock (_gate)
        {
            _newest = snapshot;
            Schedule();
        }
    }

    private void Schedule()
    {
        if (_scheduled || _disposed)
        {
            return;
        }

        _scheduled = true;
        var since = _shownAt is { } at ? _time.GetElapsedTime(at) : _pause;
        _timer.Change(since >= _pause ? TimeSpan.Zero : _pause - since, Timeout.InfiniteTimeSpan);
    }

    private async Task ShowAsync()
    {
        T snapshot;
        lock (_gate)
        {
            if (_disposed || _newest is null)
            {
                return;
            }

            snapshot = _newest;
            _newest = null;
        }

        try
        {
            await _show(snapshot);
        }
        catch (ObjectDisposedException)
        {
            return; // The page went away while it was being shown.
        }

        lock (_gate)
        {
            _scheduled = false;
            _shownAt = _time.GetTimestamp();
            if (_newest is not null)
            {
                Schedule();
            }
        }
    }
}
