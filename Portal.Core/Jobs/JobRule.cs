using Portal.Core.Domain;

namespace Portal.Core.Jobs;

/// <summary>
/// Decides about one job: which runs begin and how they end, which instances they make, stop and try again, and what is kept of them. Pure: the
/// same situation gives the same decision, and a decision that was carried out leads to none of the same again.
/// </summary>
public static class JobRule
{
    /// <summary>So many runs go on beside each other at most, where overlap is allowed.</summary>
    public const int MostAtOnce = 100;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>Decides.</summary>
    /// <param name="situation">The job.</param>
    /// <param name="now">The time.</param>
    public static JobDecision Decide(JobSituation situation, DateTimeOffset now)
    {
        var sheet = new JobSheet(situation, now);
        sheet.RecordWhatEnded();
        foreach (var run in sheet.UnderWay.ToList())
        {
            Judge(sheet, run);
        }
        BeginningRule.Apply(sheet);
        foreach (var run in sheet.UnderWay.ToList())
        {
            Advance(sheet, run);
        }
        KeepRule.Apply(sheet);
        return sheet.Decide();
    }

    /// <summary>How long an instance that failed or was lost so often waits before it is tried again: 1 s, 2 s, 4 s … 5 min.</summary>
    public static TimeSpan DelayAfter(int attempts) =>
        attempts < 1 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(FirstDelay.Ticks << Math.Min(attempts - 1, 20), LongestDelay.Ticks));

    /// <summary>Whether the run is over, and as what.</summary>
    private static void Judge(JobSheet sheet, RunState run)
    {
        var slots = sheet.SlotsOf(run);
        if (slots.Count(s => s.IsDone) >= run.Completions)
        {
            sheet.End(run, RunStatus.Succeeded, run.Completions == 1 ? "its instance ended with exit code 0" : $"all {run.Completions} instances ended with exit code 0");
        }
        else if (sheet.WishFor(run.Number)?.CancelledBy is { } by)
        {
            sheet.End(run, RunStatus.Cancelled, $"cancelled by {by} with {Done(run, slots)}");
        }
        else if (sheet.Situation.WhyStopped is { } why)
        {
            sheet.End(run, RunStatus.Cancelled, $"{why} with {Done(run, slots)}");
        }
        else if (slots.Find(s => s.Failures > run.Retries) is { } failed)
        {
            var last = failed.LastFailure!;
            var times = failed.Failures == 1 ? "failed and may not be tried again" : $"failed {failed.Failures} times";
            sheet.End(run, RunStatus.Failed, $"instance {failed.Number} {times}{(last.Host is { } host ? $", last on {host}" : "")}: {last.Reason.TrimEnd('.')}");
        }
        else if (run.StartedAt + run.Deadline is { } deadline && deadline <= sheet.Now)
        {
            var running = slots.Find(s => s.UnderWay is not null)?.UnderWay;
            var rest = running is null ? "" : $"; instance {running.Slot} was {(running.Host is { } host ? $"on {host}" : "waiting for a host")}";
            sheet.End(run, RunStatus.Failed, $"its deadline of {DurationText.Format(run.Deadline!.Value)} passed with {Done(run, slots)}{rest}");
        }
    }

    /// <summary>Makes what the run wants next, and says how it stands.</summary>
    private static void Advance(JobSheet sheet, RunState run)
    {
        if (run.StartedAt + run.Deadline is { } deadline)
        {
            sheet.Wake(deadline);
        }
        var slots = sheet.SlotsOf(run);
        var running = slots.Count(s => s.UnderWay is not null);
        if (sheet.Situation.Job.Overlap != RunOverlap.Allow && sheet.LeftOfOthers(run) is { } other)
        {
            sheet.Set(run with { Reason = $"waits until what is left of run {other} has stopped" });
            return;
        }
        SlotOfRun? waiting = null;
        foreach (var slot in slots.Where(s => !s.IsDone && s.UnderWay is null))
        {
            if (running >= run.Parallelism)
            {
                break;
            }
            if (slot.LastEnd is { } last && last.At + DelayAfter(slot.Tries) is var due && due > sheet.Now)
            {
                sheet.Wake(due);
                waiting ??= slot;
                continue;
            }
            var cause = slot.LastEnd is { } before
                ? $"run {run.Number} tries instance {slot.Number} again, for it {(before.Outcome == InstanceOutcome.Failed ? "failed" : "was lost")}: {before.Reason.TrimEnd('.')}"
                : $"run {run.Number} wants instance {slot.Number}";
            sheet.Start(new WantedAttempt(run.Number, slot.Number, run.Revision, cause));
            running++;
        }
        var failing = slots.LastOrDefault(s => !s.IsDone && s.Failures > 0);
        var trouble = failing is null ? ""
            : $"; instance {failing.Number} failed {(failing.Failures == 1 ? "once" : $"{failing.Failures} times")}{(failing == waiting ? " and is tried again shortly" : "")}: {failing.LastFailure!.Reason.TrimEnd('.')}";
        sheet.Set(run with { Reason = $"{Done(run, slots)}, {running} running{trouble}" });
    }

    private static string Done(RunState run, List<SlotOfRun> slots) => $"{slots.Count(s => s.IsDone)} of {run.Completions} done";
}
