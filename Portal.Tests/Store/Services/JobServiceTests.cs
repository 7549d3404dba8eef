using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Services;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class JobServiceTests(StoreFixture fixture)
{
    [Fact]
    public async Task A_run_that_was_asked_for_is_there_at_once_and_can_be_cancelled()
    {
        await using var stage = await StageAsync(new JobSpec { Overlap = RunOverlap.Allow, Schedule = "0 3 * * *" });
        var jobs = stage.Get<IJobService>();

        var (app, first) = await jobs.RunAsync(Admin, "default", "report", new ChangeOptions(Message: " by hand "), default);
        var (later, second) = await jobs.RunAsync(Admin, "default", "report", Any, default);

        Assert.Equal((1, 2, app.Generation + 1), (first, second, later.Generation));
        Assert.Equal([(2, RunStatus.Waiting, null), (1, RunStatus.Waiting, "by hand")], (await jobs.ListRunsAsync(Admin, "default", "report", default)).Select(r => (r.Number, r.Status, r.Message)));
        Assert.Equal((2, 3), (later.Job!.Recent.Length, later.Job.NextRunAt!.Value.Hour));
        await jobs.CancelRunAsync(Admin, "default", "report", 2, Any, default);
        await using var db = await stage.OpenAsync();
        Assert.Equal([null, Admin.Name], await db.RunWishes.OrderBy(w => w.Number).Select(w => w.CancelledBy).ToListAsync());
        await RefusedAsync(RefusalKind.NotFound, () => jobs.CancelRunAsync(Admin, "default", "report", 3, Any, default));
        await RefusedAsync(RefusalKind.NotFound, () => jobs.GetRunAsync(Admin, "default", "report", 3, default));
        Assert.Equal(["RunAsked", "RunAsked", "RunCancelAsked"], await db.Events.Where(e => e.Kind.StartsWith("Run")).OrderBy(e => e.Id).Select(e => e.Kind).ToListAsync());
    }

    [Fact]
    public async Task Where_runs_do_not_overlap_another_is_refused_while_one_is_under_way()
    {
        await using var stage = await StageAsync(new JobSpec());
        var jobs = stage.Get<IJobService>();
        var id = (await stage.Apps.GetAsync(Admin, "default", "report", default)).Id;
        await using (var db = await stage.OpenAsync())
        {
            db.Runs.Add(Run(id, 4, RunStatus.Running));
            db.Runs.Add(Run(id, 3, RunStatus.Failed));
            await db.SaveChangesAsync();
        }
        var refused = await RefusedAsync(RefusalKind.Unprocessable, () => jobs.RunAsync(Admin, "default", "report", Any, default));
        Assert.StartsWith("Run 4 of report is under way", refused.Message, StringComparison.Ordinal);
        refused = await RefusedAsync(RefusalKind.Unprocessable, () => jobs.CancelRunAsync(Admin, "default", "report", 3, Any, default));
        Assert.Equal("Run 3 of report is over: it ended as Failed.", refused.Message);
        await jobs.CancelRunAsync(Admin, "default", "report", 4, Any, default);
    }

    [Fact]
    public async Task What_makes_no_sense_for_a_job_is_refused_with_a_sentence()
    {
        await using var stage = await StageAsync(new JobSpec { Completions = 3 });
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        var rollouts = stage.Get<IRolloutService>();
        var jobs = stage.Get<IJobService>();
        foreach (var call in new Func<Task>[]
        {
            () => stage.Apps.ScaleAsync(Admin, "default", "report", 3, Any, default),
            () => stage.Apps.RestartAsync(Admin, "default", "report", Any, default),
            () => rollouts.PauseAsync(Admin, "default", "report", Any, default),
            () => rollouts.RollbackAsync(Admin, "default", "report", null, Any, default),
            () => stage.Apps.PutAsync(Admin, "default", "report", Spec(), Any, default),
            () => stage.Apps.PlanAsync(Admin, "default", "report", Spec(), default),
            () => stage.Apps.PutAsync(Admin, "default", "web", Job(new JobSpec()), Any, default),
            () => jobs.RunAsync(Admin, "default", "web", Any, default),
            () => jobs.ListRunsAsync(Admin, "default", "web", default),
        })
        {
            var refused = await RefusedAsync(RefusalKind.Unprocessable, call);
            Assert.Contains("job", refused.Message, StringComparison.Ordinal);
        }
        await stage.Apps.StopAsync(Admin, "default", "report", Any, default);
        await RefusedAsync(RefusalKind.Unprocessable, () => jobs.RunAsync(Admin, "default", "report", Any, default));
        Assert.Null((await stage.Apps.GetAsync(Admin, "default", "report", default)).Job!.NextRunAt);
    }

    [Fact]
    public async Task Viewers_see_runs_and_start_none()
    {
        await using var stage = await StageAsync(new JobSpec());
        var viewer = await stage.UserAsync("view@example.org", "default", TeamRole.Viewer);
        var jobs = stage.Get<IJobService>();
        Assert.Empty(await jobs.ListRunsAsync(viewer, "default", "report", default));
        await RefusedAsync(RefusalKind.Forbidden, () => jobs.RunAsync(viewer, "default", "report", Any, default));
        await RefusedAsync(RefusalKind.Forbidden, () => jobs.CancelRunAsync(viewer, "default", "report", 1, Any, default));
    }

    [Fact]
    public async Task A_plan_says_where_the_first_instances_go_and_when_the_next_runs_come()
    {
        await using var stage = await StageAsync(new JobSpec());
        await stage.HostAsync("h1");
        var plan = await stage.Apps.PlanAsync(Admin, "default", "other", Job(new JobSpec { Completions = 5, Parallelism = 2 }), default);
        Assert.Equal(["Instance 1 starts on h1.", "Instance 2 starts on h1."], plan.Steps.Select(s => s.Sentence));
        Assert.Contains("It runs once, at once: 5 instances, 2 at the same time.", plan.Notes);
        plan = await stage.Apps.PlanAsync(Admin, "default", "report", Job(new JobSpec { Schedule = "0 3 1 1 *" }), default);
        Assert.Empty(plan.Steps);
        Assert.Contains(plan.Notes, n => n.StartsWith("By its schedule it runs next at 20", StringComparison.Ordinal) && n.Split("-01-01 03:00 UTC").Length == 4);
        Assert.Equal(["job.schedule"], plan.Changes.Select(c => c.Path));
    }

    [Fact]
    public async Task A_run_shows_every_attempt_and_its_logs_are_read_by_its_number()
    {
        await using var stage = await StageAsync(new JobSpec { Completions = 2 });
        var host = await stage.HostAsync("h1");
        var app = await stage.Apps.GetAsync(Admin, "default", "report", default);
        await using (var db = await stage.OpenAsync())
        {
            db.Runs.Add(Run(app.Id, 1, RunStatus.Succeeded));
            Add(db, app.Id, host, slot: 1, epoch: 1, InstanceOutcome.Failed, exitCode: 7, "c1");
            Add(db, app.Id, host, slot: 1, epoch: 2, InstanceOutcome.Succeeded, exitCode: 0, "c2");
            Add(db, app.Id, host, slot: 2, epoch: 1, InstanceOutcome.Succeeded, exitCode: 0, "c3", kept: false);
            await db.SaveChangesAsync();
        }
        stage.Logs.Lines["c1"] = [new(new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero), true, "no such table")];
        stage.Logs.Lines["c2"] = [new(new DateTimeOffset(2026, 1, 1, 0, 0, 2, TimeSpan.Zero), false, "done")];

        var run = await stage.Get<IJobService>().GetRunAsync(Admin, "default", "report", 1, default);
        Assert.Equal([(1, 1, InstanceOutcome.Failed, 7), (1, 2, InstanceOutcome.Succeeded, 0), (2, 1, InstanceOutcome.Succeeded, 0)],
            run.Instances.Select(i => (i.Instance.Slot, i.Attempt, i.Instance.Outcome!.Value, i.Instance.ExitCode!.Value)));
        foreach (var request in new[] { new LogRequest(Run: 1), new LogRequest() })
        {
            var lines = new List<string>();
            await foreach (var line in stage.Apps.ReadLogsAsync(Admin, "default", "report", request, default))
            {
                lines.Add(line.Text);
            }
            Assert.Equal(["no such table", "done"], lines);
        }
    }

    private static void Add(PortalDb db, AppId app, HostId host, int slot, long epoch, InstanceOutcome outcome, int exitCode, string container, bool kept = true)
    {
        var (id, now) = (InstanceId.Of(app, slot, epoch), DateTimeOffset.UnixEpoch);
        db.Assignments.Add(new AssignmentRow
        {
            Id = id, AppId = app, Slot = slot, Epoch = epoch, Revision = 1, HostId = host, Desired = DesiredState.Stop, Cause = "test", Run = 1, Outcome = outcome, Kept = kept, CreatedAt = now, EndedAt = now,
        });
        db.Observations.Add(new ObservationRow { Id = id, HostId = host, State = InstanceState.Stopped, ContainerId = container, ExitCode = exitCode, FinishedAt = now, ObservedAt = now });
    }

    private static RunRow Run(AppId app, int number, RunStatus status) => new()
    {
        AppId = app, Number = number, Cause = RunCause.Deploy, Revision = 1, Completions = 2, Parallelism = 1, Status = status, Reason = "test",
        CreatedAt = DateTimeOffset.UnixEpoch, StartedAt = DateTimeOffset.UnixEpoch, EndedAt = status == RunStatus.Running ? null : DateTimeOffset.UnixEpoch,
    };

    private static AppRequest Job(JobSpec job) => Spec(change: s => s with { Kind = AppKind.Job, Job = job });

    private async Task<ServiceStage> StageAsync(JobSpec job)
    {
        var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "report", Job(job), Any, default);
        return stage;
    }
}
