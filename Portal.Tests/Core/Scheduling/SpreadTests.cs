using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(3, 0, 0, 0, "1 1 1")]
    [InlineData(12, 0, 0, 0, "4 4 4")]
    [InlineData(1, 0, 0, 0, "1 0 0")]
    [InlineData(4, 3, 0, 1, "0 3 1")]
    [InlineData(2, 1, 1, 1, "1 1 0")]
    public void New_instances_even_out_what_is_there(int requests, int a, int b, int c, string expected)
    {
        var cluster = Cluster(Host("a").With(Shop, a), Host("b").With(Shop, b), Host("c").With(Shop, c));

        var result = Scheduler.Place(cluster, Requests(Spec(), requests));

        Assert.Empty(result.Unplaced);
        Assert.Equal(expected, string.Join(' ', result.PerHost(cluster).OrderBy(p => p.Key).Select(p => p.Value)));
    }

    [Fact]
    public void Between_equals_the_host_with_fewer_instances_of_others_wins()
    {
        var cluster = Cluster(Host("a").With(Other, 2), Host("b").With(Other, 1));

        var placement = Assert.Single(Scheduler.Place(cluster, Requests(Spec(), 1)).Placed);

        Assert.Equal(Id("b"), placement.Host);
        Assert.Equal("2 of 2 hosts fit; b has the fewest instances in all among equals", placement.Reason);
    }

    [Fact]
    public void Labels_come_first_and_the_first_of_them_before_the_second()
    {
        // Three hosts in zone a and one in b: half of the instances go to b.
        var cluster = Cluster(
            Host("a", labels: [("zone", "a"), ("rack", "1")]), Host("b", labels: [("zone", "a"), ("rack", "1")]),
            Host("c", labels: [("zone", "a"), ("rack", "2")]), Host("d", labels: [("zone", "b"), ("rack", "1")]));
        var spec = Spec(placement: new PlacementSpec { SpreadBy = ["host.labels.zone", "host.labels.rack"] });

        var counts = Scheduler.Place(cluster, Requests(spec, 8)).PerHost(cluster);

        Assert.Equal(new() { ["a"] = 1, ["b"] = 1, ["c"] = 2, ["d"] = 4 }, counts);
    }

    [Fact]
    public void A_rollout_one_by_one_ends_as_even_as_it_began()
    {
        string[] names = ["a", "b", "c"];
        var session = new SchedulingSession(Cluster(names.Select(n => Host(n).With(Shop, 2))));
        var at = new List<HostId>();
        foreach (var (name, slot) in names.Concat(names).Select((n, i) => (n, i + 1)))
        {
            var request = Request(Spec(), slot) with { Predecessor = Id(name) };
            at.Add(Assert.Single(session.Place([request]).Placed).Host);
            Assert.True(session.ReleaseInstance(Id(name), Shop, Spec()));
        }
        Assert.All(names, n => Assert.Equal(2, at.Count(h => h == Id(n))));
    }

    [Fact]
    public void Binpack_fills_one_host_before_it_begins_the_next()
    {
        var cluster = Cluster(Host("a"), Host("b").Reserving(1, 0), Host("c"));
        var spec = Spec(cpus: 1, placement: new PlacementSpec { Strategy = PlacementStrategy.Binpack });

        var counts = Scheduler.Place(cluster, Requests(spec, 5)).PerHost(cluster);

        Assert.Equal(new() { ["a"] = 2, ["b"] = 3, ["c"] = 0 }, counts);
    }

    [Fact]
    public void Binpack_without_reservations_goes_where_most_instances_are()
    {
        var cluster = Cluster(Host("a"), Host("b").With(Other, 1));
        var spec = Spec(placement: new PlacementSpec { Strategy = PlacementStrategy.Binpack });

        Assert.Equal(new() { ["a"] = 0, ["b"] = 3 }, Scheduler.Place(cluster, Requests(spec, 3)).PerHost(cluster));
    }

    [Fact]
    public void The_image_breaks_ties_only()
    {
        var cluster = Cluster(Host("a"), Host("b") with { Images = ["web:1"] });

        var placed = Scheduler.Place(cluster, Requests(Spec(), 2)).Placed;

        Assert.Equal([Id("b"), Id("a")], placed.Select(p => p.Host));
        Assert.Equal("2 of 2 hosts fit; b has the image already among equals", placed[0].Reason);
    }
}
