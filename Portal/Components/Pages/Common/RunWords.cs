using System.Globalization;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>Runs of jobs in words.</summary>
public static class RunWords
{
    /// <summary>Why there is a run, as <c>by schedule, for 03:00 UTC</c>.</summary>
    public static string Why(RunState run) => run.Cause switch
    {
        RunCause.Schedule => run.ScheduledAt is { } at ? $"by schedule, for {Clock(at)}" : "by schedule",
        RunCause.Deploy => $"for revision {run.Revision}",
        _ => "asked for",
    };

    /// <summary>Who is behind it, and what they said; empty for the schedule.</summary>
    public static string By(RunState run) => string.Join(": ", new[] { run.By.Length > 0 ? $"by {run.By}" : "", run.Message ?? "" }.Where(s => s.Length > 0));

    /// <summary>How long it took, or has taken so far; nothing for one that never began.</summary>
    public static string Took(RunState run, DateTimeOffset now) => run.StartedAt is not { } began ? "" : Exact((run.EndedAt ?? now) - began);

    /// <summary>How long an instance took; nothing for one that never began.</summary>
    public static string Took(InstanceView instance, DateTimeOffset now) => instance.StartedAt is not { } began ? ""
        : instance.FinishedAt is { } ended ? Exact(ended - began) : instance.EndedAt is null ? Exact(now - began) : "";

    /// <summary>When it runs next, as <c>Next run at 2026-03-01 03:00 UTC.</c>; what else begins a run where there is no schedule.</summary>
    public static string Next(AppView app) => app switch
    {
        { Stopped: true } => "Stopped: nothing runs until it is started.",
        { Job.NextRunAt: { } at } => $"Next run at {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.",
        _ => "It has no schedule: it runs once for each new revision, and when asked to.",
    };

    /// <summary>An instance of a run, as <c>instance 3, attempt 2</c>.</summary>
    public static string TitleOf(RunInstance instance) => instance.Attempt == 1 ? $"instance {instance.Instance.Slot}" : $"instance {instance.Instance.Slot}, attempt {instance.Attempt}";

    private static string Clock(DateTimeOffset at) => $"{at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";

    /// <summary>With a tenth of a second where a second is much.</summary>
    private static string Exact(TimeSpan span) => span < TimeSpan.FromSeconds(10) && span >= TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s") : Words.Span(span);
}
