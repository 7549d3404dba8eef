using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling;
using static Portal.Tests.Core.Scheduling.Given;

namespace Portal.Tests.Core.Scheduling;

/// <summary>Hosts, specs and requests of a seed; small enough that everything collides.</summary>
internal sealed class RandomCluster
{
    private readonly Random _random;
    private readonly AppSpec[] _specs;

    public RandomCluster(int seed)
    {
        _random = new Random(seed);
        Cluster = new ClusterSnapshot([.. Enumerable.Range(0, _random.Next(1, 10)).Select(i => Host(i))]);
        _specs = [.. Apps.Select((_, i) => Spec(i))];
    }

    public static AppId[] Apps { get; } = [Shop, Other, new(new Guid("00000000-0000-0000-0000-00000000cccc"))];

    public ClusterSnapshot Cluster { get; }

    public HostId AnyHost => Cluster.Hosts[_random.Next(Cluster.Hosts.Length)].Id;

    public int Next(int limit) => _random.Next(limit);

    public (AppId App, AppSpec Spec) AnyApp => _random.Next(Apps.Length) is var i ? (Apps[i], _specs[i]) : default;

    public ClusterSnapshot Shuffled() => new([.. Cluster.Hosts.OrderBy(_ => _random.Next())]);

    /// <summary>In no order of slots.</summary>
    public List<PlacementRequest> Requests(int count) => [.. Enumerable.Range(1, count).OrderBy(_ => _random.Next()).Select(Request)];

    private PlacementRequest Request(int slot)
    {
        var (app, spec) = AnyApp;
        var request = Given.Request(spec, slot, app);
        return _random.Next(10) switch
        {
            0 => request with { Pin = new Pin(AnyHost, "its volume data is there") },
            1 => request with { Avoid = ImmutableDictionary<HostId, string>.Empty.Add(AnyHost, "it crashed there") },
            2 => request with { Replaces = AnyHost, Freed = spec.Resources.Reservations },
            3 => request with { Predecessor = AnyHost },
            4 when AnyHost is var host => request with { Pin = new Pin(host, "its volume data is there"), Replaces = host, Freed = spec.Resources.Reservations },
            _ => request,
        };
    }

    private HostSnapshot Host(int i) => Given.Host($"h{i}", cpus: _random.Next(1, 4), memory: _random.Next(1, 8) * 128 * M) with
    {
        Availability = _random.Next(10) == 0 ? Availability.Cordoned : Availability.Active,
        Reachability = _random.Next(10) == 0 ? Reachability.Suspect : Reachability.Reachable,
        Labels = _random.Next(6) == 0 ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty
            .Add("zone", $"z{_random.Next(3)}").Add("rack", $"r{_random.Next(2)}"),
        Images = _random.Next(2) == 0 ? [] : ["web:1"],
    };

    private AppSpec Spec(int i) => Given.Spec(
        cpus: _random.Next(3) * 0.1,
        memory: _random.Next(3) * 64 * M,
        placement: new PlacementSpec
        {
            Strategy = _random.Next(3) == 0 ? PlacementStrategy.Binpack : PlacementStrategy.Spread,
            Constraints = _random.Next(4) == 0 ? ["host.labels.zone != z0"] : [],
            SpreadBy = _random.Next(4) switch { 0 => ["host.labels.zone"], 1 => ["host.labels.zone", "host.labels.rack"], _ => [] },
            MaxPerHost = _random.Next(3) == 0 ? _random.Next(1, 4) : null,
        },
        ports: _random.Next(4) == 0 ? [new PortSpec("http", 80, HostPort: 8000 + i % 2)] : []);
}
