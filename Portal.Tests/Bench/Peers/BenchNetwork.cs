using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;

namespace Portal.Tests.Bench.Peers;

/// <summary>How the containers that are compared are connected.</summary>
internal enum BenchNetwork
{
    /// <summary>The host's own network.</summary>
    Host,
    /// <summary>A bridge of their own, where they find each other by name, with one published port that the engine chooses.</summary>
    Bridge,
}

/// <summary>The same container in each contender's words.</summary>
internal static class BenchNetworks
{
    public const string Image = "test/busybox:1";

    /// <summary>
    /// The bridge of Portal's peers. Portal gives a team a bridge of its own, whose containers the engine gives a resolver of names; on the
    /// engine's default bridge it does not, and starts them faster, so that would be no fair comparison.
    /// </summary>
    public const string Bridge = "bench";

    /// <summary>The same for a Swarm: each node's own bridge, under one name.</summary>
    public const string SwarmBridge = "bench-swarm";

    /// <summary>As an AppSpec.</summary>
    public static Dictionary<string, object?> Spec(this BenchNetwork network, int replicas)
    {
        var spec = new Dictionary<string, object?> { ["image"] = Image, ["replicas"] = replicas, ["stop"] = new { gracePeriod = "1s" } };
        return network == BenchNetwork.Host
            ? spec.With("network", "host")
            : spec.With("ports", new[] { new { name = "http", containerPort = 8080 } });
    }

    /// <summary>Makes a network where there is none of the name.</summary>
    public static async Task EnsureNetworkAsync(this TestHost host, string name, params string[] arguments)
    {
        var present = await host.DockerAsync("network", "ls", "--quiet", "--filter", $"name=^{name}$");
        if (present.Length == 0)
        {
            await host.DockerAsync(["network", "create", .. arguments, name]);
        }
    }

    /// <summary>As arguments of <c>docker service create</c>.</summary>
    public static string[] SwarmArguments(this BenchNetwork network) => network == BenchNetwork.Host
        ? ["--network", "host"]
        : ["--network", $"name={SwarmBridge},alias=scale", "--publish", "mode=host,target=8080"];
}
