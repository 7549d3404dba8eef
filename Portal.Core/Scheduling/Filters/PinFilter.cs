namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses every host but the one that the instance is pinned to.</summary>
internal sealed class PinFilter : IFilter
{
    public string Name => "pin";

    public bool Concerns(PlacementClass wanted) => wanted.Pin is not null;

    public bool Fits(HostState host, PlacementClass wanted) => wanted.Pin is null || wanted.Pin.Host == host.Id;

    public string? Refuse(HostState host, PlacementClass wanted) =>
        Fits(host, wanted) ? null : $"is not the one host that will do ({wanted.Pin!.Why})";

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted) => [Group(refused.Count, wanted)];

    /// <summary>The group without a list of the hosts, which are all but one.</summary>
    public RefusalGroup Group(int refused, PlacementClass wanted) =>
        new(Name, refused, $"{(refused == 1 ? "is" : "are")} not the one that will do ({wanted.Pin!.Why})");
}
