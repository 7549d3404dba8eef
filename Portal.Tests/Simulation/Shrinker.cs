using System.Collections.Immutable;

namespace Portal.Tests.Simulation;

/// <summary>Finds the fewest disturbances that still break the same promise: leaves out more and more as long as it does.</summary>
internal static class Shrinker
{
    private const int MostRuns = 400;
    private const int Last = 120;

    /// <summary>The shortest way to the same broken promise, with its trace in sentences.</summary>
    public static Outcome Shrink(Outcome found, Func<Plant>? plant)
    {
        var (best, runs) = (found, 0);
        var size = Math.Max(1, best.Scenario.Disturbances.Length / 2);
        while (size >= 1 && runs < MostRuns)
        {
            var shorter = false;
            for (var from = 0; from < best.Scenario.Disturbances.Length && runs < MostRuns;)
            {
                var count = Math.Min(size, best.Scenario.Disturbances.Length - from);
                if (Try(best.Scenario with { Disturbances = best.Scenario.Disturbances.RemoveRange(from, count) }) is { } less)
                {
                    (best, shorter) = (less, true);
                }
                else
                {
                    from += count;
                }
            }
            size = shorter ? Math.Min(size, Math.Max(1, best.Scenario.Disturbances.Length / 2)) : size / 2;
        }
        foreach (var smaller in new[] { best.Scenario with { Processes = 1 }, best.Scenario with { Hosts = 2 } })
        {
            best = smaller == best.Scenario ? best : Try(smaller) ?? best;
        }
        return Simulation.Run(found.Seed, best.Scenario, plant, keepsTrace: true);

        Outcome? Try(Scenario scenario)
        {
            runs++;
            var outcome = Simulation.Run(found.Seed, scenario, plant);
            return outcome.Broken?.Promise == found.Broken!.Promise ? outcome : null;
        }
    }

    /// <summary>What is printed of a seed that failed.</summary>
    public static IEnumerable<string> Describe(Outcome found, Outcome shortest)
    {
        yield return $"Seed {found.Seed}: “{found.Broken!.Promise}” is broken: {found.Broken.Sentence}.";
        yield return $"Its shortest trace has {shortest.Scenario.Disturbances.Length} of {found.Scenario.Disturbances.Length} disturbances, {shortest.Scenario.Hosts} hosts and {shortest.Scenario.Processes} processes:";
        // All that disturbed, and the whole of the end.
        foreach (var (_, line) in shortest.Lines.Index().Where(l => shortest.Causes.Contains(l.Index) || l.Index >= shortest.Lines.Count - Last))
        {
            yield return line;
        }
        yield return $"{shortest.Broken!.At.TotalSeconds,8:0.000} s  BROKEN: {shortest.Broken.Promise}: {shortest.Broken.Sentence}.";
    }
}
