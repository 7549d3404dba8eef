using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Readers;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
/// <remarks>One reading of the store for all hosts, each time only when someone looks, and never more than a tenth of the time.</remarks>
internal sealed class LossForecaster(ControlReader reader, ILiveState live, TimeProvider time, ILogger<LossForecaster> log) : ILossForecast
{
    private const int RestFactor = 10;
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);
    private volatile LossForecast last = LossForecast.None;
    private long ofVersion = -1;
    private long notBefore;
    private int working;

    public LossForecast Look()
    {
        var version = live.Current.Version;
        if (version != Interlocked.Read(ref ofVersion) && time.GetUtcNow().UtcTicks >= Interlocked.Read(ref notBefore) && Interlocked.Exchange(ref working, 1) == 0)
        {
            _ = Task.Run(() => WorkOutAsync(version));
        }
        return last;
    }

    private async Task WorkOutAsync(long version)
    {
        var began = time.GetTimestamp();
        try
        {
            var cluster = await PaperCluster.ReadAsync(reader, CancellationToken.None);
            last = Of(cluster, time.GetUtcNow());
            Interlocked.Exchange(ref ofVersion, version);
        }
        catch (Exception e)
        {
            // The store is away, or the cluster changed under the reading: the next look tries again.
            log.LogDebug("What the loss of a host would do could not be worked out: {Reason}", e.Message);
        }
        finally
        {
            var rest = time.GetElapsedTime(began) * RestFactor;
            Interlocked.Exchange(ref notBefore, (time.GetUtcNow() + (rest > LeastRest ? rest : LeastRest)).UtcTicks);
            Interlocked.Exchange(ref working, 0);
        }
    }

    internal static LossForecast Of(PaperCluster cluster, DateTimeOffset now) =>
        new(now, cluster.Hosts.Keys.ToImmutableDictionary(h => h, h => Of(LeavingSentences.Of(cluster.With(h, LeavingKind.Loss, now), h, LeavingKind.Loss, now))));

    private static HostLoss Of(LeavingPlan plan) => new(plan.Moves.Count(m => m.Outcome == MoveOutcome.Moves),
    [
        .. plan.Moves.Where(m => m.Outcome is MoveOutcome.FitsNowhere or MoveOutcome.WaitsForHost).GroupBy(m => (m.Team, m.App))
            .Select(g => new LostApp(g.Key.Team, g.Key.App, g.Count(m => m.Outcome == MoveOutcome.FitsNowhere), g.Count(m => m.Outcome == MoveOutcome.WaitsForHost), g.First().Sentence)),
    ]);
}
