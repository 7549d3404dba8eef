using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Published ports.</summary>
internal static class PortsPart
{
    public const int MaxPort = 65535;

    public static ImmutableArray<PortSpec> Read(BodyReader body, string network)
    {
        var ports = ImmutableArray.CreateBuilder<PortSpec>();
        var names = new Uniqueness();
        var containerPorts = new Uniqueness();
        var hostPorts = new Uniqueness();
        foreach (var port in body.Objects("ports"))
        {
            var name = port.Text("name", NameRules.CheckDnsLabel, required: true);
            var containerPort = port.Require("containerPort") ? port.Whole("containerPort", 1, MaxPort) : null;
            var hostPort = port.Whole("hostPort", 1, MaxPort);
            var protocol = port.Choice("protocol", "tcp", "udp");
            var isPublic = port.Boolean("public") ?? false;
            names.Check(port, "name", name);
            if (protocol is not null || !port.Has("protocol"))
            {
                protocol ??= "tcp";
                containerPorts.Check(port, "containerPort", containerPort is null ? null : $"{containerPort}/{protocol}");
                hostPorts.Check(port, "hostPort", hostPort is null ? null : $"{hostPort}/{protocol}");
            }
            if (network == "host" && hostPort is not null && containerPort is not null && hostPort != containerPort)
            {
                port.Fault("hostPort", "must be left out or be the containerPort: on the network host the container listens on the host itself");
            }
            ports.Add(new PortSpec(name ?? "", containerPort ?? 0, hostPort, protocol ?? "tcp", isPublic));
        }
        return ports.ToImmutable();
    }

    /// <summary>Whether every port could be read with its name, so that a name not among them is wrong.</summary>
    public static bool AreComplete(BodyReader body, ImmutableArray<PortSpec> ports) =>
        (body.Take("ports") is not { } node || (node.Kind == NodeKind.List && node.Items.Count == ports.Length)) && ports.All(p => p.Name.Length > 0);
}

/// <summary>Tells which entries of a list repeat what an earlier one has.</summary>
internal sealed class Uniqueness
{
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);

    /// <summary>Tells a fault where the value was seen before; null is not compared.</summary>
    public void Check(BodyReader item, string field, string? value)
    {
        if (value is not null && !_seen.TryAdd(value, item.Path))
        {
            item.Fault(field, $"repeats that of {_seen[value]}: {value}");
        }
    }
}
