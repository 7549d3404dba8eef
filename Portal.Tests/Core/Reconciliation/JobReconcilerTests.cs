using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.Reconciliation;
using static Portal.Tests.Core.Reconciliation.Model;

namespace Portal.Tests.Core.Reconciliation;

/// <summary>Jobs in terms of instances: what is made, stopped and ended, and what is said of the app.</summary>
public class JobReconcilerTests
{
    private static readonly RunState s_run = new() { Number = 1, Revision = 1, Completions = 2, Parallelism = 2, Retries = 1, Status = RunStatus.Running, StartedAt = Now.AddMinutes(-5), CreatedAt = Now.AddMinutes(-5), Kept = true };

    private static AppInput Job(JobSpec job, params InstanceInput[] instances) => Of(Spec(s => s with { Kind = AppKind.Job, Job = job }), 0, [.. instances.Select(i => i with { Run = i.Run ?? 1 })]) with
    {
        Job = new JobRecord { Memory = new JobMemory { DeployedGeneration = 0, ScheduledThrough = Now }, Runs = [s_run] },
    };

    private static AppDecision Decide(AppInput app, Dictionary<HostId, HostInput>? hosts = null) => AppReconciler.Reconcile(app, hosts ?? Hosts(2), Now);

    private static InstanceInput Ended(int slot, int host, int exitCode, InstanceFailure failure = InstanceFailure.None) => Ready(slot, host) with
    {
        Observed = new Observed
        {
            State = exitCode == 0 ? InstanceState.Stopped : InstanceState.Failed,
            Failure = exitCode == 0 ? InstanceFailure.None : failure == InstanceFailure.None ? InstanceFailure.Exited : failure,
            Reason = "it ended", ExitCode = exitCode, FinishedAt = Now.AddSeconds(-10), At = Now,
        },
    };

