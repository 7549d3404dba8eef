using System.Diagnostics;
using Portal.Tests.Bench.Peers;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;

namespace Portal.Tests.Bench.React;

/// <summary>How soon something happens: after an answer of the API, after a container was removed by hand, after a host was lost.</summary>
internal sealed class ReactBenchmark : IBenchmark
{
    private const int Grace = 5;

    public string Name => "react";

    public string Summary => "from the API's answer, a removal by hand and a host's loss to the containers running; --soak 1h also watches for false alarms";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        var soak = Soak.Read(args);
        await using var hosts = new TestHosts();
        await hosts.InitializeAsync();
        var engines = hosts.All.Select(h => new BenchEngine(h)).ToList();
        await using var cluster = new TestCluster(hosts.All);
        await cluster.Portal.StartAsync();
        foreach (var host in hosts.All)
        {
            await cluster.RegisterAsync(host, $"{Grace}s");
        }
        await using (var swarm = await Swarm.FormAsync(engines))
        {
            await MeasureAnswerAsync(report, cluster, engines, cancellation);
            await MeasureRemovalAsync(report, cluster, swarm, engines, cancellation);
        }
        await MeasureLossAsync(report, cluster, engines, cancellation);
        if (soak is { } length)
        {
            await Soak.RunAsync(report, cluster, length, cancellation);
        }
        engines.ForEach(e => e.Dispose());
    }

    private static async Task MeasureAnswerAsync(BenchReport report, TestCluster cluster, List<BenchEngine> engines, CancellationToken cancellation)
    {
        var answer = new AnswerRounds(cluster, engines);
        var series = await Rounds.RunAsync(
        [
            new Contender("API's answer to running", "ms", answer.PortalAsync),
            new Contender("bare create and start", "ms", answer.BareAsync),
        ], cancellation, warmUp: true);
        series.ToList().ForEach(s => report.Add(s));
        var bare = new Series("bare", "ms", answer.BareSamples).Median;
        var above = report.Add(new Series("above the bare start, each sample", "ms", [.. answer.PortalSamples.Select(s => s - bare)]));
        report.GoalAtMost("API's answer to running, above the bare start: p50 at most 30 ms", above.Percentile(50), 30);
        report.GoalAtMost("API's answer to running, above the bare start: p99 at most 100 ms", above.Percentile(99), 100);
    }

    private static async Task MeasureRemovalAsync(BenchReport report, TestCluster cluster, Swarm swarm, List<BenchEngine> engines, CancellationToken cancellation)
    {
        await using var portal = await RemovalRounds.StartAsync(engines, "portal.app=heal", 20, async () =>
        {
            await cluster.Api.PutAppAsync("heal", BenchNetwork.Host.Spec(RemovalRounds.Instances));
            return () => cluster.Api.DeleteAppAsync("heal");
        }, cancellation);
        await using var atOnce = await RemovalRounds.StartAsync(engines, Swarm.LabelOf("at-once"), 20, () => ServiceAsync(swarm, "at-once", cancellation, "--restart-delay", "0s"), cancellation);
        await using var byDefault = await RemovalRounds.StartAsync(engines, Swarm.LabelOf("by-default"), 1, () => ServiceAsync(swarm, "by-default", cancellation), cancellation);
        var series = await Rounds.RunAsync(
        [
            new Contender("docker rm -f to running", "ms", portal.MeasureAsync),
            new Contender("Swarm, --restart-delay 0s", "ms", atOnce.MeasureAsync),
            new Contender("Swarm, by default", "ms", byDefault.MeasureAsync),
        ], cancellation);
        series.ToList().ForEach(s => report.Add(s));
        var all = report.Add(new Series("docker rm -f to running, each sample", "ms", portal.Samples));
        var peer = report.Add(new Series("Swarm, --restart-delay 0s, each sample", "ms", atOnce.Samples));
        report.AddRatio(series[0], series[1]);
        report.AddRatio(series[0], series[2]);
        report.GoalAtMost($"docker rm -f to running: median no slower than Swarm without delay ({peer.Median:0} ms)", all.Median, peer.Median);
        report.GoalAtMost("docker rm -f to running: p99 at most 300 ms", all.Percentile(99), 300);
    }

    private static async Task<Func<Task>> ServiceAsync(Swarm swarm, string service, CancellationToken cancellation, params string[] more)
    {
        await swarm.CreateAsync(service, RemovalRounds.Instances, BenchNetwork.Host, more);
        return () => swarm.RemoveAsync(service, cancellation);
    }

    private static async Task MeasureLossAsync(BenchReport report, TestCluster cluster, List<BenchEngine> engines, CancellationToken cancellation)
    {
        var loss = new LossRounds(cluster, engines);
        await loss.StartAsync();
        var series = await Rounds.RunAsync([new Contender($"host lost to all running elsewhere (grace {Grace} s)", "s", loss.MeasureAsync)], cancellation);
        report.Add(series[0]);
        report.GoalAtMost($"host lost to all running elsewhere: at most the grace + 3 s", series[0].Max, Grace + 3);
    }
}
