using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>
/// One container's output as it comes. It is followed while that keeps up with the container; otherwise its newest lines are read, again and
/// again, until few come. So a slow reader or a flood of lines leaves lines out, which is said, and what is shown is always the newest.
/// </summary>
/// <param name="container">Whose.</param>
/// <param name="heard">What was heard of it already.</param>
/// <param name="tail">Where nothing was heard: at most so many of the last lines; all if null.</param>
/// <param name="source">Reads it.</param>
/// <param name="request">Which lines are sought.</param>
/// <param name="lines">Where they go.</param>
/// <param name="time">The clock.</param>
internal sealed class FollowedStream(LoggedContainer container, HeardLines heard, int? tail, LogSource source, LogRequest request, LogBacklog lines, TimeProvider time)
{
    /// <summary>The most lines that are read anew at once: as many as are read while the newest is still new.</summary>
    private const int MostAtLeast = 5000;
    private const int MostAtFirst = 10_000;
    private const int MostAtMost = 40_000;
    /// <summary>By more than so many it is seen how fast they are read.</summary>
    private const int Worth = 1000;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(400);
    /// <summary>When fewer come in a second, it can be followed again.</summary>
    private const int Few = 20_000;
    /// <summary>A stream that is silent for so long is asked about, then ever more seldom: its engine may have lost it.</summary>
    private static readonly TimeSpan FirstDoubt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstDoubtIfBusy = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LastDoubt = TimeSpan.FromMinutes(1);
    /// <summary>What was written may be on its way for so long.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    /// <summary>The two outputs of a container are stamped by themselves, and come a little out of order.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMilliseconds(50);
    private int _most = MostAtFirst;

    public LoggedContainer Container => container;

    public HeardLines Heard => heard;

    /// <summary>Whether it is over because it could not be read.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether the reader knows that it cannot be read: a host that is away is tried again and again, and named once.</summary>
    public bool ToldOfFailure { get; set; }

    public Task Reading { get; private set; } = Task.CompletedTask;

    public void Begin(CancellationToken cancellation) => Reading = Task.Run(() => RunAsync(cancellation), CancellationToken.None);

    public bool IsOver(LoggedContainer now) => now.Id != container.Id || now.StartedAt != container.StartedAt;

    private async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (!await FollowAsync(cancellation))
            {
                do
                {
                    await Task.Delay(Pause, time, cancellation);
                }
                while (!await ReadNewestAsync(cancellation));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The reader has gone.
        }
        catch (Exception e) when (e is StoreUnavailableException or System.Data.Common.DbException or TimeoutException)
        {
            // Where its host is could not be read: tried again at the next look.
            HasFailed = true;
        }
    }

    /// <summary>Follows it.</summary>
    /// <returns>Whether that was all; false where following does not keep up, or was lost by the engine.</returns>
    private async Task<bool> FollowAsync(CancellationToken cancellation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (pace, isFirst, waiting) = (new LogPace(time), true, Task.FromResult(true));
        await using var followed = source.ReadAsync(container, Query(follow: true), ends.Token).GetAsyncEnumerator(ends.Token);
        try
        {
            while (true)
            {
                waiting = followed.MoveNextAsync().AsTask();
                if (!waiting.IsCompleted && await IsLostAsync(waiting, pace.IsBusy ? FirstDoubtIfBusy : FirstDoubt, cancellation))
                {
                    return false;
                }
                if (!await waiting)
                {
                    return true;
                }
                if (IsBackwards(followed.Current))
                {
                    return false;
                }
                if (!await TakeAsync(followed.Current, isFirst, cancellation))
                {
                    HasFailed = true;
                    return true;
                }
                if (!pace.KeepsUp(followed.Current.At, followed.Current.Text.Length))
                {
                    return false;
                }
                isFirst = false;
            }
        }
        finally
        {
            await ends.CancelAsync();
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the next line, and asks at times whether the engine holds one that the stream does not bring.</summary>
    private async Task<bool> IsLostAsync(Task<bool> next, TimeSpan first, CancellationToken cancellation)
    {
        for (var doubt = first; !await CameAsync(next, doubt, cancellation); doubt = doubt * 2 < LastDoubt ? doubt * 2 : LastDoubt)
        {
            await foreach (var newest in source.ReadAsync(container, new LogQuery(Tail: 1, Since: request.Since), cancellation))
            {
                if (newest.IsMarker || (newest.At <= heard.LastAt && !IsBackwards(newest)) || await CameAsync(next, OnItsWay, cancellation))
                {
                    continue;
                }
                if (IsBackwards(newest))
                {
                    heard.Clear();
                    heard.IsNew(newest.At.AddTicks(-1), "");
                }
                return true;
            }
        }
        return false;
    }

    private bool IsBackwards(InstanceLogLine line) => !line.IsMarker && heard.IsBackwards(line.At);

    private async Task<bool> CameAsync(Task<bool> next, TimeSpan patience, CancellationToken cancellation)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(next, Task.Delay(patience, time, pause.Token));
        await pause.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return next.IsCompleted;
    }

    /// <summary>Reads what came since the last line, or the newest of it.</summary>
    /// <returns>Whether that was so little that it can be followed again.</returns>
    private async Task<bool> ReadNewestAsync(CancellationToken cancellation)
    {
        var (fresh, isFirst, isWhole, began) = (0, true, true, time.GetTimestamp());
        await foreach (var line in source.ReadAsync(container, Query(follow: false), cancellation))
        {
            if (line.IsMarker)
            {
                // Following will say so.
                return true;
            }
            var last = heard.LastAt;
            isWhole &= !isFirst || !(line.At > last);
            await TakeAsync(line, isFirst, cancellation);
            fresh += heard.LastAt > last ? 1 : 0;
            isFirst = false;
        }
        var took = time.GetElapsedTime(began);
        if (fresh > Worth)
        {
            _most = (int)Math.Clamp(fresh * (Quick / took), MostAtLeast, MostAtMost);
        }
        return isWhole && fresh < Few * (took + Pause).TotalSeconds;
    }

    /// <summary>From the last line on, that one included: where it does not come again, lines are missing between.</summary>
    private LogQuery Query(bool follow)
    {
        heard.Rewind();
        return heard.LastAt is { } last ? new LogQuery(follow, _most, last - Overlap) : new LogQuery(follow, tail, request.Since);
    }

    /// <summary>Hands a line on if it is new and sought.</summary>
    /// <returns>False if it says that nothing can be read.</returns>
    private async ValueTask<bool> TakeAsync(InstanceLogLine line, bool isFirst, CancellationToken cancellation)
    {
        if (line.IsMarker)
        {
            if (!ToldOfFailure)
            {
                await lines.WriteAsync(line, cancellation);
            }
            return false;
        }
        if (isFirst && line.At > heard.LastAt)
        {
            await lines.WriteAsync(container.Line(line.At, false, "(More was written than could be followed: lines are missing here. The download has all that their host still keeps.)", isMarker: true), cancellation);
        }
        if (heard.IsNew(line.At, line.Text) && LogSource.Matches(line, request))
        {
            await lines.WriteAsync(line, cancellation);
        }
        ToldOfFailure = false;
        return true;
    }
}
