using System.Diagnostics;

namespace Portal.Tests.Bench.Peers;

/// <summary>The ceiling: creates and starts containers over the bare API, as many at once on each engine as does best.</summary>
internal sealed class BareLoop(IReadOnlyList<BenchEngine> engines)
{
    public const string Label = "bench.contender=bare";
    private static readonly int[] s_candidates = [1, 2, 4, 8];
    private readonly Dictionary<BenchNetwork, int> _atOnce = [];

    /// <summary>Tries how many requests at once are best.</summary>
    public async Task<int> CalibrateAsync(BenchNetwork network, int count, CancellationToken cancellation)
    {
        await Task.WhenAll(engines.Select(e => e.Host.EnsureNetworkAsync(BenchNetworks.Bridge)));
        var best = TimeSpan.MaxValue;
        foreach (var candidate in s_candidates)
        {
            var took = await RunAsync(network, count, candidate, cancellation);
            if (took < best)
            {
                (best, _atOnce[network]) = (took, candidate);
            }
        }
        return _atOnce[network];
    }

    public Task<TimeSpan> RunAsync(BenchNetwork network, int count, CancellationToken cancellation) => RunAsync(network, count, _atOnce[network], cancellation);

    private async Task<TimeSpan> RunAsync(BenchNetwork network, int count, int atOnce, CancellationToken cancellation)
    {
        await using var watch = await StartWatch.BeginAsync(engines, Label, cancellation);
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(engines.Select((engine, e) => Parallel.ForEachAsync(
            Enumerable.Range(0, count).Where(n => n % engines.Count == e),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation },
            async (n, stop) => await engine.RunAsync($"bare-{n}", network, Label, stop))));
        var took = await watch.UntilAsync(count, begin, TimeSpan.FromMinutes(2), cancellation);
        await RemoveAllAsync(cancellation);
        return took;
    }

    public Task RemoveAllAsync(CancellationToken cancellation) => Task.WhenAll(engines.Select(async engine =>
        await Parallel.ForEachAsync(await engine.ListAsync(Label, cancellation), cancellation, async (id, stop) => await engine.RemoveAsync(id, stop))));
}
