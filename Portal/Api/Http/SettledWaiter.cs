using System.Threading.Channels;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Api.Http;

/// <summary>Waits until the rollout of a change has ended, as the live state shows it.</summary>
internal sealed class SettledWaiter(ILiveState live, TimeProvider time)
{
    /// <summary>Returns when the rollout has succeeded; otherwise, or when the wait is over, refuses with the reason.</summary>
    /// <param name="changed">The app as the change left it.</param>
    /// <param name="longest">How long to wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task WaitAsync(AppView changed, TimeSpan longest, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = live.Subscribe(_ => news.Writer.TryWrite(true));
        var seen = false;
        try
        {
            while (true)
            {
                var present = live.Current.Apps.GetValueOrDefault(changed.Id);
                seen |= present is not null;
                if (present is null ? seen && Throw("It was deleted before the change had ended.") : HasSettled(changed, present))
                {
                    return;
                }
                await news.Reader.ReadAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            var reason = live.Current.Apps.GetValueOrDefault(changed.Id)?.Reason;
            Throw($"The rollout has not ended after {DurationText.Format(longest)}{(string.IsNullOrEmpty(reason) ? "." : $": {reason}")}");
        }
    }

    private static bool HasSettled(AppView changed, AppView present)
    {
        if (changed.Spec.Job is { } job)
        {
            return present.ObservedGeneration >= changed.Generation && (job.Schedule is not null || HasRun(changed, present));
        }
        if (present.ObservedGeneration < changed.Generation || present.Rollout is not { State: var rollout } || rollout.Generation < changed.RolloutGeneration)
        {
            return false;
        }
        if (rollout.Generation > changed.RolloutGeneration)
        {
            Throw($"The rollout was replaced by another, to revision {rollout.To}, before it had ended.");
        }
        return rollout.Status switch
        {
            RolloutStatus.Succeeded => true,
            RolloutStatus.Progressing or RolloutStatus.Paused or RolloutStatus.RollingBack => false,
            var ended => Throw($"The rollout ended as {ended}: {rollout.Reason}."),
        };
    }

    /// <summary>A job without a schedule runs once for its new revision; one with a schedule runs it when its time comes.</summary>
    private static bool HasRun(AppView changed, AppView present)
    {
        var run = present.Job?.Recent.FirstOrDefault(r => r.Cause == RunCause.Deploy && r.Revision == changed.Revision);
        return run is { IsOver: true } && (run.Status == RunStatus.Succeeded || Throw($"Run {run.Number} ended as {run.Status}: {run.Reason}."));
    }

    private static bool Throw(string reason) => throw new RefusedException(RefusalKind.Unprocessable, reason);
}
