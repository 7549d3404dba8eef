using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling;

public sealed class ReasonTests
{
    private static string Unplaced(ClusterSnapshot cluster, PlacementRequest request)
    {
        var result = Scheduler.Place(cluster, [request]);
        Assert.Empty(result.Placed);
        return Assert.Single(result.Unplaced).Verdicts.Summary;
    }

    private static string Placed(ClusterSnapshot cluster, PlacementRequest request) =>
        Assert.Single(Scheduler.Place(cluster, [request]).Placed).Reason;

    [Fact]
    public void Refusals_are_grouped_by_reason_most_first()
    {
        var spec = Spec(memory: 256 * M, placement: new PlacementSpec { Constraints = ["host.labels.zone == a"] });
        var cluster = Cluster(
            Host("a", memory: 50 * M, labels: ("zone", "a")), Host("b", memory: 100 * M, labels: ("zone", "a")), Host("c", labels: ("zone", "b")));

        Assert.Equal("0 of 3 hosts fit: 2 lack memory (256M needed, 100M free on b), 1 has zone=b, wanted a", Unplaced(cluster, Request(spec)));
    }

    [Fact]
    public void No_host_at_all_is_said() =>
        Assert.Equal("0 of 0 hosts fit: no host is registered", Unplaced(Cluster(), Request(Spec())));

    [Fact]
    public void Each_state_has_its_words()
    {
        var cluster = Cluster(
            Host("a") with { Availability = Availability.Cordoned }, Host("b") with { Availability = Availability.Draining },
            Host("c") with { Reachability = Reachability.Unreachable }, Host("d") with { Reachability = Reachability.Suspect },
            Host("e") with { Reachability = Reachability.Unknown }, Host("f") with { Availability = Availability.Cordoned });

        Assert.Equal("0 of 6 hosts fit: 2 are cordoned, 1 is draining, 1 is unreachable, 1 does not answer at the moment, 1 was never reached yet",
            Unplaced(cluster, Request(Spec())));
    }

    [Fact]
    public void A_pin_says_why_and_what_is_wrong_with_the_host()
    {
        var cluster = Cluster(Host("a") with { Reachability = Reachability.Unreachable }, Host("b"), Host("c"));
        var pinned = Request(Spec()) with { Pin = new Pin(Id("a"), "its volume data is there") };

        Assert.Equal("0 of 3 hosts fit: 2 are not the one that will do (its volume data is there), 1 is unreachable", Unplaced(cluster, pinned));
        Assert.Equal("0 of 2 hosts fit: 2 are not the one that will do (its volume data is there)", Unplaced(Cluster(cluster.Hosts.Skip(1)), pinned));
        Assert.Equal("b is the only host that will do: its volume data is there",
            Placed(cluster, pinned with { Pin = new Pin(Id("b"), "its volume data is there") }));
    }

    [Fact]
    public void Avoided_hosts_say_why()
    {
        var request = Request(Spec()) with { Avoid = ImmutableDictionary<HostId, string>.Empty.Add(Id("a"), "it crashed there 5 times") };

        Assert.Equal("0 of 1 host fits: 1 is avoided for now (it crashed there 5 times)", Unplaced(Cluster(Host("a")), request));
        Assert.Equal("b is the only one of 2 hosts that fits", Placed(Cluster(Host("a"), Host("b")), request));
    }

    [Theory]
    [InlineData("1", "0 of 2 hosts fit: 2 lack CPU (1 needed, 0.5 free on b)")]
    [InlineData("0.75", "0 of 2 hosts fit: 2 lack CPU (0.75 needed, 0.5 free on b)")]
    public void Cpu_names_the_host_with_most(string cpus, string expected) =>
        Assert.Equal(expected, Unplaced(Cluster(Host("a", cpus: 0.25), Host("b", cpus: 0.5)), Request(Spec(cpus: double.Parse(cpus)))));

    [Fact]
    public void Ports_and_bounds_are_named()
    {
        var port = new PortSpec("http", 8080, HostPort: 80);
        Assert.Equal("0 of 1 host fits: 1 has port tcp/80 taken", Unplaced(Cluster(Host("a") with { HostPorts = ["tcp/80"] }), Request(Spec(ports: port))));
        var one = Spec(placement: new PlacementSpec { MaxPerHost = 1 });
        Assert.Equal("0 of 2 hosts fit: 2 have enough of the app (at most 1 on a host)",
            Unplaced(Cluster(Host("a").With(Shop, 1), Host("b").With(Shop, 1)), Request(one)));
    }

    [Fact]
    public void The_winner_says_what_decided()
    {
        var cluster = Cluster(Host("a").With(Shop, 2), Host("b").With(Shop, 1), Host("c").With(Shop, 1).With(Other, 1));
        Assert.Equal("3 of 3 hosts fit; b has the fewest instances in all among equals", Placed(cluster, Request(Spec())));
        Assert.Equal("2 of 2 hosts fit; b has the fewest instances of the app", Placed(Cluster(cluster.Hosts.Take(2)), Request(Spec())));
        Assert.Equal("2 of 2 hosts fit; x comes first by id among equals", Placed(Cluster(Host("y"), Host("x")), Request(Spec())));
        Assert.Equal("a is the only host, and it fits", Placed(Cluster(Host("a")), Request(Spec())));
    }

    [Fact]
    public void A_label_that_decides_is_named()
    {
        var cluster = Cluster(Host("a", labels: ("zone", "a")).With(Shop, 1), Host("b", labels: ("zone", "a")), Host("c"));
        var spec = Spec(placement: new PlacementSpec { SpreadBy = ["host.labels.zone"] });
        Assert.Equal("3 of 3 hosts fit; c is in no zone, which has the fewest instances of the app", Placed(cluster, Request(spec)));
    }
}
