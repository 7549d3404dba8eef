using System.Diagnostics;
using Portal.Tests.Bench.Peers;
using Portal.Tests.EndToEnd;

namespace Portal.Tests.Bench.React;

/// <summary>One more replica at a time, from the answer to the start; beside it one bare container at a time.</summary>
internal sealed class AnswerRounds(TestCluster cluster, IReadOnlyList<BenchEngine> engines)
{
    private const string App = "answer";
    private const int Steps = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public List<double> PortalSamples { get; } = [];

    public List<double> BareSamples { get; } = [];

    /// <summary>The median of one round's steps, in milliseconds.</summary>
    public async Task<double> PortalAsync(int round, CancellationToken cancellation)
    {
        await cluster.Api.PutAppAsync(App, BenchNetwork.Host.Spec(replicas: 0));
        await cluster.RunsAsync(App, 0, Patience);
        await using var watch = await StartWatch.BeginAsync(engines, $"portal.app={App}", cancellation);
        var samples = new List<double>();
        for (var step = 1; step <= Steps; step++)
        {
            await cluster.Api.ScaleAsync(App, step);
            var answered = Stopwatch.GetTimestamp();
            samples.Add((await watch.UntilAsync(step, answered, Patience, cancellation)).TotalMilliseconds);
            await SettleAsync(cluster, step);
        }
        await cluster.Api.ScaleAsync(App, 0);
        await cluster.RunsAsync(App, 0, Patience);
        return Keep(PortalSamples, samples, round);
    }

    /// <summary>The same of containers that nobody has to decide on.</summary>
    public async Task<double> BareAsync(int round, CancellationToken cancellation)
    {
        await using var watch = await StartWatch.BeginAsync(engines, BareLoop.Label, cancellation);
        var samples = new List<double>();
        for (var step = 1; step <= Steps; step++)
        {
            var begin = Stopwatch.GetTimestamp();
            await engines[step % engines.Count].RunAsync($"bare-{step}", BenchNetwork.Host, BareLoop.Label, cancellation);
            samples.Add((await watch.UntilAsync(step, begin, Patience, cancellation)).TotalMilliseconds);
        }
        await new BareLoop(engines).RemoveAllAsync(cancellation);
        return Keep(BareSamples, samples, round);
    }

    // The next step begins when Portal has nothing left to write about this one.
    private static Task SettleAsync(TestCluster cluster, int running) => Until.NothingIsWrongAsync(Patience, "the step is settled", async () =>
        (await cluster.Api.AppAsync(App)).Replicas.Running == running ? null : "not all are seen running");

    private static double Keep(List<double> kept, List<double> samples, int round)
    {
        if (round >= 0)
        {
            kept.AddRange(samples);
        }
        return new Series("round", "ms", samples).Median;
    }
}
