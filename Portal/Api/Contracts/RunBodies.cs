using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>A job's runs in short: <c>nextRunAt</c> is missing without a schedule, <c>currentRun</c> while none is under way, <c>lastRun</c> until one has ended.</summary>
internal sealed record JobBody(DateTime? NextRunAt, RunBody? CurrentRun, RunBody? LastRun)
{
    public static JobBody Of(JobView job) => new(Wire.Time(job.NextRunAt), job.Current is { } current ? RunBody.Of(current) : null, job.Last is { } last ? RunBody.Of(last) : null);
}

/// <summary>A run: <c>scheduledAt</c> is there for those of the schedule, <c>by</c> for the others; <c>startedAt</c> is missing for one that never began, <c>endedAt</c> until it ended.</summary>
internal sealed record RunBody(
    int Number, RunCause Cause, DateTime? ScheduledAt, string? By, string? Message, int Revision, RunStatus Status, string Reason, int Completions, int Parallelism, int Retries, string? Deadline,
    int Succeeded, int Failed, DateTime CreatedAt, DateTime? StartedAt, DateTime? EndedAt)
{
    public static RunBody Of(RunState run) => new(
        run.Number, run.Cause, Wire.Time(run.ScheduledAt), run.By.Length > 0 ? run.By : null, run.Message, run.Revision, run.Status, run.Reason,
        run.Completions, run.Parallelism, run.Retries, run.Deadline is { } deadline ? DurationText.Format(deadline) : null,
        run.Succeeded, run.Failed, Wire.Time(run.CreatedAt), Wire.Time(run.StartedAt), Wire.Time(run.EndedAt));
}

/// <summary>A run with its instances.</summary>
internal sealed record RunDetailsBody(RunBody Run, ImmutableArray<RunInstanceBody> Instances)
{
    public static RunDetailsBody Of(RunDetails details) => new(RunBody.Of(details.Run), [.. details.Instances.Select(RunInstanceBody.Of)]);
}

/// <summary>An instance of a run: which attempt at its slot it is, how it ended, with its exit code, and its last lines in the reason where it failed. <c>hasLogs</c>: whether its output can still be read.</summary>
internal sealed record RunInstanceBody(
    Guid Id, int Slot, int Attempt, long Epoch, string? Host, InstanceState State, InstanceOutcome? Outcome, int? ExitCode, string Reason, string Cause,
    DateTime CreatedAt, DateTime? StartedAt, DateTime? EndedAt, bool HasLogs)
{
    public static RunInstanceBody Of(RunInstance run)
    {
        var i = run.Instance;
        return new(i.Id.Value, i.Slot, run.Attempt, i.Epoch, i.Host, i.State, i.Outcome, i.ExitCode, i.Reason, i.Cause,
            Wire.Time(i.CreatedAt), Wire.Time(i.StartedAt), Wire.Time(i.FinishedAt ?? i.EndedAt), i.ContainerId is not null && (i.EndedAt is null || i.IsKept));
    }
}

/// <summary>What a run was asked for as.</summary>
internal sealed record RunAskedBody(long Generation, int Run);
