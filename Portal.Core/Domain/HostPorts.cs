using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>A port of a host that an app always takes.</summary>
/// <param name="Port">1–65535.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public readonly record struct HostPort(int Port, string Protocol)
{
    /// <summary>As <c>tcp/80</c>.</summary>
    public override string ToString() => $"{Protocol}/{Port}";
}

/// <summary>Which ports of a host a spec takes for itself.</summary>
public static class HostPorts
{
    /// <summary>Those with a fixed host port; on the host's own network every port, since the container listens there itself.</summary>
    public static ImmutableArray<HostPort> FixedOf(AppSpec spec)
    {
        var onHost = spec.Network == "host";
        return [.. from port in spec.Ports
                   let number = onHost ? port.ContainerPort : port.HostPort
                   where number is not null
                   select new HostPort(number.Value, port.Protocol)];
    }
}
