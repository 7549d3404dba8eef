using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>Asks again and again, while something long goes on, whether the one who began it still may: a role or a token that is taken away ends it within half a minute.</summary>
internal sealed class RightsWatch(ApiAuthenticator authenticator, TimeProvider time, ILogger<RightsWatch> log)
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
        while (true)
        {
            await Task.Delay(Every, time, watching.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (watching.Token.IsCancellationRequested || ends.IsCancellationRequested)
            {
                return;
            }
            try
            {
                if (await MayAsync(http, check, watching.Token))
                {
                    continue;
                }
            }
            catch (OperationCanceledException) when (watching.Token.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The store is away: nobody lost a right by that.
                log.LogDebug("Whether {Path} may go on could not be asked: {Reason}", http.Request.Path, e.Message);
                continue;
            }
            watching.IsOver = true;
            await ends.CancelAsync();
            return;
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

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        _ended.Dispose();
    }
}
