using System.Text;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Reads and writes a health policy by itself.</summary>
public static class HealthCodec
{
    /// <summary>Reads a policy in the shape of an AppSpec's <c>health</c>. Whether its port is published is for the caller to find out.</summary>
    /// <param name="body">The policy.</param>
    /// <returns>The policy; null where the body says nothing.</returns>
    public static HealthSpec? Read(BodyReader body)
    {
        var spec = HealthPart.Read(body, ports: null);
        if (body.Has("kind") || spec != new HealthSpec())
        {
            body.Require("kind");
            return spec;
        }
        return null;
    }

    /// <summary>One text for equal policies: compact JSON, every default spelled out.</summary>
    public static string Canonical(HealthSpec policy) => NodeWriter.ToJson(SpecTree.Health(policy));

    /// <summary>Reads back what <see cref="Canonical"/> wrote. Rules that were added since refuse nothing.</summary>
    /// <exception cref="FormatException">It is no JSON object.</exception>
    public static HealthSpec FromCanonical(string json)
    {
        var faults = new FaultCollector();
        return JsonTree.Read(Encoding.UTF8.GetBytes(json), faults) is { } node && BodyReader.Read(node, faults, body => HealthPart.Read(body, ports: null)) is { } policy
            ? policy : throw new FormatException("A stored health policy cannot be read.");
    }
}
