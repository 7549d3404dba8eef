namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts that the request stays away from for now.</summary>
internal sealed class AvoidFilter : IFilter
{
    public string Name => "avoid";

    public bool Concerns(PlacementClass wanted) => !wanted.Avoid.IsEmpty;

    public bool Fits(HostState host, PlacementClass wanted) => !wanted.Avoid.ContainsKey(host.Id);

    public string? Refuse(HostState host, PlacementClass wanted) =>
        wanted.Avoid.TryGetValue(host.Id, out var why) ? $"is avoided for now ({why})" : null;

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted) =>
        refused.GroupBy(h => wanted.Avoid[h.Id], StringComparer.Ordinal)
            .Select(g => new RefusalGroup(Name, g.Count(), $"{(g.Count() == 1 ? "is" : "are")} avoided for now ({g.Key})"));
}