    [Fact]
    public void A_run_makes_its_instances_with_epochs_that_only_grow()
    {
        var decision = Decide(Job(new JobSpec()) with { Epochs = ImmutableDictionary<int, long>.Empty.Add(1, 6) });
        Assert.Equal([(1, 7, 1), (2, 1, 1)], decision.Create.Select(c => (c.Slot, (int)c.Epoch, c.Run!.Value)));
        Assert.Equal((AppStatus.Progressing, 2, 0), (decision.Status.Status, decision.Status.Desired, decision.Status.Running));
        Assert.StartsWith("Run 1: 0 of 2 done, 2 running", decision.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ended_by_itself_is_over_and_what_failed_is_tried_again()
    {
        var decision = Decide(Job(new JobSpec(), Ended(1, 1, 0), Ended(2, 2, 3)));
        Assert.Equal([InstanceOutcome.Succeeded, InstanceOutcome.Failed], decision.Job!.Finish.Select(f => f.Outcome));
        Assert.Equal(2, decision.End.Length);
        Assert.Empty(decision.Stop);
        Assert.Equal((2, 2), (Assert.Single(decision.Create).Slot, (int)decision.Create[0].Epoch));
    }

    [Fact]
    public void A_lost_host_is_no_fault_of_the_instance_and_it_is_stopped_there_once_it_is_back()
    {
        var hosts = Hosts(2).With(1, h => h with { Reachability = Reachability.Unreachable });
        var decision = Decide(Job(new JobSpec(), Ready(1, 1), Ready(2, 2)), hosts);
        Assert.Equal((InstanceOutcome.Lost, "host h1 cannot be reached"), (Assert.Single(decision.Job!.Finish).Outcome, decision.Job.Finish[0].Reason));
        Assert.Equal(InstanceId.Of(App, 1, 1), Assert.Single(decision.Stop).Id);
        Assert.Empty(decision.End);
        Assert.Equal(1, decision.Status.Running);
        Assert.Equal(Now.AddSeconds(1), decision.WakeAt);
    }

    [Fact]
    public void Where_its_data_lies_it_waits_for_its_host()
    {
        var hosts = Hosts(2).With(1, h => h with { Reachability = Reachability.Unreachable });
        var decision = Decide(Job(new JobSpec(), Ready(1, 1), Ready(2, 2)) with { VolumeHosts = ImmutableDictionary<int, HostId>.Empty.Add(1, Host(1)) }, hosts);
        Assert.Empty(decision.Job!.Finish);
        Assert.Empty(decision.Create);
    }

    [Fact]
    public void A_drained_host_keeps_what_runs_to_its_end()
    {
        var hosts = Hosts(2).With(1, h => h with { Availability = Availability.Draining });
        var decision = Decide(Job(new JobSpec(), Ready(1, 1), Ready(2, 2)), hosts);
        Assert.Empty(decision.Stop);
        Assert.Empty(decision.Create);
    }

    [Fact]
    public void What_an_engine_cannot_start_counts_and_is_tried_elsewhere()
    {
        var decision = Decide(Job(new JobSpec(), Failed(1, 1, InstanceFailure.EngineTrouble, "no space left"), Ready(2, 2)));
        Assert.Equal(InstanceOutcome.Failed, Assert.Single(decision.Job!.Finish).Outcome);
        Assert.Equal(InstanceFailure.EngineTrouble, Assert.Single(decision.Stop).Failure);
        var again = Decide(Job(new JobSpec(), Ready(2, 2)) with { Failures = [new SlotFailure(1, Host(1), Now.AddSeconds(-2), "no space left", 1)] });
        Assert.Equal(Host(1), Assert.Single(Assert.Single(again.Create).Avoid.Keys));
    }

    [Theory]
    [InlineData(InstanceFailure.RemovedOutside)]
    [InlineData(InstanceFailure.StoppedOutside)]
    [InlineData(InstanceFailure.NameTaken)]
    public void What_someone_else_took_away_does_not_count(InstanceFailure failure)
    {
        var decision = Decide(Job(new JobSpec(), Ended(1, 1, 137, failure), Ready(2, 2)));
        Assert.Equal(InstanceOutcome.Lost, Assert.Single(decision.Job!.Finish).Outcome);
        Assert.Single(decision.End);
    }

    [Fact]
    public void A_run_that_failed_stops_the_rest_and_says_so()
    {
        var app = Job(new JobSpec(), Ended(1, 1, 3), Ready(2, 2)) with { };
        app = app with { Job = app.Job! with { Ended = [new Attempt { Id = InstanceId.Of(App, 1, 9), Run = 1, Slot = 1, Epoch = 0, Outcome = InstanceOutcome.Failed, IsRecorded = true, Reason = "it ended", At = Now }] } };
        var decision = Decide(app);
        Assert.Equal(RunStatus.Failed, Assert.Single(decision.Job!.Changed).Status);
        Assert.Equal(InstanceId.Of(App, 2, 1), Assert.Single(decision.Stop).Id);
        Assert.Equal(AppStatus.Failed, decision.Status.Status);
        Assert.Equal("Run 1 failed at 2026-01-01 12:00:00 UTC: instance 1 failed 2 times, last on h1: it ended", decision.Status.Reason);
    }

    [Fact]
    public void An_instance_that_fits_nowhere_is_told_and_placed_when_it_can_be()
    {
        var decision = Decide(Job(new JobSpec(), Unplaced(1), Ready(2, 2)));
        Assert.Equal((AppStatus.Pending, "Run 1: instance 1 fits nowhere: 0 of 3 hosts fit"), (decision.Status.Status, decision.Status.Reason));
        Assert.Equal(InstanceId.Of(App, 1, 1), Assert.Single(decision.Place).Id);
    }

    [Fact]
    public void A_deleted_job_is_forgotten_once_its_containers_have_stopped_and_keeps_nothing()
    {
        var app = Job(new JobSpec(), Ready(1, 1)) with { Deleted = true };
        var decision = Decide(app);
        Assert.Single(decision.Stop);
        Assert.False(decision.Forget);
        Assert.Equal([1], decision.Job!.ReleaseRuns);
        decision = Decide(Job(new JobSpec(), Ready(1, 1).Stopping(gone: true) with { Outcome = InstanceOutcome.Cancelled }) with { Deleted = true });
        Assert.True(decision.Forget);
    }

    [Fact]
    public void Idle_it_says_how_it_last_ran_and_when_it_runs_next()
    {
        var app = Job(new JobSpec { Schedule = "0 * * * *" });
        app = app with { Job = app.Job! with { Runs = [s_run with { Status = RunStatus.Succeeded, EndedAt = Now.AddMinutes(-4), Reason = "all 2 instances ended with exit code 0" }, s_run with { Number = 2, Status = RunStatus.Missed, StartedAt = null, EndedAt = Now, Reason = "Portal was not there" }] } };
        var decision = Decide(app);
        Assert.Equal(AppStatus.Healthy, decision.Status.Status);
        Assert.Equal("Run 1 succeeded at 2026-01-01 11:56:00 UTC: all 2 instances ended with exit code 0; run 2 was missed: Portal was not there; next run at 2026-01-01 13:00:00 UTC", decision.Status.Reason);
    }
}
