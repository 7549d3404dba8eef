using Portal.Tests.Browser;

namespace Portal.Tests.Bench.Pages;

/// <summary>How quick the table of apps is in a real browser, where there are many.</summary>
internal sealed class PageBenchmark : IBenchmark
{
    private static readonly ClusterSize s_size = new(Hosts: 100, Apps: 10_000, InstancesPerApp: 1);

    public string Name => "page";

    public string Summary => $"the page Apps of a simulated cluster ({s_size}) in a headless Chromium";

    public async Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        await using var cluster = await SimulatedCluster.StartAsync(s_size, cancellation);
        await using var chromium = new Chromium();
        await chromium.InitializeAsync();
        await using var wire = new TcpProxy(cluster.Portal.Port);
        var page = await chromium.OpenAsync(1280, 900);
        await page.MakeFirstAccountAsync(cluster.Portal);
        var watch = await AppsPageWatch.OfAsync(page, wire);

        var first = await watch.OpenAsync(cold: true);
        Add(report, "bytes received, empty cache", "KB", [first.Kilobytes], 150);
        var again = await TakeAsync(() => watch.OpenAsync(cold: false), cancellation);
        Add(report, "first paint", "ms", [.. again.Select(o => o.FirstPaint)], 300);
        report.Add(new Series("first row there", "ms", [.. again.Select(o => o.FirstRow)]));
        Add(report, "bytes received, again", "KB", [.. again.Select(o => o.Kilobytes)], 150);

        Add(report, "sort", "ms", await TakeAsync(watch.SortAsync, cancellation), 100);
        Add(report, "filter", "ms", await TakeAsync(watch.FilterAsync, cancellation), 100);
        var frames = await TakeAsync(watch.ScrollAsync, cancellation);
        Add(report, "scroll: longest frame", "ms", [.. frames.Select(f => f.Longest)], 50);
        report.Add(new Series("scroll: frames over 50 ms, of all", "%", [.. frames.Select(f => f.PercentOver50)]));
        report.Add(new Series("an empty page scrolled: longest frame", "ms", await TakeAsync(watch.ScrollNothingAsync, cancellation)));
    }

    private static void Add(BenchReport report, string name, string unit, IReadOnlyList<double> values, double limit)
    {
        var series = report.Add(new Series(name, unit, values));
        report.GoalAtMost($"{name}: at most {limit} {unit}", series.Median, limit);
    }

    private static async Task<IReadOnlyList<T>> TakeAsync<T>(Func<Task<T>> measure, CancellationToken cancellation)
    {
        var values = new List<T>();
        for (var round = 0; round < Rounds.Count; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            values.Add(await measure());
            Console.Error.WriteLine($"round {round + 1} of {Rounds.Count}: {values[^1]}");
        }
        return values;
    }
}
