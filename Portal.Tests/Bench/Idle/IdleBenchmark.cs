using System.Diagnostics;
using Portal.Tests.Bench.Peers;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;

namespace Portal.Tests.Bench.Idle;

/// <summary>What Portal takes while nothing happens, and how soon it is there.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    private const int Instances = 60;
    private const string App = "idle";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => "idle";

    public string Summary => $"memory and processor of Portal with its PostgreSQL, {Instances} instances running and nothing happening; from ./run.sh to ready";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        await MeasureStartsAsync(report, cancellation);
        await MeasureIdleAsync(report, cancellation);
    }

    private static async Task MeasureStartsAsync(BenchReport report, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        try
        {
            var series = await Rounds.RunAsync(
            [
                new Contender("./run.sh to ready, new data folder", "s", (round, stop) => StartAsync(Path.Combine(folder, $"new{round}"), stop)),
                new Contender("./run.sh to ready, again", "s", (_, stop) => StartAsync(Path.Combine(folder, "new-1"), stop)),
            ], cancellation, warmUp: true);
            foreach (var starts in series)
            {
                report.Add(starts);
                report.GoalAtMost($"{starts.Name}: at most 3 s", starts.Median, 3);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> StartAsync(string data, CancellationToken cancellation)
    {
        var (portal, took) = await ScriptPortal.StartReadyAsync(data, cancellation);
        await portal.DisposeAsync();
        return took.TotalSeconds;
    }

    private static async Task MeasureIdleAsync(BenchReport report, CancellationToken cancellation)
    {
        await using var hosts = new TestHosts();
        await hosts.InitializeAsync();
        var engines = hosts.All.Select(h => new BenchEngine(h)).ToList();
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        var (portal, _) = await ScriptPortal.StartReadyAsync(folder, cancellation);
        await using (portal)
        using (var api = new PortalApi(portal.Address.ToString(), portal.Token))
        {
            foreach (var host in hosts.All)
            {
                await api.PutHostAsync(host);
            }
            await api.PutAppAsync(App, BenchNetwork.Host.Spec(Instances).With("placement", new { constraints = new[] { "host.name != local" } }));
            await RunsAsync(api, Instances);
            await Task.Delay(Settling, TimeProvider.System, cancellation);
            await MeasureUseAsync(report, portal.Pid, cancellation);
            await api.DeleteAppAsync(App);
            await Swarm.GoneAsync(engines, $"portal.app={App}", cancellation);
        }
        Directory.Delete(folder, recursive: true);
        engines.ForEach(e => e.Dispose());
    }

    private static async Task MeasureUseAsync(BenchReport report, int pid, CancellationToken cancellation)
    {
        var memory = new List<double>();
        var processor = new List<double>();
        for (var round = 0; round < Rounds.Count; round++)
        {
            var before = ProcessUse.Seconds(ProcessUse.Tree(pid));
            var begin = Stopwatch.GetTimestamp();
            await Task.Delay(Window, TimeProvider.System, cancellation);
            processor.Add(100 * (ProcessUse.Seconds(ProcessUse.Tree(pid)) - before) / Stopwatch.GetElapsedTime(begin).TotalSeconds);
            memory.Add(ProcessUse.Memory(ProcessUse.Tree(pid)));
            Console.Error.WriteLine($"round {round + 1} of {Rounds.Count}: {memory[^1]:0} MB, {processor[^1]:0.##} % of a core");
        }
        var size = report.Add(new Series("memory, PSS", "MB", memory));
        var use = report.Add(new Series($"processor, {Window.TotalSeconds:0} s each", "% of a core", processor));
        report.GoalAtMost("memory: at most 350 MB", size.Median, 350);
        report.GoalAtMost("processor: at most 2 % of a core", use.Median, 2);
    }

    private static Task RunsAsync(PortalApi api, int count) => Until.NothingIsWrongAsync(Patience, $"{count} run", async () =>
    {
        var running = (await api.AppAsync(App)).Replicas.Running;
        return running == count ? null : $"{running} do";
    });
}
