using Portal.Tests.EndToEnd;

namespace Portal.Tests.Bench.Peers;

/// <summary>How the containers that are compared are connected.</summary>
internal enum BenchNetwork
{
    /// <summary>The host's own network.</summary>
    Host,
    /// <summary>A bridge, with one published port that the engine chooses.</summary>
    Bridge,
}

/// <summary>The same container in each contender's words.</summary>
internal static class BenchNetworks
{
    public const string Image = "test/busybox:1";

    /// <summary>As an AppSpec.</summary>
    public static Dictionary<string, object?> Spec(this BenchNetwork network, int replicas)
    {
        var spec = new Dictionary<string, object?> { ["image"] = Image, ["replicas"] = replicas, ["stop"] = new { gracePeriod = "1s" } };
        return network == BenchNetwork.Host
            ? spec.With("network", "host")
            : spec.With("ports", new[] { new { name = "http", containerPort = 8080 } });
    }

    /// <summary>As arguments of <c>docker service create</c>.</summary>
    public static string[] SwarmArguments(this BenchNetwork network) => network == BenchNetwork.Host
        ? ["--network", "host"]
        : ["--network", "bridge", "--publish", "mode=host,target=8080"];
}
