using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Builds jobs and their runs.</summary>
public static class GivenJobs
{
    public static AppView App(string name, JobSpec job, params ImmutableArray<RunState> recent) => Given.App(name, status: AppStatus.Healthy, replicas: 0) with
    {
        Spec = new AppSpec { Image = "nginx:1.27", Kind = AppKind.Job, Job = job },
        Job = new JobView(job.Schedule is null ? null : Given.Now.AddMinutes(5), recent),
    };

    public static RunState Run(int number, RunStatus status, RunCause cause = RunCause.Manual, string reason = "1 of 2 done, 1 running") => new()
    {
        Number = number,
        Cause = cause,
        ScheduledAt = cause == RunCause.Schedule ? Given.Now.AddMinutes(number) : null,
        By = cause == RunCause.Schedule ? "" : "ada@example.org",
        Revision = 1,
        Completions = 2,
        Parallelism = 1,
        Retries = 3,
        Status = status,
        Reason = reason,
        CreatedAt = Given.Now.AddMinutes(number),
        StartedAt = status is RunStatus.Waiting or RunStatus.Skipped or RunStatus.Missed ? null : Given.Now.AddMinutes(number),
        EndedAt = status is RunStatus.Waiting or RunStatus.Running ? null : Given.Now.AddMinutes(number).AddSeconds(42),
        Succeeded = status == RunStatus.Succeeded ? 2 : 1,
        Kept = true,
    };

    /// <summary>An instance of a run that has ended.</summary>
    public static InstanceView Ended(AppView app, int run, int slot, int exitCode, long epoch = 1) => Given.Instance(app, slot, "h1", InstanceState.Stopped, epoch) with
    {
        Run = run,
        Outcome = exitCode == 0 ? InstanceOutcome.Succeeded : InstanceOutcome.Failed,
        ExitCode = exitCode,
        Reason = exitCode == 0 ? "ended with exit code 0" : $"exited with code {exitCode}; it last said “no such table”",
        IsKept = true,
        Desired = DesiredState.Stop,
        FinishedAt = Given.Now.AddMinutes(run).AddSeconds(slot),
        EndedAt = Given.Now.AddMinutes(run).AddSeconds(slot),
    };
}
