using Portal.Core.Domain.Bodies;
using Portal.Core.Domain.Cron;

namespace Portal.Core.Domain.Specs;

/// <summary>How a job runs to its end, and when; and what makes no sense beside it.</summary>
internal static class JobPart
{
    private const int MaxRetries = 100;
    private const int MaxCompletions = 10_000;
    private const int MaxParallelism = 1_000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestKeep = TimeSpan.FromDays(365);

    /// <summary>The job of an app of that kind; null for any other kind.</summary>
    public static JobSpec? Read(BodyReader body, AppKind kind)
    {
        var named = body.Has("job");
        var job = Read(body.Object("job"));
        if (kind == AppKind.Job)
        {
            return job;
        }
        if (named && !body.Faults.Has(body.PathOf("kind")))
        {
            body.Fault("job", "is only for an app of kind job");
        }
        return null;
    }

    /// <summary>What belongs to apps that run for ever is a fault in a job, unless it says what is so anyway.</summary>
    public static void RefuseOthers(BodyReader body, AppSpec spec)
    {
        if (spec.Health != new HealthSpec())
        {
            body.Fault("health", "must be left out: an instance of a job is judged by its exit code");
        }
        if (spec.Restart != new RestartSpec())
        {
            body.Fault("restart", "must be left out: what fails in a job is tried again as job.retries says");
        }
        if (UpdatePart.WithoutDefaultMinReady(spec).Update is var update && update with { Canary = [] } != new UpdateSpec() || !update.Canary.IsEmpty)
        {
            body.Fault("update", "must be left out: a new revision of a job applies from its next run on");
        }
        if (spec.Disruption is not null)
        {
            body.Fault("disruption", "must be left out: what fails in a job is tried again as job.retries says");
        }
    }

    private static JobSpec Read(BodyReader job)
    {
        var defaults = new JobSpec();
        var spec = new JobSpec
        {
            Completions = job.Whole("completions", 1, MaxCompletions) ?? defaults.Completions,
            Parallelism = job.Whole("parallelism", 1, MaxParallelism) ?? defaults.Parallelism,
            Retries = job.Whole("retries", 0, MaxRetries) ?? defaults.Retries,
            Deadline = job.Duration("deadline", Second, LongestDeadline),
            Keep = job.Duration("keep", TimeSpan.Zero, LongestKeep) ?? defaults.Keep,
            Schedule = job.Text("schedule", maxLength: 200),
            TimeZone = job.Text("timeZone", maxLength: 100) ?? defaults.TimeZone,
            Overlap = job.Choice<RunOverlap>("overlap") ?? defaults.Overlap,
            Missed = job.Choice<MissedRuns>("missed") ?? defaults.Missed,
        };
        // Judged apart from the reading: what is stored is kept, whatever this machine knows of zones.
        if (spec.Schedule is { } schedule && !CronSchedule.TryParse(schedule, out _, out var message))
        {
            job.Fault("schedule", message);
        }
        if (TimeZones.Check(spec.TimeZone) is { } wrong)
        {
            job.Fault("timeZone", wrong);
        }
        return spec;
    }
}
