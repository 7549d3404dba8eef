using Portal.Core.State;
using Portal.Core.State.Live;

namespace Portal.Api.Http;

/// <summary>The live snapshot once there is one: a process that just started has not read it yet, and must not say that nothing is there.</summary>
internal static class LoadedSnapshot
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The snapshot as it was last read.</summary>
    /// <exception cref="StoreUnavailableException">It was not read in time.</exception>
    public static async Task<LiveSnapshot> LoadedAsync(this ILiveState live, TimeProvider time, CancellationToken cancellation)
    {
        if (IsLoaded(live.Current))
        {
            return live.Current;
        }
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = live.Subscribe(snapshot =>
        {
            if (IsLoaded(snapshot))
            {
                loaded.TrySetResult();
            }
        });
        try
        {
            if (!IsLoaded(live.Current))
            {
                await loaded.Task.WaitAsync(Patience, time, cancellation);
            }
            return live.Current;
        }
        catch (TimeoutException e)
        {
            throw new StoreUnavailableException("The live state was not read yet.", e);
        }
    }

    private static bool IsLoaded(LiveSnapshot snapshot) => snapshot.At != default;
}
