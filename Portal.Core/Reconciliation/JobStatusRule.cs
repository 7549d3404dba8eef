using System.Globalization;
using Portal.Core.Domain;
using Portal.Core.Jobs;

namespace Portal.Core.Reconciliation;

/// <summary>Says how a job is: what is under way, or how its last run ended, and when it runs next.</summary>
internal static class JobStatusRule
{
    public static StatusVerdict Of(AppInput app, JobDecision decision, List<Attempt> attempts)
    {
        var underWay = decision.Runs.Where(r => !r.IsOver).ToList();
        var wanted = underWay.Sum(r => Math.Min(r.Parallelism, r.Completions - r.Succeeded));
        var running = app.Instances.Where(i => i is { Desired: DesiredState.Run, Observed.State: InstanceState.Running } && attempts.Exists(a => a.Id == i.Id && a is { IsPresent: true, Outcome: null })).ToList();
        var (status, reason) = Judge(app, decision, underWay);
        return new StatusVerdict(status, reason, wanted, running.Count, running.Count, running.Count(i => i.Revision == app.Revision));
    }

    private static (AppStatus, string) Judge(AppInput app, JobDecision decision, List<RunState> underWay)
    {
        var stopping = app.Instances.Count(i => i.Desired == DesiredState.Stop && i.Host is not null && i.Observed?.State != InstanceState.Stopped);
        var still = stopping > 0 ? $"; {stopping} container{(stopping == 1 ? "" : "s")} still to stop" : "";
        if (app.Deleted || app.Stopped)
        {
            return (AppStatus.Stopped, app.Deleted ? $"Being deleted{still}" : $"Stopped by intent: nothing runs until it is started{still}");
        }
        var next = decision.NextRunAt is { } at ? $"; next run at {Time(at)}" : "";
        var more = underWay.Count > 1 ? $"; {underWay.Count - 1} more under way" : "";
        if (underWay.Count > 0)
        {
            var run = underWay[^1];
            var unplaced = app.Instances.FirstOrDefault(i => i is { Host: null, Desired: DesiredState.Run, PendingReason: not null });
            return unplaced is null
                ? (AppStatus.Progressing, $"Run {run.Number}: {run.Reason.TrimEnd('.')}{more}{next}")
                : (AppStatus.Pending, $"Run {unplaced.Run}: instance {unplaced.Slot} fits nowhere: {unplaced.PendingReason!.TrimEnd('.')}{more}{next}");
        }
        var last = decision.Runs.LastOrDefault(r => r.Began);
        var notRun = decision.Runs.LastOrDefault() is { Began: false } never && never.Number > (last?.Number ?? 0) ? $"; run {never.Number} was {never.Status.ToString().ToLowerInvariant()}: {never.Reason.TrimEnd('.')}" : "";
        return last switch
        {
            null => (AppStatus.Stopped, $"It has not run yet{notRun}{next}"),
            { Status: RunStatus.Succeeded } => (AppStatus.Healthy, $"Run {last.Number} succeeded at {Time(last.EndedAt!.Value)}: {last.Reason}{notRun}{next}"),
            { Status: RunStatus.Failed } => (AppStatus.Failed, $"Run {last.Number} failed at {Time(last.EndedAt!.Value)}: {last.Reason.TrimEnd('.')}{notRun}{next}"),
            _ => (AppStatus.Stopped, $"Run {last.Number} was cancelled at {Time(last.EndedAt!.Value)}: {last.Reason.TrimEnd('.')}{still}{notRun}{next}"),
        };
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
