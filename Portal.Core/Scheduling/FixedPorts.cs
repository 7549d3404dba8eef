using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>The host ports that an instance claims for itself alone.</summary>
public static class FixedPorts
{
    /// <summary>Of a spec, as <c>tcp/80</c>: its fixed host ports, and on the host's own network every port.</summary>
    public static ImmutableArray<string> Of(AppSpec spec) => Of(Bound(spec));

    /// <summary>Of ports, as <c>tcp/80</c>; those that the engine chooses claim nothing.</summary>
    public static ImmutableArray<string> Of(IEnumerable<PortSpec> ports) =>
        [.. ports.Where(p => p.HostPort is not null).Select(p => Key(p.Protocol, p.HostPort!.Value)).Distinct()];

    /// <summary>A port's name, as <c>tcp/80</c>.</summary>
    public static string Key(string protocol, int port) => $"{protocol}/{port}";

    /// <summary>A spec's ports as they are bound: on the host's own network a port is the same outside as inside.</summary>
    internal static IEnumerable<PortSpec> Bound(AppSpec spec) =>
        spec.Network == "host" ? spec.Ports.Select(p => p with { HostPort = p.ContainerPort }) : spec.Ports;
}
