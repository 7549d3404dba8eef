using System.Collections.Concurrent;

namespace Portal.Core.State.Embedded;

/// <summary>
/// A thread that starts processes and lives as long as they do. The kernel ties a child's parent-death signal to the
/// thread that forked it, so a start from the thread pool would be stopped when the pool retires that thread.
/// </summary>
internal sealed class LivingThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public LivingThread(string name)
    {
        var thread = new Thread(() =>
        {
            foreach (var action in _work.GetConsumingEnumerable())
            {
                action();
            }

            _work.Dispose();
        })
        { IsBackground = true, Name = name };
        thread.Start();
    }

    public Task<T> RunAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    public void Dispose() => _work.CompleteAdding();
}
