using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

public sealed class InstanceObserverTests
{
    private static InstanceMemory Look(WantedInstance wanted, ContainerDetails? container, InstanceMemory? memory = null, Work work = Work.None, string? pulling = null, double after = 0) =>
        InstanceObserver.Observe(wanted, container, memory ?? new InstanceMemory { FirstSeenAt = Given.Now }, work, pulling, Given.Now.AddSeconds(after));

    [Fact]
    public void An_unchecked_instance_is_ready_from_the_moment_it_was_seen_running()
    {
        var wanted = Given.Wanted();
        var container = Given.Container(wanted);

        var first = Look(wanted, container);
        var second = Look(wanted, container, first, after: 30);

        Assert.Equal((InstanceState.Running, Health.None, Given.Now), (first.Observation.State, first.Observation.Health, first.Observation.ReadySince));
        Assert.Equal(first.Observation, second.Observation);
        Assert.Equal([new ObservedPort("http", 80, 32768, "tcp")], first.Observation.Ports);
    }

    [Fact]
    public void A_restart_in_place_is_a_crash_that_withdraws_ports_and_readiness()
    {
        var wanted = Given.Wanted();
        var running = Look(wanted, Given.Container(wanted));

        var down = Look(wanted, Given.Container(wanted, "restarting") with { RestartCount = 1, ExitCode = 3, FinishedAt = Given.Now }, running, after: 1);
        var up = Look(wanted, Given.Container(wanted) with { RestartCount = 1, StartedAt = Given.Now.AddSeconds(2), FinishedAt = Given.Now }, down, after: 2);

        Assert.Equal(InstanceState.Starting, down.Observation.State);
        Assert.Equal("crashed once in 10m, last with exit code 3; the engine restarts it", down.Observation.Reason);
        Assert.Empty(down.Observation.Ports);
        Assert.Null(down.Observation.ReadySince);
        Assert.Equal((InstanceState.Running, 1, Given.Now.AddSeconds(2)), (up.Observation.State, up.Observation.Restarts, up.Observation.ReadySince));
        Assert.Equal([Given.Now], up.Observation.Crashes);
    }

    [Fact]
    public void A_restart_that_no_event_told_is_counted_from_the_engines_number()
    {
        var wanted = Given.Wanted();
        var before = Look(wanted, Given.Container(wanted) with { RestartCount = 1 });
        var after = Look(wanted, Given.Container(wanted) with { RestartCount = 3, FinishedAt = Given.Now.AddSeconds(9) }, before, after: 10);

        Assert.Equal(3, after.Observation.Restarts);
        Assert.Equal(3, after.Observation.Crashes.Length);
    }

    [Fact]
    public void A_new_worker_counts_only_what_came_since()
    {
        var wanted = Given.Wanted();
        var memory = new InstanceMemory { Observation = InstanceObservation.Initial with { ContainerId = "c1", Restarts = 4, StartedAt = Given.Now - TimeSpan.FromMinutes(1) } };

        Assert.Equal(4, Look(wanted, Given.Container(wanted) with { RestartCount = 4 }, memory).Observation.Restarts);
        Assert.Equal(6, Look(wanted, Given.Container(wanted) with { RestartCount = 6 }, memory).Observation.Restarts);
    }

