using Portal.Core.Domain;
using Portal.Core.Scheduling;

namespace Portal.Tests.Core.Scheduling;

/// <summary>What would make fit what fits nowhere: what is said is tried, and then it fits.</summary>
public sealed class RemedyTests
{
    private static readonly AppId App = new(Guid.Parse("00000000-0000-0000-0000-00000000000a"));

    private static HostSnapshot Host(int n, Func<HostSnapshot, HostSnapshot>? change = null)
    {
        var host = new HostSnapshot { Id = new HostId(Guid.Parse($"00000000-0000-0000-0000-{n:D12}")), Name = $"h{n}", Capacity = new Resources(4, 1L << 30) };
        return change is null ? host : change(host);
    }

    private static Verdicts Ask(AppSpec spec, params HostSnapshot[] hosts) =>
        Assert.Single(Scheduler.Place(new ClusterSnapshot([.. hosts]), [new PlacementRequest { Instance = InstanceId.Of(App, 1, 1), App = App, Slot = 1, Spec = spec }]).Unplaced).Verdicts;

    private static AppSpec Spec(double cpus = 0, long memory = 0, string[]? constraints = null, int? maxPerHost = null, int? port = null) => new()
    {
        Image = "web",
        Resources = new ResourcesSpec { Reservations = new Resources(cpus, memory) },
        Placement = new PlacementSpec { Constraints = [.. constraints ?? []], MaxPerHost = maxPerHost },
        Ports = port is { } p ? [new PortSpec("http", 80, p)] : [],
    };

    private static HostSnapshot InUse(HostSnapshot host) => host with { Reserved = new Resources(1, (1L << 30) - (100L << 20)) };

    [Fact]
    public void The_least_that_is_lacking_is_named_and_where()
    {
        var verdicts = Ask(Spec(memory: 256L << 20), Host(1, InUse), Host(2, InUse), Host(3, h => h with { Reserved = h.Capacity }));
        Assert.Equal(["with 156M more memory free on h1 or h2", "on a further host with 256M memory free"], verdicts.Remedies);
        Assert.EndsWith("; it would fit with 156M more memory free on h1 or h2, or on a further host with 256M memory free", verdicts.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_host_has_at_all_is_asked_of_a_further_one() =>
        Assert.Equal(["on a further host with 4G memory free"], Ask(Spec(memory: 4L << 30), Host(1), Host(2)).Remedies);

    [Fact]
    public void One_refusal_that_could_be_dropped_is_named()
    {
        var zone = Host(1, h => h with { Labels = h.Labels.Add("zone", "b") });
        Assert.Equal("without the constraint host.labels.zone == a, on h1", Ask(Spec(constraints: ["host.labels.zone == a"]), zone).Remedies[0]);
        Assert.Equal("with maxPerHost 3 instead of 2", Ask(Spec(maxPerHost: 2), Host(1, h => h with { Apps = h.Apps.Add(App, 2), Instances = 2 })).Remedies[0]);
        Assert.Equal("if port tcp/8080 were free on h1", Ask(Spec(port: 8080), Host(1, h => h with { HostPorts = ["tcp/8080"] })).Remedies[0]);
        Assert.Equal("if h1 took new instances", Ask(Spec(), Host(1, h => h with { Availability = Availability.Cordoned })).Remedies[0]);
        Assert.Equal("once h1 answers again", Ask(Spec(), Host(1, h => h with { Reachability = Reachability.Unreachable })).Remedies[0]);
    }

    [Fact]
    public void A_host_that_lacks_two_things_is_no_remedy()
    {
        var verdicts = Ask(Spec(memory: 256L << 20, constraints: ["host.labels.zone == a"]), Host(1, InUse));
        Assert.Equal(["on a further host with 256M memory free, host.labels.zone == a"], verdicts.Remedies);
    }

    [Fact]
    public void What_is_bound_to_a_host_needs_only_that_host()
    {
        var request = new PlacementRequest { Instance = InstanceId.Of(App, 1, 1), App = App, Slot = 1, Spec = Spec(memory: 256L << 20), Pin = new Pin(Host(1).Id, "its data is there") };
        var unplaced = Assert.Single(Scheduler.Place(new ClusterSnapshot([InUse(Host(1)), Host(2)]), [request]).Unplaced);
        Assert.Equal(["with 156M more memory free on h1"], unplaced.Verdicts.Remedies);
    }

    [Fact]
    public void Whatever_lacks_capacity_alone_fits_once_the_remedy_is_followed()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var chance = new Random(seed);
            var spec = Spec(chance.Next(1, 40) / 10.0, chance.Next(1, 1024) * (1L << 20));
            var hosts = Enumerable.Range(1, chance.Next(1, 6)).Select(n => Host(n, h => h with { Reserved = new Resources(chance.Next(0, 41) / 10.0, chance.Next(0, 1025) * (1L << 20)) })).ToArray();
            var result = Scheduler.Place(new ClusterSnapshot([.. hosts]), [new PlacementRequest { Instance = InstanceId.Of(App, 1, 1), App = App, Slot = 1, Spec = spec }]);
            if (result.Unplaced is not [{ } unplaced])
            {
                continue;
            }
            var words = unplaced.Verdicts.Remedies[0];
            var name = words[(words.LastIndexOf(" on ", StringComparison.Ordinal) + 4)..].Split(" or ")[0];
            var host = Assert.Single(hosts, h => h.Name == name);
            var cpus = words.Contains("CPU", StringComparison.Ordinal) ? double.Parse(words.Split(' ')[1]) : 0;
            var need = spec.Resources.Reservations;
            Assert.True(host.Capacity.Cpus - host.Reserved.Cpus + cpus + 1e-9 >= need.Cpus, $"seed {seed}: {words}");
            Assert.Equal(host.Capacity.MemoryBytes - host.Reserved.MemoryBytes < need.MemoryBytes, words.Contains("memory", StringComparison.Ordinal));
        }
    }
}
