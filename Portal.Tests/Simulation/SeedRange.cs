namespace Portal.Tests.Simulation;

/// <summary>What became of a range of seeds.</summary>
/// <param name="Seeds">How many were run.</param>
/// <param name="Turns">Steps taken in all.</param>
/// <param name="Checks">How often a promise was looked at.</param>
/// <param name="Hash">Of all traces, whatever the order in which they were run.</param>
/// <param name="Failures">Seeds that broke a promise.</param>
internal sealed record SeedRange(int Seeds, long Turns, long Checks, string Hash, IReadOnlyList<Outcome> Failures)
{
    private const int Every = 10_000;

    /// <summary>The lowest seed that broke a promise; null for none.</summary>
    public Outcome? Failed => Failures.MinBy(f => f.Seed);

    /// <summary>Runs seeds on all cores, until one breaks a promise or, if wanted, all.</summary>
    public static SeedRange Run(int from, int count, Func<Plant>? plant, bool all, CancellationToken cancellation, Action<int>? told = null)
    {
        var gate = new Lock();
        var (next, done, turns, checks, hash) = (from, 0, 0L, 0L, 0UL);
        var failures = new List<Outcome>();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return new SeedRange(done, turns, checks, hash.ToString("x16"), failures);

        void Work()
        {
            while (Take() is { } seed)
            {
                var outcome = Simulation.Run(seed, plant: plant);
                lock (gate)
                {
                    done++;
                    turns += outcome.Turns;
                    checks += outcome.Checks;
                    hash += Convert.ToUInt64(outcome.Hash, 16);
                    failures.AddRange(outcome.Broken is null ? [] : [outcome]);
                    if (done % Every == 0)
                    {
                        told?.Invoke(done);
                    }
                }
            }
        }

        int? Take()
        {
            lock (gate)
            {
                return failures.Count > 0 && !all || next >= from + count || cancellation.IsCancellationRequested ? null : next++;
            }
        }
    }
}
