using System.Collections.Immutable;

namespace Portal.Core.Scheduling.Filters;

/// <summary>All filters. The first that refuses a host names the reason, so what a person can change least comes first.</summary>
internal static class FilterTable
{
    public static ImmutableArray<IFilter> All { get; } =
    [
        new PinFilter(),          // the one host that holds its data, or that a global app's instance is meant for
        new StateFilter(),        // cordoned, draining, not answering
        new AvoidFilter(),        // crashed there too often, engine trouble
        new ConstraintFilter(),   // what the spec asks of hosts
        new MaxPerHostFilter(),   // enough of the app already
        new HostPortFilter(),     // a fixed port is taken
        new CpuFilter(),          // reservations
        new MemoryFilter(),
    ];

    /// <summary>Those that can refuse a request of the class, in order.</summary>
    public static ImmutableArray<IFilter> For(PlacementClass wanted) => [.. All.Where(f => f.Concerns(wanted))];
}
