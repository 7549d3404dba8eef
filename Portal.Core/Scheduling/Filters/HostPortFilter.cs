namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts where a fixed port of the app is taken.</summary>
internal sealed class HostPortFilter : IFilter
{
    public string Name => "hostPorts";

    public bool Concerns(PlacementClass wanted) => !wanted.Ports.IsEmpty;

    public bool Fits(HostState host, PlacementClass wanted) => FirstTaken(host, wanted) is null;

    public string? Refuse(HostState host, PlacementClass wanted) =>
        FirstTaken(host, wanted) is { } port ? $"has port {port} taken" : null;

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted) =>
        refused.GroupBy(h => FirstTaken(h, wanted)!, StringComparer.Ordinal)
            .Select(g => new RefusalGroup(Name, g.Count(), $"{(g.Count() == 1 ? "has" : "have")} port {g.Key} taken"));

    private static string? FirstTaken(HostState host, PlacementClass wanted)
    {
        foreach (var port in wanted.Ports)
        {
            if (host.IsTaken(port)) return port;
        }
        return null;
    }
}
