using Portal.Core.Domain;
using Portal.Core.Jobs;

namespace Portal.Tests.Core.Jobs;

/// <summary>Carries out what <see cref="JobRule"/> decides, as controller and hosts would, and checks after each decision what must always hold.</summary>
internal sealed class JobPlay(JobSpec job)
{
    private readonly List<Attempt> attempts = [];
    private readonly SortedDictionary<int, RunState> runs = [];
    private readonly SortedDictionary<int, RunWish> wishes = [];
    private readonly Dictionary<int, RunStatus> ends = [];
    private long epoch;

    public JobSpec Job { get; set; } = job;
    public JobMemory? Memory { get; private set; }
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 10, 0, 20, TimeSpan.Zero);
    public long DeployGeneration { get; set; } = 1;
    public string? WhyStopped { get; set; }
    public bool IsDeleted { get; set; }
    public IReadOnlyCollection<RunState> Runs => runs.Values;
    public IEnumerable<Attempt> UnderWay => attempts.Where(a => a.Outcome is null);
    public IReadOnlyList<Attempt> Attempts => attempts;
    public HashSet<DateTimeOffset> Fired { get; } = [];
    public int ContainersKept => attempts.Count(a => a.IsKept);

    public RunState Run(int number) => runs[number];

    public int Ask(string by = "ann")
    {
        var number = Math.Max(runs.Keys.LastOrDefault(), wishes.Keys.LastOrDefault()) + 1;
        wishes[number] = new RunWish(number, true, by);
        return number;
    }

    public void Cancel(int number, string by = "ann") => wishes[number] = wishes.TryGetValue(number, out var wish) ? wish with { CancelledBy = by } : new RunWish(number, false, "", null, by);

    /// <summary>What was seen of an instance: it ended.</summary>
    public void End(Attempt attempt, InstanceOutcome outcome, string reason = "exited with code 3")
    {
        var index = attempts.FindIndex(a => a.Id == attempt.Id);
        attempts[index] = attempts[index] with { Outcome = outcome, Reason = reason, At = Now, IsPresent = outcome == InstanceOutcome.Lost && IsPresentWhenLost };
    }

    public bool IsPresentWhenLost { get; set; }

    /// <summary>What is left of stopped instances is gone.</summary>
    public void Vanish()
    {
        for (var i = 0; i < attempts.Count; i++)
        {
            attempts[i] = attempts[i] with { IsPresent = attempts[i].IsPresent && attempts[i].Outcome is null };
        }
    }

    /// <summary>Decides and carries it out until nothing more comes of it.</summary>
    public JobDecision Settle()
    {
        for (var round = 0; round < 20; round++)
        {
            var decision = Decide();
            if (!decision.Changes(Memory) && decision.Start.IsEmpty)
            {
                return decision;
            }
            Apply(decision);
            Check();
        }
        throw new InvalidOperationException("A job asks for ever more.");
    }

    private JobDecision Decide()
    {
        var live = runs.Values.Where(r => !r.IsOver).Select(r => r.Number).ToHashSet();
        return JobRule.Decide(new JobSituation
        {
            Job = Job,
            Revision = (int)DeployGeneration,
            DeployGeneration = DeployGeneration,
            DeployedBy = "ann",
            WhyStopped = IsDeleted ? "the app was deleted" : WhyStopped,
            IsDeleted = IsDeleted,
            Memory = Memory,
            Runs = [.. runs.Values],
            Wishes = [.. wishes.Values],
            // As the store gives them: those that ended only of runs under way.
            Attempts = [.. attempts.Where(a => a.Outcome is null || !a.IsRecorded || a.IsPresent || live.Contains(a.Run))],
        }, Now);
    }

    private void Apply(JobDecision decision)
    {
        Memory = decision.Memory;
        foreach (var run in decision.Changed)
        {
            if (run.ScheduledAt is { } at && !runs.ContainsKey(run.Number))
            {
                Assert.True(Fired.Add(at), $"{at:O} came twice");
            }
            runs[run.Number] = run;
        }
        foreach (var finished in decision.Finish.Concat(decision.Stop))
        {
            var index = attempts.FindIndex(a => a.Id == finished.Id);
            attempts[index] = attempts[index] with { Outcome = finished.Outcome, Reason = finished.Reason, IsRecorded = true, IsKept = true, At = Now };
        }
        foreach (var wanted in decision.Start)
        {
            epoch++;
            attempts.Add(new Attempt { Id = InstanceId.Of(default, wanted.Slot, epoch), Run = wanted.Run, Slot = wanted.Slot, Epoch = epoch, Host = "h1", At = Now, IsPresent = true });
        }
        Change(a => decision.Release.Contains(a.Id) || decision.ReleaseRuns.Contains(a.Run), a => a with { IsKept = false });
        foreach (var forgotten in decision.Forget)
        {
            Assert.True(runs[forgotten].IsOver);
            runs.Remove(forgotten);
            wishes.Remove(forgotten);
            attempts.RemoveAll(a => a.Run == forgotten);
        }
    }

    private void Change(Func<Attempt, bool> which, Func<Attempt, Attempt> change)
    {
        for (var i = 0; i < attempts.Count; i++)
        {
            attempts[i] = which(attempts[i]) ? change(attempts[i]) : attempts[i];
        }
    }

    private void Check()
    {
        foreach (var run in runs.Values)
        {
            var of = attempts.Where(a => a.Run == run.Number).ToList();
            var underWay = of.Where(a => a.Outcome is null).ToList();
            Assert.True(underWay.Count <= run.Parallelism, $"run {run.Number} has {underWay.Count} at once");
            Assert.Equal(underWay.Count, underWay.Select(a => a.Slot).Distinct().Count());
            Assert.All(of, a => Assert.InRange(a.Slot, 1, run.Completions));
            Assert.All(of.GroupBy(a => a.Slot), slot => Assert.True(slot.Count(a => a.Outcome == InstanceOutcome.Failed) <= run.Retries + 1));
            Assert.All(of.GroupBy(a => a.Slot), slot => Assert.True(slot.Count(a => a.Outcome == InstanceOutcome.Succeeded) <= 1));
            Assert.Equal(run.Status is not (RunStatus.Running or RunStatus.Waiting), run.IsOver);
            Assert.NotEqual("", run.Reason);
            if (run.IsOver)
            {
                Assert.Empty(underWay);
                Assert.True(ends.TryAdd(run.Number, run.Status) || ends[run.Number] == run.Status, $"run {run.Number} ended twice");
            }
            if (run.Status == RunStatus.Succeeded && !of.TrueForAll(a => a.IsRecorded && !a.IsKept))
            {
                Assert.Equal(run.Completions, of.Count(a => a.Outcome == InstanceOutcome.Succeeded));
            }
        }
        if (Job.Overlap != RunOverlap.Allow)
        {
            Assert.True(runs.Values.Count(r => !r.IsOver) <= 1, "runs overlap");
            Assert.True(attempts.Where(a => a.IsPresent).Select(a => a.Run).Distinct().Count() <= 1 || attempts.Exists(a => a is { IsPresent: true, Outcome: not null }), "containers of runs overlap");
        }
    }
}
