using Portal.Core.Domain;

namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts that take no new instances, by wish or because they do not answer.</summary>
internal sealed class StateFilter : IFilter
{
    public string Name => "state";

    public bool Concerns(PlacementClass wanted) => true;

    public bool Fits(HostState host, PlacementClass wanted) =>
        host.Facts is { Availability: Availability.Active, Reachability: Reachability.Reachable };

    public string? Refuse(HostState host, PlacementClass wanted) => Say(host, one: true);

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted) =>
        refused.GroupBy(h => Say(h, one: true)!).Select(g => new RefusalGroup(Name, g.Count(), Say(g.First(), g.Count() == 1)!));

    /// <summary>Whether it is users who want no new instances there.</summary>
    public static bool IsByWish(HostState host) => host.Facts.Availability != Availability.Active;

    // A wish is told before a trouble: ending the trouble would not help.
    private static string? Say(HostState host, bool one) => host.Facts switch
    {
        { Availability: Availability.Cordoned } => one ? "is cordoned" : "are cordoned",
        { Availability: Availability.Draining } => one ? "is draining" : "are draining",
        { Reachability: Reachability.Unreachable } => one ? "is unreachable" : "are unreachable",
        { Reachability: Reachability.Suspect } => one ? "does not answer at the moment" : "do not answer at the moment",
        { Reachability: Reachability.Unknown } => one ? "was never reached yet" : "were never reached yet",
        _ => null,
    };
}
