using System.Globalization;
using Portal.Tests.EndToEnd;
using Portal.Tests.Engine;

namespace Portal.Tests.Bench.Peers;

/// <summary>A Docker Swarm of the test hosts, the first one its manager; left again at the end.</summary>
internal sealed class Swarm : IAsyncDisposable
{
    // A node's own part of the network that services name.
    private const string Config = "bench-config";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly IReadOnlyList<BenchEngine> _engines;

    private Swarm(IReadOnlyList<BenchEngine> engines) => _engines = engines;

    public static async Task<Swarm> FormAsync(IReadOnlyList<BenchEngine> engines)
    {
        foreach (var engine in engines)
        {
            await LeaveAsync(engine.Host);
        }
        var manager = engines[0].Host;
        await manager.DockerAsync("swarm", "init", "--advertise-addr", manager.Address);
        var token = await manager.DockerAsync("swarm", "join-token", "-q", "worker");
        foreach (var worker in engines.Skip(1))
        {
            await worker.Host.DockerAsync("swarm", "join", "--advertise-addr", worker.Host.Address, "--token", token, $"{manager.Address}:2377");
        }
        foreach (var engine in engines)
        {
            await engine.Host.EnsureNetworkAsync(Config, "--config-only");
        }
        await manager.EnsureNetworkAsync(BenchNetworks.SwarmBridge, "--driver", "bridge", "--scope", "swarm", "--config-from", Config);
        return new Swarm(engines);
    }

    public static string LabelOf(string service) => $"com.docker.swarm.service.name={service}";

    /// <summary>Asks for a service and returns when the request was answered.</summary>
    public Task CreateAsync(string service, int replicas, BenchNetwork network, params string[] more) => _engines[0].Host.DockerAsync(
    [
        "service", "create", "--detach", "--quiet", "--no-resolve-image", "--name", service, "--replicas", replicas.ToString(CultureInfo.InvariantCulture),
        "--stop-grace-period", "1s", .. network.SwarmArguments(), .. more, BenchNetworks.Image,
    ]);

    /// <summary>Asks for a change of a service and returns when the request was answered. One task that fails does not pause it.</summary>
    public Task UpdateAsync(string service, params string[] change) =>
        _engines[0].Host.DockerAsync(["service", "update", "--detach", "--quiet", "--no-resolve-image", "--update-failure-action", "continue", .. change, service]);

    /// <summary>Waits until so many tasks of a service run and no update of it is under way.</summary>
    public Task UpdatedAsync(string service, int count, TimeSpan within) => Until.NothingIsWrongAsync(within, $"{service} is updated", async () =>
    {
        var state = await _engines[0].Host.DockerAsync("service", "inspect", "--format", "{{with .UpdateStatus}}{{.State}}{{end}}", service);
        var running = await _engines[0].Host.DockerAsync("service", "ls", "--filter", $"name={service}", "--format", "{{.Replicas}}");
        return state is "" or "completed" && running == $"{count}/{count}" ? null : $"{running}, {state}";
    });

    /// <summary>Removes a service and waits until its containers are gone.</summary>
    public async Task RemoveAsync(string service, CancellationToken cancellation)
    {
        await _engines[0].Host.DockerAsync("service", "rm", service);
        await GoneAsync(_engines, LabelOf(service), cancellation);
    }

    /// <summary>Waits until no container with the label is left.</summary>
    public static Task GoneAsync(IReadOnlyList<BenchEngine> engines, string label, CancellationToken cancellation) =>
        Until.NothingIsWrongAsync(Patience, $"no container with {label} is left", async () =>
        {
            var left = (await Task.WhenAll(engines.Select(e => e.ListAsync(label, cancellation)))).Sum(ids => ids.Count);
            return left == 0 ? null : $"{left} are";
        });

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines.Reverse())
        {
            await LeaveAsync(engine.Host);
        }
    }

    // An engine that is in no swarm says so, which is what is wanted.
    private static Task LeaveAsync(TestHost host) => CommandLine.RunAsync("docker", ["-H", $"unix://{host.Socket}", "swarm", "leave", "--force"]);
}
