namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts that do not meet the spec's constraints.</summary>
internal sealed class ConstraintFilter : IFilter
{
    private const int NamedValues = 3;

    public string Name => "constraints";

    public bool Concerns(PlacementClass wanted) => !wanted.Conditions.IsEmpty;

    public bool Fits(HostState host, PlacementClass wanted)
    {
        foreach (var condition in wanted.Conditions)
        {
            if (!condition.Holds(host)) return false;
        }
        return true;
    }

    public string? Refuse(HostState host, PlacementClass wanted) =>
        FirstBroken(host, wanted) is { } broken ? $"has {Found(host, broken)}, wanted {broken.Wanted}" : null;

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted) =>
        refused.GroupBy(h => FirstBroken(h, wanted)!).SelectMany(g => GroupOne(g.Key, [.. g]));

    // Few values are named one by one; of many only that they are others.
    private IEnumerable<RefusalGroup> GroupOne(HostCondition broken, List<HostState> hosts)
    {
        var found = hosts.GroupBy(h => Found(h, broken), StringComparer.Ordinal).ToList();
        if (found.Count <= NamedValues)
            return found.Select(f => Phrase(f.Count(), f.Key, broken));
        return [Phrase(hosts.Count, $"another {HostAttribute.ShortName(broken.Path)}", broken)];
    }

    private RefusalGroup Phrase(int count, string found, HostCondition broken) =>
        new(Name, count, $"{(count == 1 ? "has" : "have")} {found}, wanted {broken.Wanted}");

    private static HostCondition? FirstBroken(HostState host, PlacementClass wanted) => wanted.Conditions.FirstOrDefault(c => !c.Holds(host));

    private static string Found(HostState host, HostCondition broken)
    {
        var name = HostAttribute.ShortName(broken.Path);
        return HostAttribute.Of(host.Facts, broken.Path) is { } value ? $"{name}={value}" : $"no {name}";
    }
}
