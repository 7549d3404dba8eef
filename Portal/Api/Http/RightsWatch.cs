using Portal.Accounts;
using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>
/// Asks again and again, while something long goes on, whether the one who began it still may: a role or a token that is taken away ends it within
/// half a minute, signing out at once.
/// </summary>
internal sealed class RightsWatch(ApiAuthenticator authenticator, BrowserSessions sessions, TimeProvider time, ILogger<RightsWatch> log)
{
    /// <summary>Tokens are remembered for 20 s at the most.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(8);

    /// <summary>Begins to ask.</summary>
    /// <param name="http">The request that goes on.</param>
    /// <param name="ends">Cancelled when its caller no longer may.</param>
    /// <param name="check">Throws a refusal where an actor may not.</param>
    public RightsWatching Begin(HttpContext http, CancellationTokenSource ends, Func<Actor, CancellationToken, Task> check) =>
        new(watching => WatchAsync(http, ends, check, watching));

    private async Task WatchAsync(HttpContext http, CancellationTokenSource ends, Func<Actor, CancellationToken, Task> check, RightsWatching watching)
    {
        var (session, signedOut) = (BrowserSessions.Of(http), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        sessions.SignedOut += Hear;
        try
        {
            while (await MayGoOnAsync(http, check, signedOut.Task, watching))
            {
            }
        }
        finally
        {
            sessions.SignedOut -= Hear;
        }
        if (watching.IsOver)
        {
            await ends.CancelAsync();
        }

        void Hear(string which)
        {
            if (which == session)
            {
                signedOut.TrySetResult();
            }
        }
    }

    /// <summary>Waits a while, then asks.</summary>
    /// <returns>False once nobody watches any more, or the caller no longer may.</returns>
    private async Task<bool> MayGoOnAsync(HttpContext http, Func<Actor, CancellationToken, Task> check, Task signedOut, RightsWatching watching)
    {
        await Task.WhenAny(signedOut, Task.Delay(Every, time, watching.Token));
        if (watching.Token.IsCancellationRequested)
        {
            return false;
        }
        if (signedOut.IsCompleted)
        {
            (watching.IsOver, watching.Why) = (true, "its session was signed out");
            return false;
        }
        try
        {
            return !(watching.IsOver = !await MayAsync(http, check, watching.Token));
        }
        catch (OperationCanceledException) when (watching.Token.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            // The store is away: nobody lost a right by that.
            log.LogDebug("Whether {Path} may go on could not be asked: {Reason}", http.Request.Path, e.Message);
            return true;
        }
    }

    private async Task<bool> MayAsync(HttpContext http, Func<Actor, CancellationToken, Task> check, CancellationToken cancellation)
    {
        if (await authenticator.AuthenticateAsync(http, cancellation) is not { } actor)
        {
            return false;
        }
        try
        {
            await check(actor, cancellation);
            return true;
        }
        catch (RefusedException)
        {
            return false;
        }
    }
}

/// <summary>One watch; disposing ends it.</summary>
internal sealed class RightsWatching : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _watching;

    public RightsWatching(Func<RightsWatching, Task> watch)
    {
        Token = _ended.Token;
        _watching = watch(this);
    }

    public CancellationToken Token { get; }

    /// <summary>Whether the caller no longer may.</summary>
    public bool IsOver { get; internal set; }

    /// <summary>Why not, in words.</summary>
    public string Why { get; internal set; } = "the right to it was taken away";

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        _ended.Dispose();
    }
}
