using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling;

namespace Portal.Tests.Core.Scheduling;

/// <summary>Short words for hosts, specs and requests in tables.</summary>
internal static class Given
{
    public const long M = 1L << 20;
    public static readonly AppId Shop = new(new Guid("00000000-0000-0000-0000-00000000aaaa"));
    public static readonly AppId Other = new(new Guid("00000000-0000-0000-0000-00000000bbbb"));

    /// <summary>Ids of one letter sort as the letters.</summary>
    public static HostId Id(string name) => new(new Guid(0, 0, 0, [.. name.PadRight(8).Take(8).Select(c => (byte)c)]));

    public static HostSnapshot Host(string name, double cpus = 4, long memory = 1024 * M, params (string Key, string Value)[] labels) => new()
    {
        Id = Id(name),
        Name = name,
        Capacity = new Resources(cpus, memory),
        Labels = labels.ToImmutableDictionary(l => l.Key, l => l.Value),
    };

    public static HostSnapshot With(this HostSnapshot host, AppId app, int count) =>
        host with { Apps = host.Apps.SetItem(app, count), Instances = host.Instances + count };

    public static HostSnapshot Reserving(this HostSnapshot host, double cpus, long memory) => host with { Reserved = new Resources(cpus, memory) };

    public static ClusterSnapshot Cluster(params IEnumerable<HostSnapshot> hosts) => new([.. hosts]);

    public static AppSpec Spec(double cpus = 0, long memory = 0, PlacementSpec? placement = null, params IEnumerable<PortSpec> ports) => new()
    {
        Image = "web:1",
        Ports = [.. ports],
        Resources = new ResourcesSpec { Reservations = new Resources(cpus, memory) },
        Placement = placement ?? new PlacementSpec(),
    };

    public static AppSpec Constrained(params ImmutableArray<string> constraints) => Spec(placement: new PlacementSpec { Constraints = constraints });

    public static PlacementRequest Request(AppSpec spec, int slot = 1, AppId? app = null) => new()
    {
        Instance = InstanceId.Of(app ?? Shop, slot, 1),
        App = app ?? Shop,
        Slot = slot,
        Spec = spec,
    };

    public static PlacementRequest[] Requests(AppSpec spec, int count, AppId? app = null) =>
        [.. Enumerable.Range(1, count).Select(slot => Request(spec, slot, app))];

    /// <summary>How many went to each host.</summary>
    public static Dictionary<string, int> PerHost(this PlacementResult result, ClusterSnapshot cluster) =>
        cluster.Hosts.ToDictionary(h => h.Name, h => result.Placed.Count(p => p.Host == h.Id));
}
