using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling.Scorers;

/// <summary>How each scorer judges a host beside a better one.</summary>
public sealed class ScorerTests
{
    private static readonly PlacementSpec Binpack = new() { Strategy = PlacementStrategy.Binpack };

    private static void Expect(string scorer, double score, HostSnapshot better, HostSnapshot worse, AppSpec spec)
    {
        var verdicts = new SchedulingSession(Cluster(worse, better)).ExplainAll(Request(spec));
        Assert.Equal([better.Name, worse.Name], verdicts.Hosts.Select(h => h.HostName));
        Assert.Equal(1, verdicts.Hosts[0].Scores.Single(s => s.Scorer == scorer).Score);
        Assert.Equal(score, verdicts.Hosts[1].Scores.Single(s => s.Scorer == scorer).Score, 6);
    }

    [Theory]
    [InlineData(0, 1, 0.5)]
    [InlineData(2, 3, 0.5)]
    [InlineData(1, 4, 0.25)]
    public void AppInstances(int better, int worse, double score) =>
        Expect("appInstances", score, Host("z").With(Shop, better).With(Other, 9), Host("a").With(Shop, worse), Spec());

    [Theory]
    [InlineData(0, 1, 0.5)]
    [InlineData(3, 7, 0.2)]
    public void HostInstances(int better, int worse, double score) =>
        Expect("hostInstances", score, Host("z").With(Other, better), Host("a").With(Other, worse) with { Images = ["web:1"] }, Spec());

    [Fact]
    public void Image() => Expect("image", 0.5, Host("z") with { Images = ["web:1"] }, Host("a") with { Images = ["web:2"] }, Spec());

    // Of 4 CPUs and 1 GB; a quarter of a host halves the score.
    [Theory]
    [InlineData(1, 256, 0, 0, 0.5)]
    [InlineData(3, 0, 1, 0, 0.5)]
    [InlineData(2, 512, 2, 256, 2 / 3.0)]
    public void BinpackPrefersTheFuller(double cpus, long memoryM, double worseCpus, long worseMemoryM, double score) =>
        Expect("binpack", score, Host("z").Reserving(cpus, memoryM * M), Host("a").Reserving(worseCpus, worseMemoryM * M), Spec(placement: Binpack));

    [Fact]
    public void MostInstances() => Expect("mostInstances", 1 / 3.0, Host("z").With(Other, 3), Host("a").With(Other, 1), Spec(placement: Binpack));

    [Fact]
    public void SpreadBy() => Expect("spreadBy host.labels.zone", 1 / 3.0,
        Host("z", labels: ("zone", "z")).With(Shop, 1), Host("a", labels: ("zone", "a")).With(Shop, 3),
        Spec(placement: new PlacementSpec { SpreadBy = ["host.labels.zone"] }));

    [Fact]
    public void A_label_counts_all_hosts_of_its_value_also_those_that_do_not_fit()
    {
        var cluster = Cluster(
            Host("a", labels: ("zone", "a")), Host("b", labels: ("zone", "a")).With(Shop, 2) with { Availability = Availability.Cordoned },
            Host("c", labels: ("zone", "c")).With(Shop, 1));
        var placed = Scheduler.Place(cluster, Requests(Spec(placement: new PlacementSpec { SpreadBy = ["host.labels.zone"] }), 1)).Placed;
        Assert.Equal(Id("c"), placed.Single().Host);
    }
}
