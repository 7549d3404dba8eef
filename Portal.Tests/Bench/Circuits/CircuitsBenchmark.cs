using System.Diagnostics;
using System.Globalization;
using Portal.Tests.Bench.Idle;
using Portal.Tests.Bench.Pages;
using Portal.Tests.Browser;
using Portal.Tests.EndToEnd;

namespace Portal.Tests.Bench.Circuits;

/// <summary>What many open pages take of the server, and how soon each shows a change.</summary>
internal sealed class CircuitsBenchmark : IBenchmark
{
    private const int Most = 500;
    private const int Warming = 50;
    private static readonly ClusterSize s_size = new(Hosts: 10, Apps: 100, InstancesPerApp: 3);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AfterClosing = TimeSpan.FromMinutes(5);

    public string Name => "circuits";

    public string Summary => $"{Most} pages open on the Overview ({s_size}), a change each second: memory, latency, processor (argument: another number of pages)";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        var count = args is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : Most;
        await using var cluster = await SimulatedCluster.StartAsync(s_size, cancellation);
        var cookie = await SignInAsync(cluster.Portal);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Cookie", cookie);

        // One round of pages before the base, so that what is compiled and cached once is not counted; the base is read as late after it as what is held against it.
        report.Add(new Series("memory of a fresh server, PSS", "MB", [Memory(cluster.Portal)]));
        var warm = await OpenAsync(cluster, http, cookie, Warming, cancellation);
        for (var change = 0; change < 10; change++)
        {
            await ChangeOnceAsync(cluster, warm, Rounds.Count * 10 + change, cancellation);
        }
        await CloseAsync(warm);
        await Task.Delay(AfterClosing, TimeProvider.System, cancellation);
        var before = Memory(cluster.Portal);
        var circuits = await OpenAsync(cluster, http, cookie, count, cancellation);
        await ChangeAsync(report, cluster, circuits, cancellation);
        await Task.Delay(Settling, TimeProvider.System, cancellation);
        var during = Memory(cluster.Portal);
        report.Add(new Series("memory five minutes after a first few were closed", "MB", [before]));
        report.Add(new Series("memory with them", "MB", [during]));
        var perCircuit = report.Add(new Series("memory per circuit", "KB", [(during - before) * 1024 / circuits.Count]));
        report.GoalAtMost("memory per circuit: at most 400 KB", perCircuit.Median, 400);

        var ended = circuits.Count(c => c.Ended is not null);
        report.GoalAtMost($"circuits that broke: none{(ended > 0 ? $" ({circuits.First(c => c.Ended is not null).Ended})" : "")}", ended, 0);
        await CloseAsync(circuits);
        await Task.Delay(AfterClosing, TimeProvider.System, cancellation);
        var after = report.Add(new Series("memory five minutes after they closed", "MB", [Memory(cluster.Portal)]));
        report.GoalAtMost("memory after: at most a tenth above before", after.Median / before, 1.1);
    }

    private static async Task ChangeAsync(BenchReport report, SimulatedCluster cluster, IReadOnlyList<CircuitClient> circuits, CancellationToken cancellation)
    {
        var (medians, slowest, processor) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds.Count; round++)
        {
            var latencies = new List<double>();
            var used = ProcessUse.Seconds([cluster.Portal.Pid]);
            var begin = Stopwatch.GetTimestamp();
            for (var change = 0; change < 10; change++)
            {
                var due = Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation);
                latencies.AddRange(await ChangeOnceAsync(cluster, circuits, round * 10 + change, cancellation));
                await due;
            }
            processor.Add(100 * (ProcessUse.Seconds([cluster.Portal.Pid]) - used) / Stopwatch.GetElapsedTime(begin).TotalSeconds);
            var series = new Series("latency", "ms", latencies);
            medians.Add(series.Median);
            slowest.Add(series.Percentile(95));
            Console.Error.WriteLine($"round {round + 1} of {Rounds.Count}: median {medians[^1]:0} ms, p95 {slowest[^1]:0} ms, {processor[^1]:0} % of a core");
        }
        report.Add(new Series("from a change's answer to the batch, median", "ms", medians));
        var p95 = report.Add(new Series("from a change's answer to the batch, p95", "ms", slowest));
        report.GoalAtMost("latency, p95: at most 250 ms", p95.Median, 250);
        report.Add(new Series("processor of the server, one change a second", "% of a core", processor));
    }

    /// <summary>From the answer to a change to its batch, in each circuit.</summary>
    private static async Task<IEnumerable<double>> ChangeOnceAsync(SimulatedCluster cluster, IReadOnlyList<CircuitClient> circuits, int change, CancellationToken cancellation)
    {
        var known = circuits.Select(c => c.Batches).ToArray();
        await cluster.ScaleAsync(1 + change % s_size.Apps, 4 + change / s_size.Apps);
        var answered = Stopwatch.GetTimestamp();
        var deadline = Stopwatch.StartNew();
        while (circuits.Where((c, i) => c.Batches == known[i] && c.Ended is null).Any())
        {
            if (deadline.Elapsed > Patience)
            {
                throw new TimeoutException("Some pages never showed a change.");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }
        return circuits.Where(c => c.Ended is null).Select(c => Math.Max(0, Stopwatch.GetElapsedTime(answered, c.LastBatchAt).TotalMilliseconds)).ToList();
    }

    private static async Task<IReadOnlyList<CircuitClient>> OpenAsync(SimulatedCluster cluster, HttpClient http, string cookie, int count, CancellationToken cancellation)
    {
        var circuits = new List<CircuitClient>();
        foreach (var few in Enumerable.Range(0, count).Chunk(10))
        {
            circuits.AddRange(await Task.WhenAll(few.Select(_ => CircuitClient.OpenAsync(http, cluster.Portal.Address, cookie, cancellation))));
        }
        await Until.NothingIsWrongAsync(Patience, "every page was drawn", () =>
        {
            var empty = circuits.Count(c => c.Batches == 0);
            return Task.FromResult(circuits.FirstOrDefault(c => c.Ended is not null)?.Ended ?? (empty == 0 ? null : $"{empty} were not"));
        });
        Console.Error.WriteLine($"{circuits.Count} circuits are open");
        return circuits;
    }

    private static async Task CloseAsync(IEnumerable<CircuitClient> circuits)
    {
        foreach (var circuit in circuits)
        {
            await circuit.DisposeAsync();
        }
    }

    private static async Task<string> SignInAsync(PortalProcess portal)
    {
        await using var chromium = new Chromium();
        await chromium.InitializeAsync();
        var page = await chromium.OpenAsync();
        await page.MakeFirstAccountAsync(portal);
        return string.Join("; ", (await page.Context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}"));
    }

    private static double Memory(PortalProcess portal) => ProcessUse.Memory([portal.Pid]);
}
