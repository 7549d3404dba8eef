namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts that have too little memory left to set aside.</summary>
internal sealed class MemoryFilter : IFilter
{
    public string Name => "memory";

    public bool Concerns(PlacementClass wanted) => wanted.MemoryBytes > 0;

    public bool Fits(HostState host, PlacementClass wanted) => wanted.MemoryBytes <= 0 || wanted.MemoryBytes <= host.FreeMemoryBytes;

    public string? Refuse(HostState host, PlacementClass wanted) => Fits(host, wanted) ? null
        : $"lacks memory ({Amounts.MemoryText(wanted.MemoryBytes)} needed, {Amounts.MemoryText(host.FreeMemoryBytes)} free)";

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted)
    {
        var freest = refused.MaxBy(h => h.FreeMemoryBytes)!;
        return [new RefusalGroup(Name, refused.Count, $"{(refused.Count == 1 ? "lacks" : "lack")} memory "
            + $"({Amounts.MemoryText(wanted.MemoryBytes)} needed, {Amounts.MemoryText(freest.FreeMemoryBytes)} free on {freest.Name})")];
    }
}
