namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts that have as many of the app as its spec allows on one.</summary>
internal sealed class MaxPerHostFilter : IFilter
{
    public string Name => "maxPerHost";

    public bool Concerns(PlacementClass wanted) => wanted.Spec.Placement.MaxPerHost is not null;

    public bool Fits(HostState host, PlacementClass wanted) =>
        wanted.Spec.Placement.MaxPerHost is not { } most || Count(host, wanted) < most;

    public string? Refuse(HostState host, PlacementClass wanted) =>
        Fits(host, wanted) ? null : $"has {Count(host, wanted)} of the app, at most {wanted.Spec.Placement.MaxPerHost} allowed";

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted) =>
        [new RefusalGroup(Name, refused.Count, $"{(refused.Count == 1 ? "has" : "have")} enough of the app (at most {wanted.Spec.Placement.MaxPerHost} on a host)")];

    // One that leaves only when its successor is ready stands beside it until then.
    private static int Count(HostState host, PlacementClass wanted) => host.CountOf(wanted.App) + host.Leaving;
}
