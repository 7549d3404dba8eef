using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Reads a health policy by itself.</summary>
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
}
