using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling;

public sealed class SchedulingSessionTests
{
    private static readonly AppSpec OnPort80 = Spec(ports: new PortSpec("http", 8080, HostPort: 80));

    private static SchedulingSession On(params HostSnapshot[] hosts)
    {
        var session = new SchedulingSession();
        foreach (var host in hosts) session.UpsertHost(host);
        return session;
    }

    private static bool Fits(SchedulingSession session, PlacementRequest request) => session.ExplainAll(request).Hosts.Any(h => h.RefusedBy is null);

    [Fact]
    public void Placements_of_a_batch_see_each_others_reservations()
    {
        var result = On(Host("a", memory: 512 * M), Host("b", memory: 256 * M)).Place(Requests(Spec(memory: 256 * M), 5));

        Assert.Equal([Id("a"), Id("b"), Id("a")], result.Placed.Select(p => p.Host));
        Assert.Equal("0 of 2 hosts fit: 2 lack memory (256M needed, 0 free on a)", result.Unplaced[0].Verdicts.Summary);
        Assert.Equal(2, result.Unplaced.Length);
    }

    [Fact]
    public void A_fixed_port_is_for_one_instance_on_a_host()
    {
        var result = On(Host("a"), Host("b")).Place(Requests(OnPort80, 3));
        Assert.Equal([Id("a"), Id("b")], result.Placed.Select(p => p.Host));
        Assert.Equal("0 of 2 hosts fit: 2 have port tcp/80 taken", Assert.Single(result.Unplaced).Verdicts.Summary);
    }

    [Fact]
    public void On_the_hosts_own_network_every_port_is_fixed()
    {
        var spec = Spec(ports: new PortSpec("http", 80)) with { Network = "host" };
        Assert.Single(On(Host("a")).Place(Requests(spec, 2)).Placed);
    }

    [Fact]
    public void Pinned_requests_go_before_those_that_have_a_choice()
    {
        var free = Request(Spec(cpus: 4), 1);
        var pinned = Request(Spec(cpus: 4), 2, Other) with { Pin = new Pin(Id("a"), "it runs once on each host") };

        var result = On(Host("a"), Host("b")).Place([free, pinned]);

        Assert.Equal([(pinned.Instance, Id("a")), (free.Instance, Id("b"))], result.Placed.Select(p => (p.Instance, p.Host)));
    }

    [Fact]
    public void A_successor_gets_the_room_of_its_predecessor_that_stops_first()
    {
        var full = Spec(cpus: 4, memory: 1024 * M, placement: new PlacementSpec { MaxPerHost = 1 }, ports: new PortSpec("http", 8080, HostPort: 80));
        var session = On(Host("a"));
        session.OccupyInstance(Id("a"), Shop, full);
        var successor = Request(full) with { Replaces = Id("a"), Freed = full.Resources.Reservations };

        Assert.False(Fits(session, Request(full)));
        Assert.True(Fits(session, successor));
        Assert.False(Fits(session, successor with { Freed = default }));
        Assert.Equal(Id("a"), Assert.Single(session.Place([successor]).Placed).Host);
        Assert.False(Fits(session, successor), "one predecessor makes room for one successor");
        Assert.True(session.ReleaseInstance(Id("a"), Shop, full));
        Assert.False(Fits(session, Request(full)), "the successor holds the room now");
    }

    [Fact]
    public void The_document_shows_the_host_that_only_the_predecessor_makes_fit()
    {
        var session = On(Host("a"), Host("b"));
        session.OccupyInstance(Id("a"), Shop, OnPort80);

        var result = session.Place([Request(OnPort80, 1), Request(OnPort80, 2) with { Replaces = Id("a") }]);

        Assert.Equal([Id("b"), Id("a")], result.Placed.Select(p => p.Host));
        Assert.Equal("a is the only one of 2 hosts that fits", result.Placed[1].Reason);
        Assert.All(result.Placed, p => Assert.Null(p.Verdicts.Hosts.Single(h => h.Host == p.Host).RefusedBy));
    }

    [Fact]
    public void Another_apps_port_is_not_freed_by_a_predecessor()
    {
        var session = On(Host("a"));
        session.OccupyInstance(Id("a"), Other, OnPort80);
        session.OccupyInstance(Id("a"), Shop, Spec());
        Assert.False(Fits(session, Request(OnPort80) with { Replaces = Id("a") }));
    }

    [Fact]
    public void One_that_leaves_afterwards_still_counts_for_maxPerHost()
    {
        var one = Spec(placement: new PlacementSpec { MaxPerHost = 1 });
        var session = On(Host("a"));
        session.OccupyInstance(Id("a"), Shop, one);
        Assert.False(Fits(session, Request(one) with { Predecessor = Id("a") }));
        Assert.True(Fits(session, Request(one) with { Replaces = Id("a") }));
    }

    [Fact]
    public void A_port_held_twice_stays_taken_until_both_are_gone()
    {
        var session = On(Host("a"));
        session.OccupyInstance(Id("a"), Shop, OnPort80);
        session.OccupyInstance(Id("a"), Shop, OnPort80);
        session.ReleaseInstance(Id("a"), Shop, OnPort80);
        Assert.False(Fits(session, Request(OnPort80)));
        session.ReleaseInstance(Id("a"), Shop, OnPort80);
        Assert.True(Fits(session, Request(OnPort80)));
    }

    [Fact]
    public void New_facts_keep_the_counts_and_a_host_that_goes_takes_them_with_it()
    {
        var session = On(Host("a", memory: 100 * M));
        session.OccupyInstance(Id("a"), Shop, Spec(memory: 100 * M));
        session.UpsertHost(Host("a", memory: 150 * M) with { Instances = 7 });
        Assert.Equal("0 of 1 host fits: 1 lacks memory (100M needed, 50M free on a)", session.ExplainAll(Request(Spec(memory: 100 * M))).Summary);

        Assert.True(session.RemoveHost(Id("a")));
        Assert.False(session.RemoveHost(Id("a")));
        session.UpsertHost(Host("a", memory: 150 * M));
        Assert.True(Fits(session, Request(Spec(memory: 100 * M))));
        Assert.Equal(1, session.HostCount);
    }

    [Fact]
    public void What_is_not_there_is_neither_counted_nor_released()
    {
        var session = On(Host("a"));
        Assert.False(session.OccupyInstance(Id("b"), Shop, Spec()));
        Assert.False(session.ReleaseInstance(Id("b"), Shop, Spec()));
        Assert.False(session.ReleaseInstance(Id("a"), Shop, Spec(cpus: 1)));
        Assert.Equal(default, session.ToSnapshot().Hosts.Single().Reserved);
    }

    [Fact]
    public void What_is_added_and_taken_away_leaves_nothing_behind()
    {
        var session = On(Host("a"));
        var tenth = Spec(cpus: 0.1);
        for (var i = 0; i < 30; i++) session.OccupyInstance(Id("a"), Shop, tenth);
        Assert.Equal(3, session.ToSnapshot().Hosts[0].Reserved.Cpus);
        for (var i = 0; i < 30; i++) session.ReleaseInstance(Id("a"), Shop, tenth);
        Assert.Equal(0, session.ToSnapshot().Hosts[0].Reserved.Cpus);
    }
}
