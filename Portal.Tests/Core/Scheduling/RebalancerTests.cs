using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling;

namespace Portal.Tests.Core.Scheduling;

/// <summary>Rebalancing comes to an end, each of its steps spreads better, it moves nothing that is bound, and never more than it must.</summary>
public sealed class RebalancerTests
{
    private static HostId Id(int n) => new(Guid.Parse($"00000000-0000-0000-0000-{n:D12}"));

    private static HostSnapshot Host(int n, string? zone = null) => new()
    {
        Id = Id(n),
        Name = $"h{n}",
        Capacity = new Resources(16, 64L << 30),
        Labels = zone is null ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty.Add("zone", zone),
    };

    private static AppId App(int n) => new(Guid.Parse($"00000000-0000-0000-0001-{n:D12}"));

    private static IEnumerable<RebalanceInstance> Instances(int app, AppSpec spec, params int[] hosts) =>
        hosts.Select((host, i) => new RebalanceInstance(InstanceId.Of(App(app), i + 1, 1), App(app), i + 1, Id(host), spec, IsMovable: true));

    private static AppSpec Spec(Func<AppSpec, AppSpec>? change = null)
    {
        var spec = new AppSpec { Image = "web" };
        return change is null ? spec : change(spec);
    }

    private static ClusterSnapshot Cluster(params HostSnapshot[] hosts) => new([.. hosts]);

    [Fact]
    public void A_host_that_joined_gets_its_share_and_it_is_said_why()
    {
        var instances = Enumerable.Range(1, 14).SelectMany(a => Instances(a, Spec(), 1, 2, 3)).ToList();
        var moves = Rebalancer.Plan(Cluster(Host(1), Host(2), Host(3), Host(4)), instances);
        Assert.Equal(10, moves.Length);
        Assert.All(moves, m => Assert.Equal(Id(4), m.To));
        Assert.Equal("h1 had 14 instances, h4 0", moves[0].Why);
    }

    [Fact]
    public void An_app_is_spread_first_and_its_words_say_so()
    {
        var move = Assert.Single(Rebalancer.Plan(Cluster(Host(1), Host(2)), [.. Instances(1, Spec(), 1, 1, 1, 2)]));
        Assert.Equal((3, Id(2), "h1 had 3 of its instances, h2 1"), (move.Instance.Slot, move.To, move.Why));
    }

    [Fact]
    public void What_is_spread_already_what_is_packed_and_what_may_not_go_elsewhere_stays()
    {
        var cluster = Cluster(Host(1, "a"), Host(2, "b"));
        Assert.Empty(Rebalancer.Plan(cluster, [.. Instances(1, Spec(), 1, 2, 1)]));
        Assert.Empty(Rebalancer.Plan(cluster, [.. Instances(1, Spec(s => s with { Placement = s.Placement with { Strategy = PlacementStrategy.Binpack } }), 1, 1, 1)]));
        Assert.Empty(Rebalancer.Plan(cluster, [.. Instances(1, Spec(s => s with { Placement = s.Placement with { Constraints = ["host.labels.zone == a"] } }), 1, 1, 1)]));
        Assert.Empty(Rebalancer.Plan(cluster, [.. Instances(1, Spec(), 1, 1, 1).Select(i => i with { IsMovable = false })]));
    }

    [Fact]
    public void Zones_are_spread_before_hosts()
    {
        var spec = Spec(s => s with { Placement = s.Placement with { SpreadBy = ["host.labels.zone"] } });
        var moves = Rebalancer.Plan(Cluster(Host(1, "a"), Host(2, "a"), Host(3, "b")), [.. Instances(1, spec, 1, 1, 2, 2)]);
        Assert.Equal(2, moves.Length);
        Assert.All(moves, m => Assert.Equal(Id(3), m.To));
    }

