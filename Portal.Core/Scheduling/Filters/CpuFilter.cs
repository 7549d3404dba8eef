namespace Portal.Core.Scheduling.Filters;

/// <summary>Refuses hosts that have too little CPU left to set aside.</summary>
internal sealed class CpuFilter : IFilter
{
    public string Name => "cpu";

    public bool Concerns(PlacementClass wanted) => wanted.NanoCpus > 0;

    public bool Fits(HostState host, PlacementClass wanted) => wanted.NanoCpus <= 0 || wanted.NanoCpus <= host.FreeNanoCpus;

    public string? Refuse(HostState host, PlacementClass wanted) => Fits(host, wanted) ? null
        : $"lacks CPU ({Amounts.CpuText(wanted.NanoCpus)} needed, {Amounts.CpuText(host.FreeNanoCpus)} free)";

    public IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted)
    {
        var freest = refused.MaxBy(h => h.FreeNanoCpus)!;
        return [new RefusalGroup(Name, refused.Count, $"{(refused.Count == 1 ? "lacks" : "lack")} CPU "
            + $"({Amounts.CpuText(wanted.NanoCpus)} needed, {Amounts.CpuText(freest.FreeNanoCpus)} free on {freest.Name})")];
    }
}
