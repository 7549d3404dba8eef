using Portal.Core.Domain;

namespace Portal.Tests.Core.Reconciliation;

/// <summary>What must hold whatever happens, over seeds; a failing one names its seed.</summary>
public class ReconcilerPropertyTests
{
    [Fact]
    public void Whatever_happens_it_ends_as_described_once_things_are_calm()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var simulation = new ReconcilerSimulation(seed);
            for (var step = 0; step < 60; step++)
            {
                simulation.Step(calm: false);
            }
            simulation.Heal();
            for (var step = 0; step < 400 && !IsAsDescribed(simulation); step++)
            {
                simulation.Step(calm: true);
            }
            Assert.True(IsAsDescribed(simulation), $"seed {seed}: {simulation.LastDecision.Status.Reason}; {simulation.Running.Count()} run of {simulation.App.Replicas}");
        }
    }

    [Fact]
    public void A_change_of_a_calm_app_keeps_the_bounds_at_every_step()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var simulation = new ReconcilerSimulation(seed);
            for (var step = 0; step < 40; step++)
            {
                simulation.Step(calm: true);
            }
            var replicas = simulation.App.Replicas;
            if (!IsAsDescribed(simulation))
            {
                continue;
            }
            simulation.Change();
            for (var step = 0; step < 200; step++)
            {
                simulation.Step(calm: true);
                Assert.True(simulation.Available >= replicas - simulation.Bounds.Unavailable, $"seed {seed}, step {step}: {simulation.Available} available of {replicas}, {simulation.Bounds}");
                Assert.True(simulation.Present <= replicas + simulation.Bounds.Surge, $"seed {seed}, step {step}: {simulation.Present} present of {replicas}, {simulation.Bounds}");
            }
            Assert.True(IsAsDescribed(simulation), $"seed {seed}: {simulation.LastDecision.Status.Reason}");
        }
    }

    [Fact]
    public void A_revision_that_cannot_run_goes_back_within_the_bounds()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var simulation = new ReconcilerSimulation(seed);
            for (var step = 0; step < 40; step++)
            {
                simulation.Step(calm: true);
            }
            var (replicas, revision) = (simulation.App.Replicas, simulation.App.Revision);
            simulation.Spoil();
            for (var step = 0; step < 300; step++)
            {
                simulation.Step(calm: true);
                Assert.True(simulation.Available >= replicas - simulation.Bounds.Unavailable, $"seed {seed}, step {step}: {simulation.Available} available of {replicas}, {simulation.Bounds}");
                Assert.True(simulation.Present <= replicas + simulation.Bounds.Surge, $"seed {seed}, step {step}: {simulation.Present} present of {replicas}, {simulation.Bounds}");
            }
            var rollout = simulation.LastDecision.Rollout;
            Assert.True(rollout.Status == RolloutStatus.RolledBack && rollout.Base == revision, $"seed {seed}: {rollout}");
            Assert.True(IsAsDescribed(simulation), $"seed {seed}: {simulation.LastDecision.Status.Reason}");
        }
    }

    [Fact]
    public void A_revision_without_room_goes_back_and_wears_no_epochs_out()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var simulation = new ReconcilerSimulation(seed);
            for (var step = 0; step < 40; step++)
            {
                simulation.Step(calm: true);
            }
            var (replicas, epochs) = (simulation.App.Replicas, simulation.MostEpochs);
            simulation.Outgrow();
            for (var step = 0; step < 300; step++)
            {
                simulation.Step(calm: true);
                Assert.True(simulation.Available >= replicas - simulation.Bounds.Unavailable, $"seed {seed}, step {step}: {simulation.Available} available of {replicas}, {simulation.Bounds}");
            }
            Assert.True(simulation.LastDecision.Rollout.Status == RolloutStatus.RolledBack, $"seed {seed}: {simulation.LastDecision.Rollout}");
            Assert.True(IsAsDescribed(simulation), $"seed {seed}: {simulation.LastDecision.Status.Reason}");
            Assert.InRange(simulation.MostEpochs, epochs, epochs + 4);
        }
    }

    [Fact]
    public void However_a_rollout_is_steered_the_bounds_hold_and_it_ends()
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var simulation = new ReconcilerSimulation(seed);
            for (var step = 0; step < 40; step++)
            {
                simulation.Step(calm: true);
            }
            var replicas = simulation.App.Replicas;
            simulation.Ask();
            for (var step = 0; step < 200; step++)
            {
                simulation.Steer();
                simulation.Step(calm: true);
                Assert.True(simulation.Available >= replicas - simulation.Bounds.Unavailable, $"seed {seed}, step {step}: {simulation.Available} available of {replicas}, {simulation.Bounds}");
                Assert.True(simulation.Present <= replicas + simulation.Bounds.Surge, $"seed {seed}, step {step}: {simulation.Present} present of {replicas}, {simulation.Bounds}");
            }
            simulation.LetGo();
            for (var step = 0; step < 300 && !IsAsDescribed(simulation); step++)
            {
                simulation.Step(calm: true);
            }
            Assert.True(IsAsDescribed(simulation), $"seed {seed}: {simulation.LastDecision.Rollout}");
        }
    }

    private static bool IsAsDescribed(ReconcilerSimulation simulation) =>
        simulation.Running.Count(i => i.Desired == DesiredState.Run) == simulation.App.Replicas
        && simulation.Running.Count() == simulation.App.Replicas
        && simulation.LastDecision.Rollout.IsOver
        && simulation.Running.All(i => i.Revision == simulation.LastDecision.Rollout.Base && i.RestartGeneration == simulation.App.RestartGeneration)
        && simulation.Running.Select(i => i.Slot).Distinct().Count() == simulation.App.Replicas;
}
