using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.Scheduling;
using Portal.Core.State.Services;
using static Portal.Tests.Core.Reconciliation.Model;

namespace Portal.Tests.Core.State;

public class RolloutTrialTests
{
    private const long Gigabyte = 1L << 30;

    [Fact]
    public void Names_the_hosts_that_would_get_an_instance()
    {
        var trial = Try(s => s, replicas: 3, hosts: 3);
        Assert.Null(trial.NoRoom);
        Assert.Equal([Host(1), Host(2), Host(3)], trial.Hosts);
    }

    [Theory]
    [InlineData(UpdateOrder.StartFirst)]
    [InlineData(UpdateOrder.StopFirst)]
    public void Says_why_there_is_no_room(UpdateOrder order)
    {
        var trial = Try(s => s with { Update = s.Update with { Order = order }, Resources = new ResourcesSpec { Reservations = new(0, 900 * Gigabyte) } }, replicas: 2, hosts: 3);
        Assert.StartsWith("replica 1 fits nowhere: ", trial.NoRoom, StringComparison.Ordinal);
        Assert.Contains("memory", trial.NoRoom, StringComparison.Ordinal);
    }

    [Fact]
    public void Room_for_some_is_not_enough()
    {
        // One a host would fit, and two hosts have two.
        var trial = Try(s => s with { Resources = new ResourcesSpec { Reservations = new(0, 5 * Gigabyte) } }, replicas: 5, hosts: 3);
        Assert.NotNull(trial.NoRoom);
    }

    [Fact]
    public void Leaves_the_session_as_it_is_and_waits_for_nobody()
    {
        var session = Session(3);
        var trial = RolloutTrial.Of(App(s => s with { Update = s.Update with { Canary = [new CanaryStep(10, null)] } }, 3) with { Survey = new RolloutSurvey("no", []) }, Hosts(3), session, Now);
        Assert.Equal((null, 3), (trial.NoRoom, trial.Hosts.Length));
        Assert.Equal(Verdict(Session(3)), Verdict(session));

        static string Verdict(SchedulingSession session) => session.ExplainAll(new PlacementRequest { Instance = InstanceId.Of(Portal.Tests.Core.Reconciliation.Model.App, 9, 1), App = Portal.Tests.Core.Reconciliation.Model.App, Slot = 9, Spec = Spec() }).Summary;
    }

    private static RolloutTrial Try(Func<AppSpec, AppSpec> change, int replicas, int hosts) => RolloutTrial.Of(App(change, replicas), Hosts(hosts), Session(hosts), Now);

    private static AppInput App(Func<AppSpec, AppSpec> change, int replicas) => Of(change(Spec()), replicas, [.. Enumerable.Range(1, replicas).Select(n => Ready(n, (n - 1) % 3 + 1))]) with
    {
        Revision = 2,
        Generation = 2,
        Intent = new RolloutIntent(2, 2, Paused: true),
        Specs = ImmutableDictionary<int, AppSpec>.Empty.Add(1, Spec()),
    };

    private static SchedulingSession Session(int hosts)
    {
        var session = new SchedulingSession();
        foreach (var host in Hosts(hosts).Values)
        {
            session.UpsertHost(new HostSnapshot { Id = host.Id, Name = host.Name, Availability = host.Availability, Reachability = host.Reachability, Capacity = new(8, 8 * Gigabyte) });
        }
        for (var slot = 0; slot < 3; slot++)
        {
            session.OccupyInstance(Host(slot % 3 + 1), Portal.Tests.Core.Reconciliation.Model.App, Spec());
        }
        return session;
    }
}
