using Portal.Core.Domain;
using Portal.Core.Jobs;

namespace Portal.Agents.Control;

/// <summary>What the events say of a run that began or ended.</summary>
internal static class RunWords
{
    public static (Severity Severity, string Kind, string Words)? Of(string app, RunState run, RunState? before)
    {
        if (before?.Status == run.Status)
        {
            return null;
        }
        var (what, reason) = ($"run {run.Number} of {app}", run.Reason.TrimEnd('.'));
        return run.Status switch
        {
            RunStatus.Running => (Severity.Info, "RunStarted", $"Run {run.Number} of {app} began{Why(run)}."),
            RunStatus.Succeeded => (Severity.Info, "RunSucceeded", $"Run {run.Number} of {app} succeeded: {reason}."),
            RunStatus.Failed => (Severity.Error, "RunFailed", $"Run {run.Number} of {app} failed: {reason}."),
            RunStatus.Cancelled => (Severity.Warning, "RunCancelled", $"Run {run.Number} of {app} was cancelled: {reason}."),
            RunStatus.Skipped => (Severity.Warning, "RunSkipped", $"The schedule's {what} was skipped: {reason}."),
            RunStatus.Missed => (Severity.Warning, "RunMissed", $"The schedule's {what} was missed: {reason}."),
            _ => null,
        };
    }

    private static string Why(RunState run) => run.Cause switch
    {
        RunCause.Schedule => run.Message is { } message ? $": {message}" : " on schedule",
        RunCause.Deploy => $", for revision {run.Revision}",
        _ => $", asked for by {run.By}",
    };
}
