namespace Portal.Core.Scheduling.Filters;

/// <summary>One reason why a host may not take an instance.</summary>
internal interface IFilter
{
    /// <summary>Its name in verdicts.</summary>
    string Name { get; }

    /// <summary>Whether it can refuse such a request at all.</summary>
    bool Concerns(PlacementClass wanted);

    /// <summary>Whether the host may take the instance as far as this filter goes. Asked often: allocates nothing.</summary>
    bool Fits(HostState host, PlacementClass wanted);

    /// <summary>Why a host that does not fit does not, in words that follow its name; null if it fits.</summary>
    string? Refuse(HostState host, PlacementClass wanted);

    /// <summary>The same for all that it refused, at least one and by id: in words that follow their number.</summary>
    IEnumerable<RefusalGroup> Group(IReadOnlyList<HostState> refused, PlacementClass wanted);
}
