using Portal.Core.State.Live;

namespace Portal.Components.Live;

/// <summary>
/// Holds only the newest snapshot for one reader and shows it at most four times a second: a burst becomes one showing,
/// a slow reader misses what lay in between.
/// </summary>
internal sealed class LiveSlot : IDisposable
{
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<LiveSnapshot, Task> _show;
    private readonly IDisposable _subscription;
    private readonly ITimer _timer;
    private LiveSnapshot? _newest;
    private bool _scheduled;
    private bool _disposed;
    private long? _shownAt;

    public LiveSlot(ILiveState live, TimeProvider time, Func<LiveSnapshot, Task> show)
    {
        _time = time;
        _show = show;
        _timer = time.CreateTimer(_ => _ = ShowAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _subscription = live.Subscribe(Put);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _subscription.Dispose();
        _timer.Dispose();
    }

    private void Put(LiveSnapshot snapshot)
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
        var since = _shownAt is { } at ? _time.GetElapsedTime(at) : Pause;
        _timer.Change(since >= Pause ? TimeSpan.Zero : Pause - since, Timeout.InfiniteTimeSpan);
    }

    private async Task ShowAsync()
    {
        LiveSnapshot snapshot;
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
