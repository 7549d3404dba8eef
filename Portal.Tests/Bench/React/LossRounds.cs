using System.Diagnostics;
using Portal.Tests.Bench.Peers;
using Portal.Tests.EndToEnd;

namespace Portal.Tests.Bench.React;

/// <summary>Cuts the last host off and waits until its instances run elsewhere; then it comes back, and all is as before.</summary>
internal sealed class LossRounds(TestCluster cluster, IReadOnlyList<BenchEngine> engines)
{
    private const string App = "loss";
    private const int Instances = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task StartAsync()
    {
        await cluster.Api.PutAppAsync(App, BenchNetwork.Host.Spec(Instances));
        await cluster.RunsAsync(App, Instances, Patience);
    }

    /// <summary>Seconds from the cut to the last replacement's start.</summary>
    public async Task<double> MeasureAsync(int round, CancellationToken cancellation)
    {
        var lost = engines[^1];
        var label = $"portal.app={App}";
        var moving = (await lost.ListAsync(label, cancellation)).Count;
        await using var watch = await StartWatch.BeginAsync(engines.SkipLast(1), label, cancellation);
        var begin = Stopwatch.GetTimestamp();
        await lost.Host.CutAsync();
        var took = await watch.UntilAsync(moving, begin, Patience, cancellation);
        await lost.Host.UncutAsync();
        await ReturnAsync(lost);
        return took.TotalSeconds;
    }

    // Instances do not move back by themselves: a restart of the app spreads them over all hosts again.
    private async Task ReturnAsync(BenchEngine lost)
    {
        await Until.NothingIsWrongAsync(Patience, "the host is back", async () =>
            (await cluster.Api.HostAsync(lost.Host)).Reachability == "Reachable" ? null : "it is not reachable");
        await cluster.RunsAsync(App, Instances, Patience);
        await cluster.Api.ScaleAsync(App, 0);
        await cluster.RunsAsync(App, 0, Patience);
        await cluster.Api.ScaleAsync(App, Instances);
        await cluster.RunsAsync(App, Instances, Patience);
    }
}
