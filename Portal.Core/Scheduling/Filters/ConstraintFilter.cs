using Portal.Core.Domain;

namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts that do not meet the spec's constraints.</summary>
internal sealed class ConstraintFilter : IFilter
{
    private const int NamedValues = 3;

    public string Name => "constraints";

    public bool Concerns(PlacementClass wanted) => !wanted.Constraints.IsEmpty || wanted.UnreadableConstraint is not null;

    public bool Fits(HostState host, PlacementClass wanted) => wanted.UnreadableConstraint is null && FirstBroken(host, wanted) is null;

    public string? Refuse(HostState host, PlacementClass wanted) =>
        wanted.UnreadableConstraint is { } unreadable ? $"cannot be judged: {unreadable}"
        : FirstBroken(host, wanted) is { } broken ? Sentence(host, broken) : null;

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted) =>
        wanted.UnreadableConstraint is { } unreadable ? [new RefusalGroup(Name, refused.Count, $"cannot be judged: {unreadable}")]
        : refused.GroupBy(h => FirstBroken(h, wanted)!).SelectMany(g => GroupOne(g.Key, [.. g]));

    // Few values are named one by one; of many only that they are others.
    private IEnumerable<RefusalGroup> GroupOne(Constraint broken, List<HostState> hosts)
    {
        var sentences = hosts.GroupBy(h => Sentence(h, broken), StringComparer.Ordinal).ToList();
        if (sentences.Count <= NamedValues)
            return sentences.Select(s => new RefusalGroup(Name, s.Count(), s.Count() == 1 ? s.Key : $"have{s.Key["has".Length..]}"));
        return [new RefusalGroup(Name, hosts.Count, $"have another {broken.Subject}, wanted {broken.Wanted}")];
    }

    private static Constraint? FirstBroken(HostState host, PlacementClass wanted)
    {
        foreach (var constraint in wanted.Constraints)
        {
            if (!constraint.Holds(host.Name, host.Facts.Architecture, host.Facts.Os, host.Facts.Labels)) return constraint;
        }
        return null;
    }

    private static string Sentence(HostState host, Constraint broken) =>
        broken.Evaluate(host.Name, host.Facts.Architecture, host.Facts.Os, host.Facts.Labels).Sentence;
}
