using System.Diagnostics;
using System.Globalization;
using Portal.Tests.EndToEnd;

namespace Portal.Tests.Bench.React;

/// <summary>Every core busy for long, and no host may be taken for lost.</summary>
internal static class Soak
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>The length after <c>--soak</c>, as <c>1h</c> or <c>10m</c>; null without it.</summary>
    public static TimeSpan? Read(string[] args)
    {
        var at = Array.IndexOf(args, "--soak");
        if (at < 0)
        {
            return null;
        }
        var text = at + 1 < args.Length ? args[at + 1] : "1h";
        var number = int.Parse(text[..^1], CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            's' => TimeSpan.FromSeconds(number),
            _ => throw new ArgumentException($"'{text}' is no length; write 1h, 10m or 30s."),
        };
    }

    public static async Task RunAsync(BenchReport report, TestCluster cluster, TimeSpan length, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var busy = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(() => Spin(end.Token), end.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        var alarms = new HashSet<string>();
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < length)
        {
            foreach (var host in (await cluster.Api.HostsAsync()).Where(h => h.Reachability is "Unreachable"))
            {
                alarms.Add($"{host.Name} after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s: {host.Reason}");
            }
            await Task.Delay(Every, TimeProvider.System, cancellation);
        }
        await end.CancelAsync();
        await Task.WhenAll(busy);
        report.GoalAtMost($"false alarms in {length} with every core busy", alarms.Count, 0, string.Join("; ", alarms));
    }

    private static void Spin(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            Thread.SpinWait(100_000);
        }
    }
}
