using System.Text.Json;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Reads and writes a scaling policy by itself.</summary>
public static class ScalingCodec
{
    /// <summary>Reads a policy in the shape of an AppSpec's <c>scaling</c>. Whether its ports are published, and its shares have something that they are of, is for the caller to find out.</summary>
    /// <param name="body">The policy.</param>
    /// <returns>The policy; null where the body says nothing.</returns>
    public static ScalingSpec? Read(BodyReader body) =>
        Fields.Any(body.Has) ? ScalingPart.Read(body, ports: null, new ResourcesSpec { LimitCpus = 1, LimitMemoryBytes = 1 }) : null;

    /// <summary>The policy in the shape of the API, every default spelled out.</summary>
    public static void WriteJson(Utf8JsonWriter writer, ScalingSpec policy) => NodeWriter.Write(writer, ScalingTree.Of(policy));

    /// <summary>One text for equal policies.</summary>
    public static string Canonical(ScalingSpec policy) => NodeWriter.ToJson(ScalingTree.Of(policy));

    private static readonly string[] Fields = ["enabled", "min", "max", "metrics", "schedules", "scaleOut", "scaleIn", "tolerance"];
}
