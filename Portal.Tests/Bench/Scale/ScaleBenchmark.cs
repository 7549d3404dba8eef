using System.Diagnostics;
using Portal.Tests.Bench.Peers;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;

namespace Portal.Tests.Bench.Scale;

/// <summary>An app from 0 to 60 instances, against the bare loop on the same engines and against a Swarm of them.</summary>
internal sealed class ScaleBenchmark : IBenchmark
{
    private const int Instances = 60;
    private const double Ceiling = 1.05;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => "scale";

    public string Summary => $"0 to {Instances} instances over three engines, from the request to the last container's start";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        await using var hosts = new TestHosts();
        await hosts.InitializeAsync();
        var engines = hosts.All.Select(h => new BenchEngine(h)).ToList();
        await using var swarm = await Swarm.FormAsync(engines);
        await using var cluster = new TestCluster(hosts.All);
        await cluster.Portal.StartAsync();
        foreach (var host in hosts.All)
        {
            await cluster.RegisterAsync(host, "15s");
        }
        var bare = new BareLoop(engines);
        await bare.RemoveAllAsync(cancellation);
        foreach (var network in Enum.GetValues<BenchNetwork>())
        {
            await MeasureAsync(report, network, bare, swarm, cluster, engines, cancellation);
        }
        engines.ForEach(e => e.Dispose());
    }

    private static async Task MeasureAsync(BenchReport report, BenchNetwork network, BareLoop bare, Swarm swarm, TestCluster cluster, List<BenchEngine> engines, CancellationToken cancellation)
    {
        var words = network == BenchNetwork.Host ? "host network" : "bridge, a published port each";
        var app = $"scale-{network.ToString().ToLowerInvariant()}";
        await cluster.Api.PutAppAsync(app, network.Spec(replicas: 0));
        var atOnce = await bare.CalibrateAsync(network, Instances, cancellation);
        Console.Error.WriteLine($"{words}: the bare loop does best with {atOnce} at once on each engine");
        var series = await Rounds.RunAsync(
        [
            new Contender($"Portal, {words}", "s", (_, stop) => PortalAsync(cluster, app, engines, stop)),
            new Contender($"bare loop, {words}", "s", async (_, stop) => (await bare.RunAsync(network, Instances, stop)).TotalSeconds),
            new Contender($"Swarm, {words}", "s", (round, stop) => SwarmAsync(swarm, $"scale-{network.ToString().ToLowerInvariant()}-{round + 1}", network, engines, stop)),
        ], cancellation, warmUp: true);
        await cluster.Api.DeleteAppAsync(app);
        series.ToList().ForEach(s => report.Add(s));
        var toCeiling = report.AddRatio(series[0], series[1]);
        var toSwarm = report.AddRatio(series[0], series[2]);
        report.GoalAtMost($"{words}: at most {Ceiling} × the bare loop", toCeiling.Median, Ceiling);
        report.GoalAtMost($"{words}: no slower than Swarm", toSwarm.Median, 1);
    }

    private static async Task<double> PortalAsync(TestCluster cluster, string app, List<BenchEngine> engines, CancellationToken cancellation)
    {
        await using var watch = await StartWatch.BeginAsync(engines, $"portal.app={app}", cancellation);
        var begin = Stopwatch.GetTimestamp();
        await cluster.Api.ScaleAsync(app, Instances);
        var took = await watch.UntilAsync(Instances, begin, Patience, cancellation);
        await cluster.RunsAsync(app, Instances, Patience);
        await cluster.Api.ScaleAsync(app, 0);
        await cluster.RunsAsync(app, 0, Patience);
        return took.TotalSeconds;
    }

    private static async Task<double> SwarmAsync(Swarm swarm, string service, BenchNetwork network, List<BenchEngine> engines, CancellationToken cancellation)
    {
        await using var watch = await StartWatch.BeginAsync(engines, Swarm.LabelOf(service), cancellation);
        var begin = Stopwatch.GetTimestamp();
        await swarm.CreateAsync(service, Instances, network);
        var took = await watch.UntilAsync(Instances, begin, Patience, cancellation);
        await swarm.RemoveAsync(service, cancellation);
        return took.TotalSeconds;
    }
}
