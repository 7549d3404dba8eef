using Portal.Core.Domain;
using Portal.Core.Scheduling;

namespace Portal.Tests.Core.Scheduling;

/// <summary>The rules of placement once more, by trying every host for every request: what the real one is measured by.</summary>
internal sealed class NaiveScheduler(ClusterSnapshot cluster)
{
    public sealed record Instance(HostId Host, AppId App, AppSpec Spec);

    private readonly List<Instance> _instances = [];

    public IEnumerable<HostSnapshot> Fitting(PlacementRequest request) => cluster.Hosts.Where(h => Fits(h, request));

    public HostId? Place(PlacementRequest request)
    {
        var best = Best(request);
        if (best is { } host) Add(host, request.App, request.Spec);
        return best;
    }

    public void Add(HostId host, AppId app, AppSpec spec) => _instances.Add(new Instance(host, app, spec));

    /// <summary>The request's predecessor on a host; one of the app's there, if there is any.</summary>
    public Instance? PredecessorAt(HostId? host, AppId app) => _instances.FirstOrDefault(i => i.Host == host && i.App == app);

    private HostId? Best(PlacementRequest request)
    {
        var leaving = PredecessorAt(request.Replaces ?? request.Predecessor, request.App);
        var counted = _instances.Where(i => !ReferenceEquals(i, leaving)).ToList();
        var labels = request.Spec.Placement.SpreadBy.Select(p => p["host.labels.".Length..]).ToList();
        var ordered = Fitting(request).Order(Comparer<HostSnapshot>.Create((a, b) =>
        {
            var (left, right) = (Ranks(a, request, labels, counted), Ranks(b, request, labels, counted));
            return left.Zip(right).Select(p => p.First.CompareTo(p.Second)).FirstOrDefault(c => c != 0) is not 0 and var c ? c : a.Id.Value.CompareTo(b.Id.Value);
        }));
        return ordered.Select(h => (HostId?)h.Id).FirstOrDefault();
    }

    private List<double> Ranks(HostSnapshot host, PlacementRequest request, List<string> labels, List<Instance> counted)
    {
        var ranks = new List<double>();
        for (var depth = 1; depth <= labels.Count; depth++)
        {
            var values = labels.Take(depth).ToList();
            var group = cluster.Hosts.Where(h => values.All(l => h.Labels.GetValueOrDefault(l) == host.Labels.GetValueOrDefault(l))).Select(h => h.Id).ToHashSet();
            ranks.Add(counted.Count(i => i.App == request.App && group.Contains(i.Host)));
        }
        var here = counted.Where(i => i.Host == host.Id).ToList();
        if (request.Spec.Placement.Strategy == PlacementStrategy.Spread)
        {
            ranks.Add(here.Count(i => i.App == request.App));
            ranks.Add(here.Count);
        }
        else
        {
            // The reservation of one that leaves only afterwards still fills the host.
            var reserved = request.Replaces is null ? _instances.Where(i => i.Host == host.Id).ToList() : here;
            ranks.Add(-Math.Round(1e6 * (reserved.Sum(i => (decimal)i.Spec.Resources.Reservations.Cpus) is var cpus ? (double)cpus / host.Capacity.Cpus : 0)
                + 1e6 * reserved.Sum(i => i.Spec.Resources.Reservations.MemoryBytes) / host.Capacity.MemoryBytes) / 2);
            ranks.Add(-here.Count);
        }
        ranks.Add(host.Images.Contains(request.Spec.Image) ? 0 : 1);
        return ranks;
    }

    private bool Fits(HostSnapshot host, PlacementRequest request)
    {
        var spec = request.Spec;
        var leaving = request.Replaces == host.Id ? PredecessorAt(host.Id, request.App) : null;
        var here = _instances.Where(i => i.Host == host.Id && !ReferenceEquals(i, leaving)).ToList();
        var ports = here.SelectMany(i => HostPorts.FixedOf(i.Spec)).ToList();
        return (request.Pin is null || request.Pin.Host == host.Id)
            && host.Availability == Availability.Active && host.Reachability == Reachability.Reachable
            && !request.Avoid.ContainsKey(host.Id)
            && spec.Placement.Constraints.All(c => Constraint.TryParse(c, out var constraint, out _)
                && constraint.Evaluate(host.Name, host.Architecture, host.Os, host.Labels).Holds)
            && (spec.Placement.MaxPerHost is not { } most || here.Count(i => i.App == request.App) < most)
            && !HostPorts.FixedOf(spec).Any(ports.Contains)
            && Enough((decimal)spec.Resources.Reservations.Cpus, (decimal)host.Capacity.Cpus - here.Sum(i => (decimal)i.Spec.Resources.Reservations.Cpus))
            && Enough(spec.Resources.Reservations.MemoryBytes, host.Capacity.MemoryBytes - here.Sum(i => i.Spec.Resources.Reservations.MemoryBytes));
    }

    private static bool Enough(decimal needed, decimal free) => needed == 0 || needed <= free;
}
