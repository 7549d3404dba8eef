namespace Portal.Core.State.Leases;

/// <summary>How work is told to end, and waited for.</summary>
public static class Endings
{
    /// <summary>Cancels in a turn of its own: what is told to end does not run inside the caller. Unlike <c>CancelAsync</c> it stays where the caller's turns are taken.</summary>
    public static async Task CancelSoonAsync(this CancellationTokenSource source)
    {
        await Task.Yield();
#pragma warning disable CA1849 // This is the asynchronous form.
        source.Cancel();
#pragma warning restore CA1849
    }

    /// <summary>Waits until all have ended, however.</summary>
    public static async Task EndedAsync(this Task[] work) => await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
