using System.Globalization;
using Portal.Core.Domain;

namespace Portal.Core.Jobs;

/// <summary>Which runs begin: those that users asked for, one for each new revision of a job without a schedule, and those whose time has come.</summary>
internal static class BeginningRule
{
    public static void Apply(JobSheet sheet)
    {
        var (job, now) = (sheet.Situation.Job, sheet.Now);
        var schedule = job.Schedule is { } text ? $"{text}|{job.TimeZone}" : "";
        var isStopped = sheet.Situation.WhyStopped is not null;
        if (sheet.Memory.Schedule != schedule || sheet.Memory.Suspended)
        {
            // What would have come before there was this schedule, or while it was stopped, is not missed.
            sheet.Memory = sheet.Memory with { Schedule = schedule, ScheduledThrough = sheet.Memory.Suspended && isStopped ? sheet.Memory.ScheduledThrough : now };
        }
        sheet.Memory = sheet.Memory with { Suspended = isStopped };
        foreach (var wish in sheet.WaitingWishes.ToList())
        {
            BeginWish(sheet, wish);
        }
        if (isStopped)
        {
            return;
        }
        BeginDeploy(sheet);
        BeginScheduled(sheet);
    }

    private static void BeginWish(JobSheet sheet, RunWish wish)
    {
        var run = New(sheet, wish.Number, RunCause.Manual) with { By = wish.By, Message = wish.Message };
        if (wish.CancelledBy is { } by)
        {
            Never(sheet, run, RunStatus.Cancelled, $"cancelled by {by} before it began");
        }
        else if (sheet.Situation.WhyStopped is { } why)
        {
            Never(sheet, run, RunStatus.Cancelled, why);
        }
        else if (MakeWay(sheet, run))
        {
            Begin(sheet, run);
        }
    }

    private static void BeginDeploy(JobSheet sheet)
    {
        var situation = sheet.Situation;
        if (sheet.Memory.DeployedGeneration >= situation.DeployGeneration)
        {
            return;
        }
        if (situation.Job.Schedule is null)
        {
            var run = New(sheet, sheet.NextNumber, RunCause.Deploy) with { By = situation.DeployedBy, Message = situation.DeployMessage };
            if (!MakeWay(sheet, run))
            {
                return;
            }
            Begin(sheet, run);
        }
        sheet.Memory = sheet.Memory with { DeployedGeneration = situation.DeployGeneration };
    }

    private static void BeginScheduled(JobSheet sheet)
    {
        if (Clock.Of(sheet.Situation.Job) is not { } clock)
        {
            return;
        }
        var due = DueTimes.Of(sheet.Situation.Job, sheet.Memory.ScheduledThrough, sheet.Now);
        // A clock that was put back, or a schedule that was changed to and fro, brings no time twice.
        var known = sheet.Runs.Select(r => r.ScheduledAt).ToHashSet();
        foreach (var (index, missed) in due.Missed.Index().Where(m => !known.Contains(m.Item)))
        {
            var more = index == 0 && due.MissedBefore > 0 ? $", nor at {due.MissedBefore} times before" : "";
            Never(sheet, Scheduled(sheet, missed), RunStatus.Missed, $"Portal was not there at {Time(missed)}{more}");
        }
        if (due.Fire is { } at && !known.Contains(at))
        {
            Fire(sheet, at, due.Lateness);
        }
        if (due.Fire is not null || !due.Missed.IsEmpty)
        {
            sheet.Memory = sheet.Memory with { ScheduledThrough = due.Fire ?? due.Missed[^1] };
        }
        sheet.NextRunAt = clock.Next(sheet.Now);
        if (sheet.NextRunAt is { } next)
        {
            sheet.Wake(next);
        }
    }

    private static void Fire(JobSheet sheet, DateTimeOffset at, TimeSpan? lateness)
    {
        var run = Scheduled(sheet, at) with
        {
            Message = lateness is { } late ? $"it makes up for {Time(at)}, {Words(late)} late, when Portal was not there" : null,
        };
        var others = sheet.UnderWay.ToList();
        if (others.Count > 0 && sheet.Situation.Job.Overlap == RunOverlap.Skip)
        {
            Never(sheet, run, RunStatus.Skipped, $"run {others[^1].Number} was still under way");
        }
        else if (others.Count >= JobRule.MostAtOnce && sheet.Situation.Job.Overlap == RunOverlap.Allow)
        {
            Never(sheet, run, RunStatus.Skipped, $"{others.Count} other runs were still under way, and there are no more at once");
        }
        else if (MakeWay(sheet, run))
        {
            Begin(sheet, run);
        }
    }

    /// <returns>Whether the run may begin now; a run that nobody waits for at a certain time waits for its turn.</returns>
    private static bool MakeWay(JobSheet sheet, RunState run)
    {
        var others = sheet.UnderWay.ToList();
        switch (sheet.Situation.Job.Overlap)
        {
            case RunOverlap.Replace:
                others.ForEach(other => sheet.End(other, RunStatus.Cancelled, $"run {run.Number} takes its place"));
                return true;
            case RunOverlap.Allow:
                return others.Count < JobRule.MostAtOnce;
            default:
                return others.Count == 0;
        }
    }

    private static RunState Scheduled(JobSheet sheet, DateTimeOffset at) => New(sheet, sheet.NextNumber, RunCause.Schedule) with { ScheduledAt = at };

    private static RunState New(JobSheet sheet, int number, RunCause cause)
    {
        var job = sheet.Situation.Job;
        return new RunState
        {
            Number = number,
            Cause = cause,
            Revision = sheet.Situation.Revision,
            Completions = job.Completions,
            Parallelism = job.Parallelism,
            Retries = job.Retries,
            Deadline = job.Deadline,
            CreatedAt = sheet.Now,
        };
    }

    private static void Begin(JobSheet sheet, RunState run) => sheet.Set(run with { Status = RunStatus.Running, StartedAt = sheet.Now, Kept = true });

    private static void Never(JobSheet sheet, RunState run, RunStatus status, string reason) => sheet.Set(run with { Status = status, Reason = reason, EndedAt = sheet.Now });

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static string Words(TimeSpan span) =>
        span < TimeSpan.FromMinutes(2) ? $"{span.TotalSeconds:0} s" : span < TimeSpan.FromHours(2) ? $"{span.TotalMinutes:0} min" : $"{span.TotalHours:0} h";
}
