using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Leases;
using Portal.Core.State.Readers;
using Portal.Core.State.Writers;

namespace Portal.Agents.Scaling;

/// <summary>One look at all apps whose number is set automatically: reads, decides, and keeps what was decided.</summary>
internal sealed class ScalingLook(ScalingReader reader, ScalingFigures figures, AppMetricsReader own, ScalingWriter writer, TimeProvider time, ILogger<ScalingLook> log)
{
    private const int AtOnce = 4;
    /// <summary>What only changes its mind about why is kept no more often than this.</summary>
    private static readonly TimeSpan WhysApart = TimeSpan.FromMinutes(1);
    /// <summary>A look that found nothing new is kept no more often than this.</summary>
    private static readonly TimeSpan KeptEvery = TimeSpan.FromSeconds(10);

    /// <exception cref="TermLostException">Another process is the autoscaler now.</exception>
    public async Task LookAsync(TermLease lease, CancellationToken cancellation)
    {
        var apps = await reader.ReadAsync(null, cancellation);
        await Parallel.ForEachAsync(apps, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (app, token) => await LookAtAsync(lease, app, token));
        own.Forget(time.GetUtcNow() - TimeSpan.FromMinutes(1));
    }

    private async Task LookAtAsync(TermLease lease, ScaledApp app, CancellationToken cancellation)
    {
        try
        {
            var policy = app.Spec.Scaling!;
            var known = await figures.ReadAsync(app, time.GetUtcNow(), cancellation);
            var troubles = await own.ReadAsync(app, policy, time.GetUtcNow(), known, cancellation);
            var input = app.ToInput(policy, known, troubles);
            var now = time.GetUtcNow();
            var decision = Autoscaler.Decide(input, now);
            if (IsNew(app, decision, now) && await writer.CommitAsync(lease, app, input, decision, Keeps(app, decision, now), cancellation) is { } kept && kept.Number != kept.Current)
            {
                log.LogInformation("Scaled {App} from {Before} to {After}: {Reason}", app.Name, kept.Current, kept.Number, kept.Reason);
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or TermLostException))
        {
            // One app that cannot be decided on must not keep the others waiting.
            log.LogWarning("The number of {App} could not be decided on ({Reason}); tried again at the next look", app.Name, e.Message);
        }
    }

    private static bool IsNew(ScaledApp app, ScalingDecision decision, DateTimeOffset now) =>
        decision.Number != decision.Current || decision.Why != app.Why || decision.Recommended != app.Recommended || app.LookedAt is null || now - app.LookedAt >= KeptEvery
        || decision.History.Number != app.Document?.History?.Number;

    private static bool Keeps(ScaledApp app, ScalingDecision decision, DateTimeOffset now) =>
        decision.Why != app.Why && decision.Why != ScalingWhy.Metric && !(now - app.DecidedAt < WhysApart);
}