    [Fact]
    public void Every_step_spreads_better_so_it_ends_and_what_is_bound_never_moves()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var (cluster, instances) = Random(seed);
            var session = Rebalancer.SessionOf(cluster, instances);
            var before = Disorder(session.ToSnapshot(), instances);
            var steps = 0;
            foreach (var _ in Rebalancer.Steps(session, Rebalancer.ClassesOf(instances)))
            {
                var after = Disorder(session.ToSnapshot(), instances);
                Assert.True(Compare(after, before) < 0, $"seed {seed}, step {steps}: {string.Join(' ', before)} -> {string.Join(' ', after)}");
                before = after;
                Assert.True(++steps < 2000, $"seed {seed} does not end");
            }
            var moves = Rebalancer.Plan(cluster, instances);
            Assert.All(moves, m => Assert.True(m.Instance.IsMovable && m.Instance.Host != m.To && m.Instance.Spec.Placement.Strategy == PlacementStrategy.Spread, $"seed {seed}: {m}"));
            Assert.Equal(moves.Length, moves.Select(m => m.Instance.Id).Distinct().Count());
        }
    }

    [Fact]
    public void Afterwards_nothing_is_left_to_do_and_no_fewer_moves_would_have_done_it()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var (cluster, instances) = Random(seed);
            var moves = Rebalancer.Plan(cluster, instances);
            var to = moves.ToDictionary(m => m.Instance.Id, m => m.To);
            var moved = instances.Select(i => to.TryGetValue(i.Id, out var host) ? i with { Host = host } : i).ToList();
            Assert.Empty(Rebalancer.Plan(cluster, moved));
            // Of alike instances a host must lose what it has more before than after, and no instance can be lost twice.
            var least = instances.GroupBy(i => (i.App, i.Host)).Sum(g => Math.Max(0, g.Count() - moved.Count(m => m.App == g.Key.App && m.Host == g.Key.Host)));
            Assert.Equal(least, moves.Length);
            var room = Rebalancer.SessionOf(cluster, moved).ToSnapshot();
            Assert.All(room.Hosts, h => Assert.True(h.Reserved.MemoryBytes <= h.Capacity.MemoryBytes, $"seed {seed}: {h.Name} is overfull"));
        }
    }

    [Fact]
    public void For_one_app_no_other_way_needs_fewer_moves()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var chance = new Random(seed);
            var (hosts, count) = (chance.Next(2, 5), chance.Next(1, 12));
            var instances = Instances(1, Spec(), [.. Enumerable.Range(0, count).Select(_ => chance.Next(1, hosts + 1))]).ToList();
            var per = Enumerable.Range(1, hosts).Select(h => instances.Count(i => i.Host == Id(h))).OrderDescending().ToList();
            // An even spread has so many hosts with one more; the fullest keep it.
            var least = per.Select((n, i) => Math.Max(0, n - (count / hosts + (i < count % hosts ? 1 : 0)))).Sum();
            Assert.Equal(least, Rebalancer.Plan(Cluster([.. Enumerable.Range(1, hosts).Select(h => Host(h))]), instances).Length);
        }
    }

    private static (ClusterSnapshot, List<RebalanceInstance>) Random(int seed)
    {
        var chance = new Random(seed);
        var hosts = Enumerable.Range(1, chance.Next(2, 6)).Select(n => Host(n, $"z{chance.Next(3)}") with
        {
            Availability = chance.Next(6) == 0 ? Availability.Cordoned : Availability.Active,
            Capacity = new Resources(16, chance.Next(8, 24) * (64L << 20)),
        }).ToArray();
        var room = hosts.ToDictionary(h => h.Id, h => h.Capacity.MemoryBytes);
        var instances = new List<RebalanceInstance>();
        for (var app = 1; app <= chance.Next(1, 6); app++)
        {
            var memory = chance.Next(0, 3) * (64L << 20);
            var spec = Spec(s => s with
            {
                Resources = new ResourcesSpec { Reservations = new Resources(0, memory) },
                Placement = s.Placement with
                {
                    Strategy = chance.Next(5) == 0 ? PlacementStrategy.Binpack : PlacementStrategy.Spread,
                    SpreadBy = chance.Next(3) == 0 ? ["host.labels.zone"] : [],
                    Constraints = chance.Next(4) == 0 ? ["host.labels.zone != z1"] : [],
                },
            });
            for (var slot = 1; slot <= chance.Next(1, 7); slot++)
            {
                var host = hosts[chance.Next(hosts.Length)].Id;
                if (room[host] >= memory)
                {
                    room[host] -= memory;
                    instances.Add(new RebalanceInstance(InstanceId.Of(App(app), slot, 1), App(app), slot, host, spec, chance.Next(5) > 0));
                }
            }
        }
        return (Cluster(hosts), instances);
    }

    /// <summary>The sums of squares that fall: of an app's instances by zone where it spreads by zones, by host, and of all by host.</summary>
    private static long[] Disorder(ClusterSnapshot cluster, List<RebalanceInstance> instances)
    {
        long Square(long n) => n * n;
        var apps = instances.DistinctBy(i => i.App).Select(i => (i.App, i.Spec)).ToList();
        return
        [
            apps.Where(a => !a.Spec.Placement.SpreadBy.IsEmpty).Sum(a => cluster.Hosts.GroupBy(h => h.Labels["zone"]).Sum(z => Square(z.Sum(h => h.Apps.GetValueOrDefault(a.App))))),
            apps.Sum(a => cluster.Hosts.Sum(h => Square(h.Apps.GetValueOrDefault(a.App)))),
            cluster.Hosts.Sum(h => Square(h.Instances)),
        ];
    }

    private static int Compare(long[] a, long[] b) => a.Zip(b, (x, y) => x.CompareTo(y)).FirstOrDefault(c => c != 0);
}
