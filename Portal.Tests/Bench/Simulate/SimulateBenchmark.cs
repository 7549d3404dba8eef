using System.Diagnostics;
using Portal.Tests.Simulation;

namespace Portal.Tests.Bench.Simulate;

/// <summary>
/// Runs simulation seeds on all cores: <c>./bench.sh simulate --seeds N [--from S] [--plant NAME] [--all]</c>. A seed that breaks a promise ends it with its shortest trace
/// (with --all, the others are run all the same and listed); a bug that was planted has to be found.
/// </summary>
internal sealed class SimulateBenchmark : IBenchmark
{
    public string Name => "simulate";

    public string Summary => "simulation seeds without a broken promise: --seeds N [--from S] [--plant bounds|epoch|double|term|stranger] [--all]";

    public Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation)
    {
        var (seeds, from, plant, all) = (10_000, 0, (string?)null, false);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seeds" when i + 1 < args.Length:
                    seeds = int.Parse(args[++i]);
                    break;
                case "--from" when i + 1 < args.Length:
                    from = int.Parse(args[++i]);
                    break;
                case "--plant" when i + 1 < args.Length:
                    plant = args[++i];
                    break;
                case "--all":
                    all = true;
                    break;
                default:
                    throw new ArgumentException($"{args[i]} is not known, or its value is missing; there are --seeds N, --from S, --plant NAME and --all.");
            }
        }
        Run(report, seeds, from, plant is null ? null : () => Plant.Of(plant), plant, all, cancellation);
        return Task.CompletedTask;
    }

    private static void Run(BenchReport report, int seeds, int from, Func<Plant>? plant, string? name, bool all, CancellationToken cancellation)
    {
        _ = plant?.Invoke();
        var began = Stopwatch.GetTimestamp();
        var run = SeedRange.Run(from, seeds, plant, all, cancellation, done => Console.WriteLine($"{done} seeds, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        var took = Stopwatch.GetElapsedTime(began);
        report.Add(new Series("seeds", "", [run.Seeds]));
        report.Add(new Series("time", "s", [took.TotalSeconds]));
        report.Add(new Series("seeds a second", "1/s", [run.Seeds / took.TotalSeconds]));
        report.Add(new Series("steps", "", [run.Turns]));
        report.Add(new Series("promises looked at", "", [run.Checks]));
        Console.WriteLine($"{run.Seeds} seeds from {from} in {took.TotalSeconds:0.0} s on {Environment.ProcessorCount} cores: {run.Seeds / took.TotalSeconds:0} seeds/s, {run.Turns} steps, promises looked at {run.Checks} times; all traces together {run.Hash}");
        foreach (var other in run.Failures.OrderBy(f => f.Seed).Where(_ => all))
        {
            Console.WriteLine($"seed {other.Seed}, at {other.Broken!.At.TotalSeconds:0.0} s: “{other.Broken.Promise}”: {other.Broken.Sentence}.");
        }
        if (run.Failed is { } found)
        {
            foreach (var line in Shrinker.Describe(found, Shrinker.Shrink(found, plant)))
            {
                Console.WriteLine(line);
            }
        }
        if (name is not null)
        {
            Console.WriteLine(run.Failed is null ? $"The planted bug '{name}' was not found in {run.Seeds} seeds." : $"The planted bug '{name}' was found after {run.Failed.Seed - from + 1} seeds.");
        }
        report.GoalAtMost("seeds that broke a promise as they should not", run.Failed is null == (name is not null) ? 1 : 0, 0);
        if (run.Failed is null == (name is not null))
        {
            throw new InvalidOperationException(name is null ? $"seed {run.Failed!.Seed} broke “{run.Failed.Broken!.Promise}”" : $"the planted bug '{name}' was not found");
        }
    }
}
