namespace Portal.Agents;

/// <summary>Wakes one waiter; set several times before it waits, it wakes once.</summary>
internal sealed class Signal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    public void Set()
    {
        lock (_gate)
        {
            var waiter = _waiter;
            _waiter = null;
            // One that was woken by time meanwhile finds it set when it waits again.
            _isSet = waiter?.TrySetResult() != true;
        }
    }

    /// <summary>Waits until it is set.</summary>
    public Task WaitAsync(CancellationToken cancellation) => WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);

    /// <summary>Waits until it is set, but no longer than so.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }
            _waiter = waiter;
        }
        using (var timer = atMost == Timeout.InfiniteTimeSpan ? null : time.CreateTimer(Wake, waiter, atMost, Timeout.InfiniteTimeSpan))
        using (cancellation.Register(Wake, waiter))
        {
            await waiter.Task;
        }
        lock (_gate)
        {
            if (_waiter == waiter)
            {
                _waiter = null;
            }
        }
        cancellation.ThrowIfCancellationRequested();
    }

    private static void Wake(object? waiter) => ((TaskCompletionSource)waiter!).TrySetResult();
}