    [Theory]
    [InlineData(2, InstanceFailure.None)]
    [InlineData(3, InstanceFailure.CrashLoop)]
    public void Too_many_crashes_are_a_loop(int crashes, InstanceFailure failure)
    {
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Restart = new RestartSpec { MaxPerHost = 3 } });
        var memory = new InstanceMemory { EngineRestarts = 0 };

        var seen = Look(wanted, Given.Container(wanted) with { RestartCount = crashes, FinishedAt = Given.Now }, memory).Observation;

        Assert.Equal(failure, seen.Failure);
        Assert.Equal(failure == InstanceFailure.None ? InstanceState.Running : InstanceState.Failed, seen.State);
    }

    [Fact]
    public void Crashes_before_the_window_are_no_loop()
    {
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Restart = new RestartSpec { MaxPerHost = 2, Window = TimeSpan.FromMinutes(1) } });
        var memory = new InstanceMemory { EngineRestarts = 2, Observation = InstanceObservation.Initial with { Restarts = 2, Crashes = [Given.Now.AddMinutes(-3), Given.Now.AddSeconds(-61)] } };

        Assert.Equal((InstanceState.Running, ""), (Look(wanted, Given.Container(wanted) with { RestartCount = 2 }, memory).Observation.State, Look(wanted, Given.Container(wanted) with { RestartCount = 2 }, memory).Observation.Reason));
    }

    [Theory]
    [InlineData(RestartPolicy.Always, 0, null, InstanceFailure.StoppedOutside, "stopped outside Portal (exit code 0)")]
    [InlineData(RestartPolicy.OnFailure, 1, null, InstanceFailure.StoppedOutside, "stopped outside Portal (exit code 1)")]
    [InlineData(RestartPolicy.OnFailure, 0, null, InstanceFailure.Exited, "exited with code 0; its restart policy lets it be")]
    [InlineData(RestartPolicy.Never, 2, null, InstanceFailure.Exited, "exited with code 2; its restart policy lets it be")]
    [InlineData(RestartPolicy.Never, 137, "SIGKILL", InstanceFailure.StoppedOutside, "stopped outside Portal: killed with SIGKILL")]
    [InlineData(RestartPolicy.Always, 143, "SIGTERM", InstanceFailure.StoppedOutside, "stopped outside Portal")]
    public void Why_a_container_has_ended(RestartPolicy policy, int code, string? signal, InstanceFailure failure, string reason)
    {
        var wanted = Given.Wanted(spec: new AppSpec { Image = "nginx:1", Restart = new RestartSpec { Policy = policy } });
        var memory = new InstanceMemory { Outside = signal is null ? null : new OutsideStop("c1", signal) };

        var seen = Look(wanted, Given.Container(wanted, "exited") with { ExitCode = code }, memory).Observation;

        Assert.Equal((InstanceState.Failed, failure, reason), (seen.State, seen.Failure, seen.Reason));
        Assert.Equal(code, seen.ExitCode);
    }

    [Fact]
    public void A_container_that_vanished_was_removed_outside()
    {
        var wanted = Given.Wanted();
        var running = Look(wanted, Given.Container(wanted));

        var gone = Look(wanted, null, running).Observation;

        Assert.Equal((InstanceState.Failed, InstanceFailure.RemovedOutside), (gone.State, gone.Failure));
        Assert.Equal("c1", gone.ContainerId);
        Assert.Equal(InstanceFailure.RemovedOutside, Look(wanted, Given.Container(wanted, "removing"), running).Observation.Failure);
    }

    [Theory]
    [InlineData(true, Work.None, InstanceState.Stopping)]
    [InlineData(true, Work.Removing, InstanceState.Stopping)]
    [InlineData(false, Work.Creating, InstanceState.Stopping)]
    [InlineData(false, Work.None, InstanceState.Stopped)]
    public void Told_to_stop_it_is_over_only_when_nothing_is_left(bool there, Work work, InstanceState state)
    {
        var wanted = Given.Wanted(desired: DesiredState.Stop);

        var seen = Look(wanted, there ? Given.Container(wanted) : null, work: work).Observation;

        Assert.Equal((state, InstanceFailure.None), (seen.State, seen.Failure));
        Assert.Null(seen.ReadySince);
        Assert.Empty(seen.Ports);
    }

    [Theory]
    [InlineData("starting", OnUnhealthy.Restart, InstanceState.Running, Health.Starting, InstanceFailure.None, false)]
    [InlineData("healthy", OnUnhealthy.Restart, InstanceState.Running, Health.Healthy, InstanceFailure.None, true)]
    [InlineData("unhealthy", OnUnhealthy.Restart, InstanceState.Running, Health.Unhealthy, InstanceFailure.None, false)]
    [InlineData("unhealthy", OnUnhealthy.None, InstanceState.Running, Health.Unhealthy, InstanceFailure.None, false)]
    [InlineData("unhealthy", OnUnhealthy.Replace, InstanceState.Failed, Health.Unhealthy, InstanceFailure.Unhealthy, false)]
    public void What_the_engines_check_means(string word, OnUnhealthy then, InstanceState state, Health health, InstanceFailure failure, bool ready)
    {
        var spec = new AppSpec { Image = "nginx:1", Health = new HealthSpec { Kind = HealthKind.Command, Command = ["check"], OnUnhealthy = then } };

        var seen = Look(Given.Wanted(spec: spec), Given.Container(Given.Wanted(spec: spec)) with { Health = word, HealthOutput = "no\nanswer" }).Observation;

        Assert.Equal((state, health, failure, ready), (seen.State, seen.Health, seen.Failure, seen.ReadySince is not null));
        Assert.Equal(health == Health.Unhealthy ? "unhealthy: no answer" : "", seen.Reason);
    }

    private static WantedInstance Probed(OnUnhealthy then = OnUnhealthy.Restart) => Given.Wanted(spec: new AppSpec
    {
        Image = "nginx:1", Ports = [new PortSpec("http", 80)], Health = new HealthSpec { Kind = HealthKind.Http, OnUnhealthy = then },
    });

    [Theory]
    [InlineData(Health.Starting, false, "", OnUnhealthy.Restart, InstanceState.Running, InstanceFailure.None, "")]
    [InlineData(Health.Starting, false, "GET x refused", OnUnhealthy.Restart, InstanceState.Running, InstanceFailure.None, "not ready yet: GET x refused")]
    [InlineData(Health.Starting, true, "", OnUnhealthy.Restart, InstanceState.Running, InstanceFailure.None, "")]
    [InlineData(Health.Healthy, true, "", OnUnhealthy.Restart, InstanceState.Running, InstanceFailure.None, "")]
    [InlineData(Health.Healthy, false, "GET x answered 503", OnUnhealthy.Restart, InstanceState.Running, InstanceFailure.None, "not ready: GET x answered 503")]
    [InlineData(Health.Unhealthy, false, "GET x answered 503", OnUnhealthy.Restart, InstanceState.Running, InstanceFailure.None, "unhealthy: GET x answered 503")]
    [InlineData(Health.Unhealthy, false, "GET x answered 503", OnUnhealthy.None, InstanceState.Running, InstanceFailure.None, "unhealthy: GET x answered 503")]
    [InlineData(Health.Unhealthy, false, "GET x answered 503", OnUnhealthy.Replace, InstanceState.Failed, InstanceFailure.Unhealthy, "unhealthy: GET x answered 503")]
    [InlineData(Health.Unknown, false, "GET x refused", OnUnhealthy.Replace, InstanceState.Running, InstanceFailure.None, "its host's ports cannot be reached, so nothing is known of its health: GET x refused")]
    public void What_the_probes_of_agents_mean(Health health, bool ready, string answer, OnUnhealthy then, InstanceState state, InstanceFailure failure, string reason)
    {
        var wanted = Probed(then);
        var first = Look(wanted, Given.Container(wanted));
        var memory = first with { Probe = first.Probe! with { Health = health, Ready = ready, Answer = answer } };

        var seen = Look(wanted, Given.Container(wanted), memory, after: 3).Observation;

        Assert.Equal((state, health, failure, reason, ready), (seen.State, seen.Health, seen.Failure, seen.Reason, seen.ReadySince is not null));
        Assert.Single(seen.Ports);
    }

    [Fact]
    public void A_start_is_not_ready_before_it_was_asked_and_what_was_heard_before_it_does_not_count()
    {
        var wanted = Probed();
        var started = Look(wanted, Given.Container(wanted));
        Assert.Equal((Health.Starting, null, "c1"), (started.Observation.Health, started.Observation.ReadySince, started.Probe!.Run.ContainerId));
        var healthy = Look(wanted, Given.Container(wanted), started with { Probe = started.Probe with { Health = Health.Healthy, Ready = true } }, after: 1);
        Assert.Equal(Given.Now.AddSeconds(1), healthy.Observation.ReadySince);

        var again = Look(wanted, Given.Container(wanted) with { StartedAt = Given.Now.AddSeconds(5) }, healthy, after: 6);

        Assert.Equal((Health.Starting, (DateTimeOffset?)null), (again.Observation.Health, again.Observation.ReadySince));
        Assert.Equal(Given.Now.AddSeconds(6), again.Probe!.Since);
        Assert.Null(Look(wanted, Given.Container(wanted, "restarting"), healthy, after: 6).Probe);
    }

    [Fact]
    public void A_new_worker_goes_on_with_what_was_ready_and_a_policy_that_comes_or_goes_withdraws_nothing()
    {
        var wanted = Probed();
        var read = new InstanceMemory { Observation = InstanceObservation.Initial with { State = InstanceState.Running, ContainerId = "c1", StartedAt = Given.Now - TimeSpan.FromMinutes(1), ReadySince = Given.Now, Health = Health.Healthy } };
        Assert.Equal((Health.Healthy, Given.Now), (Look(wanted, Given.Container(wanted), read, after: 9).Observation.Health, Look(wanted, Given.Container(wanted), read, after: 9).Observation.ReadySince));

        var unchecked_ = Look(Given.Wanted(), Given.Container(wanted));
        var @checked = Look(wanted, Given.Container(wanted), unchecked_, after: 1);
        Assert.Equal((Health.Starting, Given.Now), (@checked.Observation.Health, @checked.Observation.ReadySince));
        var again = Look(Given.Wanted(), Given.Container(wanted), @checked, after: 2);
        Assert.Equal((Health.None, Given.Now, null), (again.Observation.Health, again.Observation.ReadySince, again.Probe));
    }

    [Theory]
    [InlineData(9.9, true, InstanceFailure.None)]
    [InlineData(10, true, InstanceFailure.EngineTrouble)]
    [InlineData(60, false, InstanceFailure.None)]
    public void Engine_trouble_is_a_failure_once_it_lasts(double seconds, bool counts, InstanceFailure failure)
    {
        var memory = new InstanceMemory { Trouble = new Trouble(Given.Now, 3, Given.Now, "no space left on device", counts) };

        var seen = Look(Given.Wanted(), null, memory, after: seconds).Observation;

        Assert.Equal((InstanceState.Assigned, failure, "no space left on device"), (seen.State, seen.Failure, seen.Reason));
    }

    [Fact]
    public void Trouble_backs_off_to_a_minute_and_keeps_when_it_began()
    {
        Trouble? trouble = null;
        var delays = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            trouble = Trouble.Met(trouble, "no", counts: true, Given.Now.AddSeconds(i));
            delays.Add((trouble.NextTryAt - Given.Now.AddSeconds(i)).TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], delays);
        Assert.Equal(Given.Now, trouble!.Since);
    }
}
