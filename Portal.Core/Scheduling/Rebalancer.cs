using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>An instance as rebalancing sees it: the one of its slot that stays.</summary>
/// <param name="Id">Its id.</param>
/// <param name="App">Its app.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Host">Its host.</param>
/// <param name="Spec">The spec of its revision; instances that share the object share their class.</param>
/// <param name="IsMovable">Whether it may be moved at all: not where it is bound to its host, packed on purpose, or not ready.</param>
public sealed record RebalanceInstance(InstanceId Id, AppId App, int Slot, HostId Host, AppSpec Spec, bool IsMovable);

/// <summary>One move of a rebalance.</summary>
/// <param name="Instance">What moves.</param>
/// <param name="To">Where to.</param>
/// <param name="Why">As <c>h1 had 14 instances, h2 2</c>.</param>
public sealed record RebalanceMove(RebalanceInstance Instance, HostId To, string Why);

/// <summary>
/// Finds the moves after which no single further move spreads instances better, by the scheduler's own filters and scorers. Pure.
/// </summary>
/// <remarks>
/// Each step makes the moved instance better off in the first rank that changes. So the sum over the squares of what the groups of <c>spreadBy</c> labels,
/// then of what hosts have of each app, then of what hosts have in all, falls with each step in this order, and the steps come to an end. Apps that are packed
/// are left alone: they would pull against it. What several steps did to instances that are alike is then done by the fewest moves.
/// </remarks>
public static class Rebalancer
{
    /// <summary>The moves.</summary>
    /// <param name="cluster">The hosts; their counts do not matter.</param>
    /// <param name="instances">Every instance that has a host, one a slot.</param>
    public static ImmutableArray<RebalanceMove> Plan(ClusterSnapshot cluster, IReadOnlyCollection<RebalanceInstance> instances)
    {
        var session = SessionOf(cluster, instances);
        var before = session.ToSnapshot();
        var classes = ClassesOf(instances);
        foreach (var _ in Steps(session, classes))
        {
            // Until none is left.
        }
        return [.. classes.SelectMany(c => c.Moves(before))];
    }

    /// <summary>Takes the steps one by one on the session.</summary>
    internal static IEnumerable<BetterPlace> Steps(SchedulingSession session, IReadOnlyList<RebalanceClass> classes)
    {
        // First what concerns single apps: how full hosts are follows from it.
        foreach (var onlyOwn in (bool[])[true, false])
        {
            bool moved;
            do
            {
                moved = false;
                foreach (var alike in classes)
                {
                    while (session.BestMove(alike.Request, alike.Hosts, onlyOwn) is { } step)
                    {
                        alike.Apply(session, step);
                        moved = true;
                        yield return step;
                    }
                }
            }
            while (moved);
        }
    }

    internal static SchedulingSession SessionOf(ClusterSnapshot cluster, IEnumerable<RebalanceInstance> instances)
    {
        var session = new SchedulingSession(new ClusterSnapshot(
            [.. cluster.Hosts.Select(h => h with { Reserved = default, HostPorts = [], Apps = ImmutableDictionary<AppId, int>.Empty, Instances = 0 })]));
        foreach (var instance in instances)
        {
            session.OccupyInstance(instance.Host, instance.App, instance.Spec);
        }
        return session;
    }

    internal static List<RebalanceClass> ClassesOf(IEnumerable<RebalanceInstance> instances) =>
    [
        .. instances.Where(i => i.IsMovable && i.Spec.Placement.Strategy == PlacementStrategy.Spread)
            .GroupBy(i => (i.App, Spec: RuntimeHelpers.GetHashCode(i.Spec))).Select(g => new RebalanceClass([.. g])).OrderBy(c => c.Request.App.Value),
    ];
}

/// <summary>Movable instances that are alike, and where they are on paper.</summary>
internal sealed class RebalanceClass
{
    private readonly ImmutableArray<RebalanceInstance> instances;
    private readonly Dictionary<HostId, int> counts;

    public RebalanceClass(ImmutableArray<RebalanceInstance> instances)
    {
        this.instances = instances;
        counts = instances.GroupBy(i => i.Host).ToDictionary(g => g.Key, g => g.Count());
        var first = instances[0];
        Request = new PlacementRequest { Instance = first.Id, App = first.App, Slot = first.Slot, Spec = first.Spec };
    }

    public PlacementRequest Request { get; }

    public List<HostId> Hosts => [.. counts.Where(c => c.Value > 0).Select(c => c.Key)];

    public void Apply(SchedulingSession session, BetterPlace step)
    {
        session.ReleaseInstance(step.From, Request.App, Request.Spec);
        session.OccupyInstance(step.To, Request.App, Request.Spec);
        counts[step.From]--;
        counts[step.To] = counts.GetValueOrDefault(step.To) + 1;
    }

    /// <summary>The fewest moves from where the instances are to where the counts say.</summary>
    public IEnumerable<RebalanceMove> Moves(ClusterSnapshot before)
    {
        var there = instances.ToLookup(i => i.Host);
        var leaving = there.SelectMany(h => h.OrderByDescending(i => i.Slot).Take(Math.Max(0, h.Count() - counts[h.Key]))).OrderBy(i => i.Host.Value).ThenBy(i => i.Slot).ToList();
        var places = counts.SelectMany(c => Enumerable.Repeat(c.Key, Math.Max(0, c.Value - there[c.Key].Count()))).OrderBy(h => h.Value).ToList();
        var hosts = before.Hosts.ToDictionary(h => h.Id);
        return leaving.Zip(places, (instance, to) => new RebalanceMove(instance, to, Why(hosts[instance.Host], hosts[to])));
    }

    private string Why(HostSnapshot from, HostSnapshot to)
    {
        var (own, there) = (from.Apps.GetValueOrDefault(Request.App), to.Apps.GetValueOrDefault(Request.App));
        return own - there > 1 ? $"{from.Name} had {own} of its instances, {to.Name} {there}"
            : from.Instances - to.Instances > 1 ? $"{from.Name} had {from.Instances} instances, {to.Name} {to.Instances}"
            : $"{to.Name} spreads its instances better than {from.Name}";
    }
}
