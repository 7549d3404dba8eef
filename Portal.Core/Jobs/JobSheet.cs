using Portal.Core.Domain;

namespace Portal.Core.Jobs;

/// <summary>The working sheet of one decision about a job.</summary>
internal sealed class JobSheet
{
    private readonly SortedDictionary<int, RunState> runs = [];
    private readonly Dictionary<int, RunState> before;
    private readonly ILookup<int, Attempt> attempts;
    private readonly Dictionary<int, RunWish> wishes;
    private readonly List<WantedAttempt> start = [];
    private readonly List<FinishedAttempt> finish = [];
    private readonly List<FinishedAttempt> stop = [];
    private readonly List<InstanceId> release = [];
    private readonly List<int> releaseRuns = [];
    private readonly List<int> forget = [];
    private DateTimeOffset? wakeAt;

    public JobSheet(JobSituation situation, DateTimeOffset now)
    {
        (Situation, Now) = (situation, now);
        before = situation.Runs.ToDictionary(r => r.Number);
        foreach (var run in situation.Runs)
        {
            runs[run.Number] = run;
        }
        attempts = situation.Attempts.ToLookup(a => a.Run);
        wishes = situation.Wishes.ToDictionary(w => w.Number);
        Memory = situation.Memory ?? new JobMemory { ScheduledThrough = now };
    }

    public JobSituation Situation { get; }
    public DateTimeOffset Now { get; }
    public JobMemory Memory { get; set; }
    public DateTimeOffset? NextRunAt { get; set; }

    public IEnumerable<RunState> Runs => runs.Values;
    public IEnumerable<RunState> UnderWay => runs.Values.Where(r => !r.IsOver);
    public int NextNumber => Math.Max(runs.Count == 0 ? 0 : runs.Keys.Last(), wishes.Count == 0 ? 0 : wishes.Keys.Max()) + 1;

    /// <summary>Runs that were asked for and have not begun, in order.</summary>
    public IEnumerable<RunWish> WaitingWishes => wishes.Values.Where(w => w.IsAsked && !runs.ContainsKey(w.Number)).OrderBy(w => w.Number);

    public RunWish? WishFor(int run) => wishes.GetValueOrDefault(run);

    public List<SlotOfRun> SlotsOf(RunState run)
    {
        var bySlot = attempts[run.Number].ToLookup(a => a.Slot);
        return [.. Enumerable.Range(1, run.Completions).Select(n => new SlotOfRun(n, bySlot[n]))];
    }

    public IEnumerable<Attempt> AttemptsOf(int run) => attempts[run];

    /// <summary>Another run, over by now, of which something may still run where it can be seen; null for none.</summary>
    public int? LeftOfOthers(RunState run) =>
        Situation.Attempts.Where(a => a.Run != run.Number && a.IsPresent && (!runs.TryGetValue(a.Run, out var other) || other.IsOver)).Select(a => (int?)a.Run).FirstOrDefault();

    public void Wake(DateTimeOffset at) => wakeAt = wakeAt is { } sooner && sooner < at ? sooner : at;

    public void Set(RunState run) => runs[run.Number] = run;

    public void Start(WantedAttempt wanted) => start.Add(wanted);

    public void Release(InstanceId instance) => release.Add(instance);

    public void ReleaseRun(RunState run)
    {
        releaseRuns.Add(run.Number);
        Set(run with { Kept = false });
    }

    /// <summary>Forgets a run, once it is stored how it ended.</summary>
    public void Forget(int run)
    {
        if (before.GetValueOrDefault(run) is not { IsOver: true })
        {
            return;
        }
        forget.Add(run);
        runs.Remove(run);
    }

    /// <summary>Takes down how instances ended, and counts it.</summary>
    public void RecordWhatEnded()
    {
        foreach (var ended in Situation.Attempts.Where(a => a is { Outcome: not null, IsRecorded: false }))
        {
            finish.Add(new FinishedAttempt(ended.Id, ended.Outcome!.Value, ended.Reason));
        }
        foreach (var stray in Situation.Attempts.Where(a => a.Outcome is null && (!runs.TryGetValue(a.Run, out var run) || run.IsOver)))
        {
            stop.Add(new FinishedAttempt(stray.Id, InstanceOutcome.Cancelled, $"run {stray.Run} is over"));
        }
        foreach (var run in UnderWay.ToList())
        {
            var ended = attempts[run.Number].ToLookup(a => a.Outcome);
            Set(run with { Succeeded = ended[InstanceOutcome.Succeeded].Select(a => a.Slot).Distinct().Count(), Failed = ended[InstanceOutcome.Failed].Count() });
        }
    }

    /// <summary>Ends a run, and with it what it has running.</summary>
    public void End(RunState run, RunStatus status, string reason)
    {
        Set(run with { Status = status, Reason = reason, EndedAt = Now });
        var why = status switch
        {
            RunStatus.Cancelled => $"run {run.Number} was {(reason.StartsWith("cancelled", StringComparison.Ordinal) ? reason : $"cancelled: {reason}")}",
            RunStatus.Succeeded => $"run {run.Number} has succeeded",
            _ => $"run {run.Number} failed: {reason}",
        };
        stop.AddRange(attempts[run.Number].Where(a => a.Outcome is null).Select(a => new FinishedAttempt(a.Id, InstanceOutcome.Cancelled, why)));
    }

    public JobDecision Decide() => new()
    {
        Memory = Memory,
        Changed = [.. runs.Values.Where(r => before.GetValueOrDefault(r.Number) != r)],
        Start = [.. start],
        Finish = [.. finish],
        Stop = [.. stop.DistinctBy(s => s.Id)],
        Release = [.. release],
        ReleaseRuns = [.. releaseRuns],
        Forget = [.. forget],
        Runs = [.. runs.Values],
        NextRunAt = NextRunAt,
        WakeAt = wakeAt,
    };
}
