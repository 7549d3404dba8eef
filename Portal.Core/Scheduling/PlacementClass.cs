using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>What requests of one kind have in common; hosts are judged once for all of them.</summary>
internal sealed class PlacementClass
{
    public PlacementClass(PlacementRequest request)
    {
        App = request.App;
        Spec = request.Spec;
        Pin = request.Pin;
        Avoid = request.Avoid;
        Ports = [.. HostPorts.FixedOf(Spec).Select(p => p.ToString()).Distinct()];
        var reserved = InstanceParts.ReservationsOf(Spec);
        NanoCpus = Amounts.NanoCpus(reserved.Cpus);
        MemoryBytes = reserved.MemoryBytes;
        (Constraints, UnreadableConstraint) = Read(Spec.Placement.Constraints);
        SpreadBy = [.. Spec.Placement.SpreadBy.Select(text => SpreadPath.TryParse(text, out var path, out _) ? path : null).OfType<SpreadPath>()];
        Filters = Scheduling.Filters.FilterTable.For(this);
        Scorers = Scheduling.Scorers.ScorerTable.For(this);
    }

    public AppId App { get; }
    public AppSpec Spec { get; }
    public Pin? Pin { get; }
    public ImmutableDictionary<HostId, string> Avoid { get; }
    public ImmutableArray<string> Ports { get; }
    public long NanoCpus { get; }
    public long MemoryBytes { get; }
    public ImmutableArray<Constraint> Constraints { get; }
    /// <summary>A constraint that cannot be read, with what is wrong with it; null if there is none. Specs are validated, so only a very old one has it.</summary>
    public string? UnreadableConstraint { get; }
    public ImmutableArray<SpreadPath> SpreadBy { get; }
    /// <summary>The filters that can refuse such a request, in order.</summary>
    public ImmutableArray<Filters.IFilter> Filters { get; }
    /// <summary>The scorers that rank hosts for it, most important first.</summary>
    public ImmutableArray<Scorers.IScorer> Scorers { get; }

    /// <summary>Whether a request is of this class. Specs are compared as objects: a revision's requests share theirs.</summary>
    public bool Holds(PlacementRequest request) =>
        request.App == App && ReferenceEquals(request.Spec, Spec) && request.Pin == Pin && SameHosts(request.Avoid);

    /// <summary>The first filter that refuses the host; null if it fits.</summary>
    public Filters.IFilter? RefusedBy(HostState host)
    {
        foreach (var filter in Filters)
        {
            if (!filter.Fits(host, this)) return filter;
        }
        return null;
    }

    private static (ImmutableArray<Constraint>, string?) Read(ImmutableArray<string> texts)
    {
        var constraints = ImmutableArray.CreateBuilder<Constraint>(texts.Length);
        string? unreadable = null;
        foreach (var text in texts)
        {
            if (Constraint.TryParse(text, out var constraint, out var message)) constraints.Add(constraint);
            else unreadable ??= $"the constraint {text} {message}";
        }
        return (constraints.ToImmutable(), unreadable);
    }

    private bool SameHosts(ImmutableDictionary<HostId, string> avoid) =>
        ReferenceEquals(avoid, Avoid)
        || (avoid.Count == Avoid.Count && avoid.All(a => Avoid.TryGetValue(a.Key, out var why) && why == a.Value));
}
