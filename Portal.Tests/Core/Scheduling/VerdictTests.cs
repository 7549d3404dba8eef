using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling;

public sealed class VerdictTests
{
    [Fact]
    public void Placements_of_one_class_share_one_document()
    {
        var result = Scheduler.Place(Cluster(Host("a"), Host("b")), [.. Requests(Spec(), 4), .. Requests(Spec(cpus: 1000), 3, Other)]);

        Assert.Single(result.Placed.Select(p => p.Verdicts).Distinct(ReferenceEqualityComparer.Instance));
        Assert.Single(result.Unplaced.Select(u => u.Verdicts).Distinct(ReferenceEqualityComparer.Instance));
        Assert.All(result.Unplaced, u => Assert.Equal(u.Verdicts.Why, u.Reason));
    }

    [Fact]
    public void Each_host_is_listed_with_its_scores_or_its_reason()
    {
        var spec = Spec(placement: new PlacementSpec { SpreadBy = ["host.labels.zone"] });
        var cluster = Cluster(Host("a", labels: ("zone", "a")).With(Shop, 1), Host("b", labels: ("zone", "b")), Host("c") with { Availability = Availability.Cordoned });

        var verdicts = new SchedulingSession(cluster).ExplainAll(Request(spec));

        Assert.Equal("2 of 3 hosts fit; b is in zone=b, which has the fewest instances of the app", verdicts.Summary);
        Assert.Equal(["b", "a", "c"], verdicts.Hosts.Select(h => h.HostName));
        Assert.Equal(
            [new("spreadBy host.labels.zone", 0.5, 1000), new("appInstances", 0.5, 100), new("hostInstances", 0.5, 10), new("image", 1, 1)],
            verdicts.Hosts[1].Scores);
        Assert.Equal([1111, 556, 0], verdicts.Hosts.Select(h => h.Score));
        Assert.Equal(("state", "is cordoned"), (verdicts.Hosts[2].RefusedBy, verdicts.Hosts[2].Reason));
        Assert.Equal([new RefusalGroup("state", 1, "is cordoned")], verdicts.Refusals);
    }

    [Fact]
    public void A_big_cluster_lists_the_best_and_some_that_refused_and_counts_the_rest()
    {
        var cluster = Cluster(Enumerable.Range(0, 300).Select(i =>
            Host($"h{i:000}", labels: ("zone", $"z{i % 3}")).With(Other, i < 10 ? 0 : 1)));
        var session = new SchedulingSession(cluster);

        var verdicts = session.ExplainAll(Request(Constrained("host.labels.zone != z0")));

        Assert.Equal("200 of 300 hosts fit; h001 comes first by id among equals (200 of the 300 hosts are not listed)", verdicts.Summary);
        Assert.Equal((100, 200), (verdicts.Hosts.Length, verdicts.LeftOut));
        Assert.Equal(["h001", "h002", "h004", "h005", "h007", "h008", "h010"], verdicts.Hosts.Take(7).Select(h => h.HostName));
        Assert.All(verdicts.Hosts.Take(50), h => Assert.Null(h.RefusedBy));
        Assert.All(verdicts.Hosts.Skip(50), h => Assert.Equal("constraints", h.RefusedBy));
        Assert.Equal([new RefusalGroup("constraints", 100, "have zone=z0, wanted any but z0")], verdicts.Refusals);
    }

    [Fact]
    public void A_pinned_request_lists_its_host_first()
    {
        var pinned = Request(Spec(memory: 2048 * M)) with { Pin = new Pin(Id("b"), "its volume data is there") };

        var verdicts = new SchedulingSession(Cluster(Host("a"), Host("b"))).ExplainAll(pinned);

        Assert.Equal("0 of 2 hosts fit: 1 lacks memory (2G needed, 1G free on b), 1 is not the one that will do (its volume data is there)", verdicts.Summary);
        Assert.Equal([("b", "memory"), ("a", "pin")], verdicts.Hosts.Select(h => (h.HostName, h.RefusedBy!)));
    }

    [Fact]
    public void Many_other_values_are_not_named_one_by_one()
    {
        var cluster = Cluster(Enumerable.Range(0, 5).Select(i => Host($"h{i}")));
        Assert.Equal("0 of 5 hosts fit: 5 have another name, wanted x", new SchedulingSession(cluster).ExplainAll(Request(Constrained("host.name == x"))).Summary);
        Assert.Equal("0 of 2 hosts fit: 1 has name=h0, wanted x, 1 has name=h1, wanted x",
            new SchedulingSession(Cluster(cluster.Hosts.Take(2))).ExplainAll(Request(Constrained("host.name == x"))).Summary);
    }

    [Fact]
    public void A_constraint_that_cannot_be_read_refuses_and_says_so()
    {
        var verdicts = new SchedulingSession(Cluster(Host("a"))).ExplainAll(Request(Constrained("zone ~ a")));
        Assert.StartsWith("0 of 1 host fits: 1 cannot be judged: the constraint zone ~ a must begin with", verdicts.Summary, StringComparison.Ordinal);
    }
}
