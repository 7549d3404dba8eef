namespace Portal.Agents;

/// <summary>So many at once; the others wait in the order in which they came.</summary>
internal sealed class Turns(int atOnce)
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = [];
    private int _free = atOnce;

    /// <summary>Does the work once it is its turn.</summary>
    public async Task<T> TakeAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await EnterAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            Leave();
        }
    }

    private async Task EnterAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }
            _waiting.Enqueue(turn);
        }
        using var registration = cancellation.Register(static t => ((TaskCompletionSource<bool>)t!).TrySetResult(false), turn);
        if (!await turn.Task)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult(true))
                {
                    return;
                }
            }
            _free++;
        }
    }
}
