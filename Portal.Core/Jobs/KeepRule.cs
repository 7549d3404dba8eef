using Portal.Core.Domain;

namespace Portal.Core.Jobs;

/// <summary>What is kept of runs: their containers, so that their logs can be read, and what is known of them. Both are bounded, however often a job runs.</summary>
internal static class KeepRule
{
    /// <summary>Of so many ended runs the containers are kept.</summary>
    public const int RunsWithContainers = 10;
    /// <summary>Of each run the containers of so many instances are kept that succeeded, and of so many that did not.</summary>
    public const int ContainersOfRun = 50;
    /// <summary>So many ended runs are known.</summary>
    public const int RunsKnown = 200;

    public static void Apply(JobSheet sheet)
    {
        foreach (var run in sheet.UnderWay)
        {
            ReleaseEarlyOnes(sheet, run);
        }
        var keep = sheet.Situation.Job.Keep;
        var isGoing = sheet.Situation.IsDeleted;
        var ended = sheet.Runs.Where(r => r.IsOver).Reverse().ToList();
        var newest = ended.Count == 0 ? 0 : sheet.Runs.Last().Number;
        var verdict = ended.Find(r => r.Began)?.Number;
        var withContainers = 0;
        foreach (var (index, run) in ended.Index())
        {
            var until = run.EndedAt!.Value + keep;
            var isDue = until <= sheet.Now || isGoing;
            var isTooMany = run.Began && ++withContainers > RunsWithContainers;
            if (run.Kept && (isDue || isTooMany))
            {
                sheet.ReleaseRun(run);
            }
            if (run.Number != newest && run.Number != verdict && (until <= sheet.Now || index >= RunsKnown))
            {
                sheet.Forget(run.Number);
            }
            else if (!isDue)
            {
                sheet.Wake(until);
            }
        }
    }

    private static void ReleaseEarlyOnes(JobSheet sheet, RunState run)
    {
        foreach (var kind in sheet.AttemptsOf(run.Number).Where(a => a is { IsKept: true, Outcome: not null }).GroupBy(a => a.Outcome == InstanceOutcome.Succeeded))
        {
            foreach (var early in kind.OrderByDescending(a => a.At).ThenByDescending(a => a.Slot).Skip(ContainersOfRun))
            {
                sheet.Release(early.Id);
            }
        }
    }
}
