using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using static Portal.Tests.Core.Reconciliation.Model;

namespace Portal.Tests.Core.Reconciliation;

/// <summary>What is done by choice never takes more of an app down at once than its disruption budget allows, all causes together.</summary>
public sealed class DisruptionTests
{
    private static ReconcilerSimulation Calm(int seed)
    {
        var simulation = new ReconcilerSimulation(seed);
        for (var step = 0; step < 60; step++)
        {
            simulation.Step(calm: true);
        }
        simulation.SetBudget();
        return simulation;
    }

    [Fact]
    public void Draining_several_hosts_and_moving_instances_at_once_keeps_the_budget()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var simulation = Calm(seed);
            var replicas = simulation.App.Replicas;
            simulation.DrainMany();
            simulation.MoveSome();
            for (var step = 0; step < 200; step++)
            {
                simulation.Step(calm: true);
                Assert.True(simulation.Available >= replicas - simulation.Budget, $"seed {seed}, step {step}: {simulation.Available} available of {replicas}, budget {simulation.Budget}");
                Assert.True(simulation.Present <= replicas + simulation.Bounds.Surge, $"seed {seed}, step {step}: {simulation.Present} present of {replicas}, {simulation.Bounds}");
            }
            if (simulation.Bounds.Surge > 0 || simulation.Budget > 0)
            {
                Assert.True(simulation.Available == replicas && simulation.Present == replicas, $"seed {seed}: {simulation.LastDecision.Status.Reason}");
            }
        }
    }

    [Fact]
    public void A_rollout_meanwhile_takes_no_more_down_than_the_larger_of_both()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var simulation = Calm(seed);
            var replicas = simulation.App.Replicas;
            simulation.DrainMany();
            simulation.Ask();
            simulation.AnnounceReboots();
            for (var step = 0; step < 200; step++)
            {
                simulation.Step(calm: true);
                var least = replicas - Math.Max(simulation.Budget, simulation.Bounds.Unavailable);
                Assert.True(simulation.Available >= least, $"seed {seed}, step {step}: {simulation.Available} available of {replicas}, at least {least} wanted");
            }
        }
    }

    [Fact]
    public void A_planned_reboot_moves_only_what_the_budget_does_not_allow_to_be_down_and_then_nothing()
    {
        var waited = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var simulation = Calm(seed);
            var replicas = simulation.App.Replicas;
            simulation.AnnounceReboots();
            for (var step = 0; step < 200; step++)
            {
                simulation.Step(calm: true);
                Assert.True(simulation.Available >= replicas - simulation.Budget, $"seed {seed}, step {step}: {simulation.Available} of {replicas} available, budget {simulation.Budget}");
            }
            if (simulation.Bounds.Surge == 0 && simulation.Budget == 0)
            {
                continue;
            }
            Assert.True(simulation.MayReboot, $"seed {seed}: {simulation.LastDecision.Status.Reason}");
            var before = simulation.All;
            simulation.Reboot();
            for (var step = 0; step < 50; step++)
            {
                simulation.Step(calm: true);
                Assert.Equal(before.Order(Comparer<InstanceId>.Create((a, b) => a.Value.CompareTo(b.Value))), simulation.All.Order(Comparer<InstanceId>.Create((a, b) => a.Value.CompareTo(b.Value))));
                Assert.True(simulation.Available >= replicas - simulation.Budget, $"seed {seed}: {simulation.Available} available of {replicas} while hosts reboot, budget {simulation.Budget}");
            }
            waited += simulation.Available < replicas ? 1 : 0;
            simulation.ComeBack();
            simulation.Step(calm: true);
            Assert.Equal((replicas, before.Count), (simulation.Available, simulation.All.Count));
        }
        Assert.True(waited > 20, $"only {waited} runs had instances that waited");
    }

    [Fact]
    public void An_instance_waits_for_its_host_for_as_long_as_was_said_and_then_is_replaced()
    {
        var reboot = new PlannedReboot(Now.AddMinutes(-5), TimeSpan.FromMinutes(10), Now.AddMinutes(-3));
        var hosts = Hosts(2).With(1, h => h with { Reachability = Reachability.Unreachable, Availability = Availability.Cordoned, Reboot = reboot });
        var app = Of(Spec(), 1, Ready(1, 1));

        var waiting = AppReconciler.Reconcile(app, hosts, Now);
        Assert.Empty(waiting.Create);
        Assert.True(waiting.WakeAt <= Now.AddMinutes(7));
        Assert.Contains("waits for host h1, which is being rebooted, until 12:07:00 UTC", waiting.Status.Reason, StringComparison.Ordinal);

        var over = AppReconciler.Reconcile(app, hosts, Now.AddMinutes(7));
        Assert.Equal("host h1 of its predecessor cannot be reached", Assert.Single(over.Create).Cause);
    }

    [Fact]
    public void What_a_machine_ends_as_it_goes_down_waits_for_it()
    {
        var app = Of(Spec(s => s with { Disruption = new CountOrPercent(1) }), 1, Failed(1, 1, InstanceFailure.StoppedOutside));
        var hosts = Hosts(2);
        Assert.Single(AppReconciler.Reconcile(app, hosts, Now).Create);
        var rebooting = hosts.With(1, h => h with { Availability = Availability.Cordoned, Reboot = new PlannedReboot(Now.AddMinutes(-1), TimeSpan.FromMinutes(10), Now) });
        var decision = AppReconciler.Reconcile(app, rebooting, Now);
        Assert.True(decision is { Create.IsEmpty: true, Stop.IsEmpty: true });
        Assert.Contains("host h1 is to be rebooted, it waits for it", decision.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_not_be_down_and_cannot_start_elsewhere_first_stays_and_says_why()
    {
        var app = Of(Spec(s => s with { Update = s.Update with { Order = UpdateOrder.StopFirst }, Disruption = new CountOrPercent(0) }), 2, Ready(1, 1), Ready(2, 2));
        var decision = AppReconciler.Reconcile(app, Hosts(3).With(1, h => h with { Availability = Availability.Draining }), Now);

        Assert.Empty(decision.Stop);
        Assert.Equal(AppStatus.Running, decision.Status.Status);
        Assert.Contains("replica 1 stays although host h1 is being drained: its disruption budget allows none to be down", decision.Status.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 1, new[] { 2, 3, 4 })]
    [InlineData(4, 4, new int[0])]
    [InlineData(2, 0, new[] { 1, 2 })]
    public void The_first_slots_stay_as_many_as_the_budget_allows(int there, int budget, int[] leave) =>
        Assert.Equal(leave, RebootRule.MustLeave([.. Enumerable.Range(1, there).Select(s => (s, false))], budget));

    [Fact]
    public void What_is_bound_to_its_host_waits_and_takes_the_budget_first() =>
        Assert.Equal([1, 2], RebootRule.MustLeave([(1, false), (2, false), (3, true)], 1));
}
