using System.Diagnostics;
using Portal.Tests.Bench.Peers;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;

namespace Portal.Tests.Bench.Rollout;

/// <summary>A new revision of 30 instances: what callers notice of it, whether the bounds hold, and how long it takes beside a Swarm.</summary>
internal sealed class RolloutBenchmark : IBenchmark
{
    private const int Instances = 30;
    private const int Surge = 4;
    private const int PerSecond = 200;
    private const string App = "rollout";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string Name => "rollout";

    public string Summary => $"{Instances} instances get a new revision, {Surge} at a time, behind {PerSecond} requests a second over the catalog's endpoints, and without; beside a Swarm without load";

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
        var (failed, broken, version) = (0, 0, 1);
        await cluster.Api.PutAppAsync(App, Spec(version));
        await EndsAsync(cluster, version);
        await swarm.CreateAsync(App, Instances, BenchNetwork.Bridge, "--env", "VERSION=1");
        await swarm.UpdatedAsync(App, Instances, Patience);
        var series = await Rounds.RunAsync(
        [
            new Contender("Portal, under load", "s", async (_, _) =>
            {
                await using var load = await CatalogLoad.StartAsync(cluster.Api, App, PerSecond, watches: true);
                var round = await PortalAsync(cluster, ++version);
                (failed, broken) = (failed + load.Failures.Count, broken + (round.Holds ? 0 : 1));
                Console.Error.WriteLine($"{load.Sent} requests, {load.Failures.Count} failed. {load.Failures.FirstOrDefault()}");
                return round.Took.TotalSeconds;
            }),
            new Contender("Portal, without load", "s", async (_, _) =>
            {
                var round = await PortalAsync(cluster, ++version);
                broken += round.Holds ? 0 : 1;
                return round.Took.TotalSeconds;
            }),
            new Contender($"Swarm, start-first, {Surge} at a time, no monitoring", "s", (_, _) => SwarmAsync(swarm, ++version, "--update-order", "start-first", "--update-parallelism", $"{Surge}", "--update-monitor", "0s")),
        ], cancellation);
        var byDefault = new Series("Swarm, by default, once", "s", [await SwarmAsync(swarm, ++version, "--update-order", "stop-first", "--update-parallelism", "1", "--update-monitor", "5s")]);
        await swarm.RemoveAsync(App, cancellation);
        series.ToList().ForEach(s => report.Add(s));
        report.Add(byDefault);
        report.GoalAtMost("failed requests: none", failed, 0);
        report.GoalAtMost("moments outside the bounds: none", broken, 0);
        report.GoalAtMost("without load, at most half of the tuned Swarm's time", report.AddRatio(series[1], series[2]).Median, 0.5);
        report.AddRatio(series[0], series[2]);
        engines.ForEach(e => e.Dispose());
    }

    private static async Task<(TimeSpan Took, bool Holds)> PortalAsync(TestCluster cluster, int version)
    {
        await using var recording = await cluster.Engines.RecordAsync(App);
        var begin = Stopwatch.GetTimestamp();
        await cluster.Api.PutAppAsync(App, Spec(version));
        await EndsAsync(cluster, version);
        var took = Stopwatch.GetElapsedTime(begin);
        var bounds = recording.Bounds(Instances, Instances);
        Console.Error.WriteLine($"{took.TotalSeconds:0.0} s; at least {bounds.LeastRunning} ran, at most {bounds.MostPresent} were there.");
        return (took, bounds.LeastRunning >= Instances && bounds.MostPresent <= Instances + Surge);
    }

    private static Task EndsAsync(TestCluster cluster, int version) => Until.NothingIsWrongAsync(Patience, $"version {version} is rolled out", async () =>
        await cluster.Api.AppAsync(App) is var seen && seen.ObservedGeneration == seen.Generation && seen.Rollout is { Status: "Succeeded" } ? null : seen.Reason);

    private static async Task<double> SwarmAsync(Swarm swarm, int version, params string[] policy)
    {
        var begin = Stopwatch.GetTimestamp();
        await swarm.UpdateAsync(App, [.. policy, "--env-add", $"VERSION={version}"]);
        await swarm.UpdatedAsync(App, Instances, Patience);
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static Dictionary<string, object?> Spec(int version) => Specs.Forever(Instances, version)
        .With("image", "test/web:1")
        .With("ports", new[] { new { name = "http", containerPort = 8080 } })
        .With("update", new { maxSurge = Surge, minReady = "0s" })
        // Callers that watch the catalog turn to others within a moment.
        .With("stop", new { gracePeriod = "2s", delay = "250ms" });
}
