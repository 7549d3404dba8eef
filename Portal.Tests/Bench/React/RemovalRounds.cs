using System.Diagnostics;
using Portal.Tests.Bench.Peers;

namespace Portal.Tests.Bench.React;

/// <summary>Removes containers of a running app or service by hand, one at a time, and waits for the replacement of each.</summary>
internal sealed class RemovalRounds : IAsyncDisposable
{
    public const int Instances = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly IReadOnlyList<BenchEngine> _engines;
    private readonly string _label;
    private readonly int _steps;
    private readonly Func<Task> _end;

    private RemovalRounds(IReadOnlyList<BenchEngine> engines, string label, int steps, Func<Task> end)
    {
        _engines = engines;
        _label = label;
        _steps = steps;
        _end = end;
    }

    /// <summary>Milliseconds from the answer of the removal to the replacement's start.</summary>
    public List<double> Samples { get; } = [];

    /// <summary><paramref name="start"/> asks for the instances and gives how they are removed.</summary>
    public static async Task<RemovalRounds> StartAsync(IReadOnlyList<BenchEngine> engines, string label, int steps, Func<Task<Func<Task>>> start, CancellationToken cancellation)
    {
        await using var watch = await StartWatch.BeginAsync(engines, label, cancellation);
        var end = await start();
        await watch.UntilAsync(Instances, 0, Patience, cancellation);
        return new RemovalRounds(engines, label, steps, end);
    }

    /// <summary>The median of one round's removals.</summary>
    public async Task<double> MeasureAsync(int round, CancellationToken cancellation)
    {
        var samples = new List<double>();
        for (var step = 0; step < _steps; step++)
        {
            samples.Add(await RemoveOneAsync(step, cancellation));
        }
        Samples.AddRange(samples);
        return new Series("round", "ms", samples).Median;
    }

    public async ValueTask DisposeAsync() => await _end();

    private async Task<double> RemoveOneAsync(int step, CancellationToken cancellation)
    {
        var (engine, ids) = await FindAsync(step, cancellation);
        await using var watch = await StartWatch.BeginAsync(_engines, _label, cancellation);
        await engine.RemoveAsync(ids[step % ids.Count], cancellation);
        var answered = Stopwatch.GetTimestamp();
        return (await watch.UntilAsync(1, answered, Patience, cancellation)).TotalMilliseconds;
    }

    // An engine that has some of them; which one rotates.
    private async Task<(BenchEngine Engine, IReadOnlyList<string> Ids)> FindAsync(int step, CancellationToken cancellation)
    {
        foreach (var turn in Enumerable.Range(step, _engines.Count))
        {
            var engine = _engines[turn % _engines.Count];
            if (await engine.ListAsync(_label, cancellation) is { Count: > 0 } ids)
            {
                return (engine, ids);
            }
        }
        throw new InvalidOperationException($"There is no container with {_label} to remove.");
    }
}
