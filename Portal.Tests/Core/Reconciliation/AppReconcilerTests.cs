using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using static Portal.Tests.Core.Reconciliation.Model;

namespace Portal.Tests.Core.Reconciliation;

public class AppReconcilerTests
{
    [Fact]
    public void A_new_app_gets_one_instance_a_slot()
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 3), Hosts(3), Now);
        Assert.Equal([1, 2, 3], decision.Create.Select(c => c.Slot));
        Assert.All(decision.Create, c => Assert.Equal(1, c.Epoch));
        Assert.Equal(AppStatus.Progressing, decision.Status.Status);
    }

    [Fact]
    public void A_slot_never_reuses_an_epoch()
    {
        var app = Of(Spec(), 1) with { Epochs = ImmutableDictionary<int, long>.Empty.Add(1, 6) };
        Assert.Equal(7, Assert.Single(AppReconciler.Reconcile(app, Hosts(1), Now).Create).Epoch);
    }

    [Fact]
    public void What_is_as_it_should_be_is_left_alone()
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 2, Ready(1, 1), Ready(2, 2)), Hosts(2), Now);
        Assert.Empty(decision.Create);
        Assert.Empty(decision.Stop);
        Assert.Null(decision.WakeAt);
        Assert.Equal((AppStatus.Running, 2, 2), (decision.Status.Status, decision.Status.Ready, decision.Status.Desired));
    }

    [Fact]
    public void Scaling_down_stops_the_highest_of_equal_slots()
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, Ready(1, 1), Ready(2, 2), Ready(3, 3)), Hosts(3), Now);
        Assert.Equal([InstanceId.Of(App, 2, 1), InstanceId.Of(App, 3, 1)], decision.Stop.Select(s => s.Id));
        Assert.All(decision.Stop, s => Assert.Equal("scaled to 1", s.Reason));
    }

    [Theory]
    [InlineData(InstanceFailure.RemovedOutside, "its predecessor was removed outside Portal")]
    [InlineData(InstanceFailure.StoppedOutside, "its predecessor was stopped outside Portal")]
    [InlineData(InstanceFailure.NameTaken, "another container had its predecessor's name")]
    public void What_someone_else_took_away_is_replaced_at_once(InstanceFailure failure, string cause)
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, Failed(1, 1, failure)), Hosts(2), Now);
        Assert.Equal((2L, cause), (Assert.Single(decision.Create).Epoch, decision.Create[0].Cause));
        Assert.Equal("it broke", Assert.Single(decision.Stop).Reason);
    }

    [Fact]
    public void A_container_that_ended_as_its_policy_allows_is_not_replaced()
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, Failed(1, 1, InstanceFailure.Exited)), Hosts(2), Now);
        Assert.Empty(decision.Create);
        Assert.Equal(AppStatus.Degraded, decision.Status.Status);
    }

    [Fact]
    public void A_crash_loop_moves_to_a_host_that_was_not_tried()
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, Failed(1, 1, InstanceFailure.CrashLoop)), Hosts(2), Now);
        Assert.Contains(Host(1), Assert.Single(decision.Create).Avoid.Keys);
        Assert.Equal(InstanceFailure.CrashLoop, Assert.Single(decision.Stop).Failure);
    }

    [Theory]
    [InlineData(0, 5, true)]
    [InlineData(0, 11, false)]
    [InlineData(1, 15, true)]
    [InlineData(1, 21, false)]
    [InlineData(9, 299, true)]
    [InlineData(9, 301, false)]
    public void Once_every_host_was_tried_a_crash_loop_backs_off(int earlier, int secondsAgo, bool waits)
    {
        // It has just crashed again: what counts is when the attempt began.
        var failing = Failed(1, 1, InstanceFailure.CrashLoop) with { CreatedAt = Now.AddSeconds(-secondsAgo) };
        var app = Of(Spec(), 1, failing) with
        {
            Failures = [.. Enumerable.Range(0, earlier).Select(n => new SlotFailure(1, Host(1), Now.AddMinutes(-6).AddSeconds(n), "crashed", 1))],
        };
        var decision = AppReconciler.Reconcile(app, Hosts(1), Now);
        Assert.Equal(waits, decision.Create.IsEmpty);
        Assert.Equal(waits, decision.Status.Reason.Contains("the next attempt is at", StringComparison.Ordinal));
    }

    [Fact]
    public void A_lost_hosts_instances_are_replaced_elsewhere_and_the_old_one_stays_until_the_new_one_is_ready()
    {
        var hosts = Hosts(2).With(1, h => h with { Reachability = Reachability.Unreachable });
        var first = AppReconciler.Reconcile(Of(Spec(), 1, Ready(1, 1)), hosts, Now);
        Assert.Single(first.Create);
        Assert.Empty(first.Stop);
        var second = AppReconciler.Reconcile(Of(Spec(), 1, Ready(1, 1), Starting(1, 2, 2)), hosts, Now);
        Assert.Empty(second.Create);
        Assert.Empty(second.Stop);
        var third = AppReconciler.Reconcile(Of(Spec(), 1, Ready(1, 1), Ready(1, 2, 2)), hosts, Now);
        Assert.Equal(InstanceId.Of(App, 1, 1), Assert.Single(third.Stop).Id);
    }

    [Fact]
    public void A_replacement_without_a_host_is_dropped_when_the_lost_host_returns()
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, Ready(1, 1), Unplaced(1, 2)), Hosts(1), Now);
        Assert.Equal(InstanceId.Of(App, 1, 2), Assert.Single(decision.End));
        Assert.Empty(decision.Create);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_volume_that_may_start_empty_does_so_only_once_its_host_is_lost(bool lost, bool moves)
    {
        var app = Of(Spec(s => s with { Volumes = [new VolumeSpec("data", "/data", OnHostLoss: OnHostLoss.StartEmpty)] }), 1, Ready(1, 1)) with
        {
            MovableVolumeHosts = ImmutableDictionary<int, HostId>.Empty.Add(1, Host(1)),
        };
        var hosts = Hosts(2).With(1, h => lost ? h with { Reachability = Reachability.Unreachable } : h with { Availability = Availability.Draining });
        var decision = AppReconciler.Reconcile(app, hosts, Now);
        Assert.Equal(moves, decision.Create.Length == 1);
        Assert.Empty(decision.Stop);
    }

    [Fact]
    public void A_new_revision_that_fits_nowhere_waits_and_is_not_made_again_and_again()
    {
        var wanting = Unplaced(1, epoch: 2) with { Revision = 2, CreatedAt = Now };
        var app = Of(Spec(), 1, Ready(1, 1), wanting) with { Revision = 2, Intent = new RolloutIntent(2, 2) };
        var decision = AppReconciler.Reconcile(app, Hosts(2), Now);
        Assert.Empty(decision.Create);
        Assert.Empty(decision.Stop);
        Assert.Empty(decision.End);
        Assert.Equal(wanting.Id, Assert.Single(decision.Place).Id);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_failed_rollout_is_told_while_another_revision_stands_in_for_it(int to, bool told)
    {
        var rollout = new RolloutState { Generation = 3, From = to == 1 ? null : 1, To = to, Base = 1, Status = RolloutStatus.Failed, Reason = "too late", StartedAt = Now, ProgressAt = Now, EndedAt = Now };
        var app = Of(Spec(), 1, Ready(1, 1)) with { Revision = to, Intent = new RolloutIntent(3, to), Rollout = rollout };
        Assert.Equal(told, AppReconciler.Reconcile(app, Hosts(1), Now).Status.Reason.Contains("too late", StringComparison.Ordinal));
    }

    [Fact]
    public void A_successor_knows_why_its_predecessor_went()
    {
        var gone = Ready(1, 1).Stopping(gone: true) with { StopReason = "host h1 is being drained" };
        Assert.Equal("host h1 is being drained", Assert.Single(AppReconciler.Reconcile(Of(Spec(), 1, gone), Hosts(2), Now).Create).Cause);
    }

    [Fact]
    public void What_another_revision_failed_at_keeps_no_slot_away()
    {
        var app = Of(Spec(), 1) with { Failures = [new SlotFailure(1, Host(1), Now.AddMinutes(-1), "image absent", Revision: 7)] };
        Assert.Empty(Assert.Single(AppReconciler.Reconcile(app, Hosts(2), Now).Create).Avoid);
    }

    [Fact]
    public void A_slot_with_a_volume_waits_for_its_lost_host_and_says_so()
    {
        var spec = Spec(s => s with { Volumes = [new VolumeSpec("data", "/data")] });
        var hosts = Hosts(2).With(1, h => h with { Reachability = Reachability.Unreachable });
        var app = Of(spec, 1, Ready(1, 1)) with { VolumeHosts = ImmutableDictionary<int, HostId>.Empty.Add(1, Host(1)) };
        var decision = AppReconciler.Reconcile(app, hosts, Now);
        Assert.Empty(decision.Create);
        Assert.Equal(AppStatus.Pending, decision.Status.Status);
        Assert.Contains("waits for host h1, which cannot be reached", decision.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_first_surges_by_one_then_retires_the_predecessor()
    {
        var app = Of(Spec(), 2, Ready(1, 1), Ready(2, 2)) with { Revision = 2 };
        var first = AppReconciler.Reconcile(app, Hosts(3), Now);
        Assert.Equal(1, Assert.Single(first.Create).Slot);
        Assert.Empty(first.Stop);
        var warming = app with { Instances = [Ready(1, 1), Ready(1, 3, 2, 2, Now.AddSeconds(-2)), Ready(2, 2)], Epochs = app.Epochs.SetItem(1, 2) };
        var second = AppReconciler.Reconcile(warming, Hosts(3), Now);
        Assert.Empty(second.Stop);
        Assert.Equal(Now.AddSeconds(3), second.WakeAt);
        var warm = warming with { Instances = [Ready(1, 1), Ready(1, 3, 2, 2), Ready(2, 2)] };
        var third = AppReconciler.Reconcile(warm, Hosts(3), Now);
        Assert.Equal(InstanceId.Of(App, 1, 1), Assert.Single(third.Stop).Id);
        Assert.Empty(third.Create);
    }

    [Fact]
    public void Stop_first_takes_one_away_and_fills_the_slot_when_it_is_gone()
    {
        var spec = Spec(s => s with { Update = s.Update with { Order = UpdateOrder.StopFirst } });
        var app = Of(spec, 2, Ready(1, 1), Ready(2, 2)) with { Revision = 2 };
        var first = AppReconciler.Reconcile(app, Hosts(2), Now);
        Assert.Single(first.Stop);
        Assert.Empty(first.Create);
        var stopping = app with { Instances = [Ready(1, 1).Stopping(), Ready(2, 2)] };
        var second = AppReconciler.Reconcile(stopping, Hosts(2), Now);
        Assert.Empty(second.Stop);
        Assert.Empty(second.Create);
        var gone = app with { Instances = [Ready(1, 1).Stopping(gone: true), Ready(2, 2)] };
        var third = AppReconciler.Reconcile(gone, Hosts(2), Now);
        Assert.Equal((1, 2L), (Assert.Single(third.Create).Slot, third.Create[0].Epoch));
        Assert.Single(third.End);
    }

    [Fact]
    public void Stop_first_stops_nobody_that_serves_but_not_for_long_enough()
    {
        var spec = Spec(s => s with { Update = s.Update with { Order = UpdateOrder.StopFirst } });
        var app = Of(spec, 2, Ready(1, 1, since: Now.AddSeconds(-2)), Ready(2, 2, since: Now.AddSeconds(-1))) with { Revision = 2 };
        var decision = AppReconciler.Reconcile(app, Hosts(2), Now);
        Assert.Empty(decision.Stop);
        Assert.Equal(Now.AddSeconds(3), decision.WakeAt);
    }

    [Fact]
    public void What_is_on_a_host_that_is_suspect_counts_as_available_for_no_choice()
    {
        var spec = Spec(s => s with { Update = s.Update with { Order = UpdateOrder.StopFirst } });
        var app = Of(spec, 2, Ready(1, 1), Ready(2, 2)) with { Revision = 2 };
        var suspect = Hosts(2).With(1, h => h with { Reachability = Reachability.Suspect });
        Assert.Empty(AppReconciler.Reconcile(app, suspect, Now).Stop);
        Assert.Single(AppReconciler.Reconcile(app, Hosts(2), Now).Stop);
    }

    [Theory]
    [InlineData(1, Health.Healthy, false)]
    [InlineData(4, Health.Healthy, true)]
    [InlineData(1, Health.Unhealthy, true)]
    [InlineData(4, Health.Unknown, false)]
    public void What_is_not_ready_makes_way_only_once_it_surely_serves_nobody(int secondsAgo, Health health, bool makesWay)
    {
        var silent = Ready(1, 1) with { Observed = new Observed { State = InstanceState.Running, Health = health, At = Now.AddSeconds(-secondsAgo) } };
        var app = Of(Spec(s => s with { Update = s.Update with { MaxSurge = new(0), MaxUnavailable = new(1) } }), 2, silent, Ready(2, 2)) with { Revision = 2 };
        Assert.Equal(makesWay, AppReconciler.Reconcile(app, Hosts(2), Now).Stop.Any(s => s.Id == silent.Id));
    }

    [Fact]
    public void A_successor_that_waits_for_the_port_of_a_predecessor_that_came_back_gets_it()
    {
        var spec = Spec(s => s with { Ports = [new PortSpec("http", 80, 8080)] });
        var goingBack = new RolloutState
        {
            Generation = 0,
            To = 2,
            Base = 1,
            Slots = ImmutableSortedDictionary<int, int>.Empty.Add(1, 2),
            Status = RolloutStatus.RollingBack,
            Outcome = RolloutStatus.RolledBack,
            StartedAt = Now,
            ProgressAt = Now,
        };
        var app = Of(spec, 1, Ready(1, 1, revision: 2), Unplaced(1, 2)) with { Revision = 2, Rollout = goingBack };
        Assert.Equal(InstanceId.Of(App, 1, 1), Assert.Single(AppReconciler.Reconcile(app, Hosts(1), Now).Stop).Id);
    }

    [Fact]
    public void A_predecessor_that_came_back_broken_makes_room_for_its_successor()
    {
        var broken = Failed(1, 1, InstanceFailure.StoppedOutside);
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, broken, Unplaced(1, 2)), Hosts(1), Now);
        Assert.Equal(broken.Id, Assert.Single(decision.Stop).Id);
        Assert.Equal(InstanceId.Of(App, 1, 2), Assert.Single(decision.Place).Id);
    }

    [Fact]
    public void What_fails_beside_others_goes_before_its_successor_comes_where_no_more_may_be_present()
    {
        var failing = Failed(1, 2, InstanceFailure.CrashLoop) with { Id = InstanceId.Of(App, 1, 2), Epoch = 2, Revision = 2 };
        var app = Of(Spec(), 2, Ready(1, 1), failing, Ready(2, 3)) with { Revision = 2 };
        var decision = AppReconciler.Reconcile(app, Hosts(4), Now);
        Assert.Equal(failing.Id, Assert.Single(decision.Stop).Id);
        Assert.Empty(decision.Create);
    }

    [Fact]
    public void A_replacement_that_fails_beside_a_predecessor_that_came_back_is_not_replaced()
    {
        var failing = Failed(1, 2, InstanceFailure.NameTaken) with { Id = InstanceId.Of(App, 1, 2), Epoch = 2 };
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, Ready(1, 1), failing), Hosts(2), Now);
        Assert.Equal(failing.Id, Assert.Single(decision.Stop).Id);
        Assert.Empty(decision.Create);
    }

    [Fact]
    public void A_slot_is_filled_in_the_room_that_its_predecessor_has_just_left()
    {
        var spec = Spec(s => s with { Ports = [new PortSpec("http", 80, 8080)] });
        var decision = AppReconciler.Reconcile(Of(spec, 1, Ready(1, 1).Stopping(gone: true)), Hosts(1), Now);
        Assert.Equal(InstanceId.Of(App, 1, 1), Assert.Single(decision.Create).Replaces);
    }

    [Fact]
    public void A_slot_whose_data_are_on_a_drained_host_stays_and_says_so()
    {
        var spec = Spec(s => s with { Volumes = [new VolumeSpec("data", "/data")] });
        var hosts = Hosts(2).With(1, h => h with { Availability = Availability.Draining });
        var app = Of(spec, 1, Ready(1, 1)) with { VolumeHosts = ImmutableDictionary<int, HostId>.Empty.Add(1, Host(1)) };
        var decision = AppReconciler.Reconcile(app, hosts, Now);
        Assert.Empty(decision.Create);
        Assert.Empty(decision.Stop);
        Assert.Equal(AppStatus.Running, decision.Status.Status);
        Assert.EndsWith("replica 1 stays although host h1 is being drained: its volume's data is on h1", decision.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drained_host_gives_its_instances_away_within_the_bounds()
    {
        var hosts = Hosts(3).With(1, h => h with { Availability = Availability.Draining });
        var decision = AppReconciler.Reconcile(Of(Spec(), 3, Ready(1, 1), Ready(2, 1), Ready(3, 2)), hosts, Now);
        Assert.Equal("host h1 is being drained", Assert.Single(decision.Create).Cause);
        Assert.Empty(decision.Stop);
    }

    [Fact]
    public void A_global_app_follows_the_hosts()
    {
        var spec = Spec(s => s with { Kind = AppKind.Global });
        var first = AppReconciler.Reconcile(Of(spec, 0, Ready(1, 1)), Hosts(3), Now);
        Assert.Equal([Host(2), Host(3)], first.Create.Select(c => c.Pin!.Host));
        var drained = Hosts(2).With(2, h => h with { Availability = Availability.Draining });
        var second = AppReconciler.Reconcile(Of(spec, 0, Ready(1, 1), Ready(2, 2)), drained, Now);
        Assert.Equal(InstanceId.Of(App, 2, 1), Assert.Single(second.Stop).Id);
        Assert.Empty(second.Create);
    }

    [Fact]
    public void A_deleted_app_is_forgotten_only_when_nothing_is_left()
    {
        var app = Of(Spec(), 1, Ready(1, 1)) with { Deleted = true };
        Assert.False(AppReconciler.Reconcile(app, Hosts(1), Now).Forget);
        Assert.False(AppReconciler.Reconcile(app with { Instances = [Ready(1, 1).Stopping()] }, Hosts(1), Now).Forget);
        Assert.True(AppReconciler.Reconcile(app with { Instances = [Ready(1, 1).Stopping(gone: true)] }, Hosts(1), Now).Forget);
    }

    [Fact]
    public void An_instance_whose_host_was_removed_is_over()
    {
        var decision = AppReconciler.Reconcile(Of(Spec(), 1, Ready(1, 9)), Hosts(1), Now);
        Assert.Single(decision.End);
        Assert.Single(decision.Create);
    }

    [Theory]
    [InlineData(Health.Starting, "", AppStatus.Progressing, "1 of 2 ready; replica 2: running, not yet checked")]
    [InlineData(Health.Starting, "not ready yet: GET x refused", AppStatus.Progressing, "1 of 2 ready; replica 2: running on h1, not ready yet: GET x refused")]
    [InlineData(Health.Healthy, "not ready: GET x answered 503", AppStatus.Degraded, "1 of 2 ready; replica 2: not ready: GET x answered 503")]
    [InlineData(Health.Unknown, "nothing is known", AppStatus.Degraded, "1 of 2 ready; replica 2: nothing is known")]
    [InlineData(Health.Unhealthy, "unhealthy: GET x answered 503", AppStatus.Degraded, "1 of 2 ready; replica 2: unhealthy: GET x answered 503")]
    public void One_that_runs_and_is_not_ready_is_told_with_its_answer_and_left_alone(Health health, string reason, AppStatus status, string told)
    {
        var spec = Model.Spec(s => s with { Health = new HealthSpec { Kind = HealthKind.Http } });
        var ill = Model.Ready(2, 1) with { Observed = new Observed { State = InstanceState.Running, Health = health, Reason = reason, At = Model.Now } };

        var decision = AppReconciler.Reconcile(Model.Of(spec, 2, Model.Ready(1, 1), ill), Model.Hosts(1), Model.Now);

        Assert.Equal((status, told), (decision.Status.Status, decision.Status.Reason));
        Assert.Empty(decision.Create);
        Assert.Empty(decision.Stop);
    }
}
