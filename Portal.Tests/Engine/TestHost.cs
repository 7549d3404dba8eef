using System.Globalization;

namespace Portal.Tests.Engine;

/// <summary>One real engine of <see cref="TestHosts"/>, and what can be done to it.</summary>
public class TestHost(int number)
{
    internal static string Script { get; } = Repository.PathTo("scripts", "testhosts.sh");

    public int Number { get; } = number;

    public string Name => $"h{Number}";

    public string Address => $"10.{TestHosts.Net}.0.1{Number}";

    public virtual string TcpEndpoint => $"tcp://{Address}:2375";

    /// <summary>The path of the engine's own socket.</summary>
    public string Socket => Path.Combine(TestHosts.Folder, Name, "docker.sock");

    /// <summary>The file of its network namespace, for <c>nsenter --net</c>.</summary>
    public string NetworkNamespace => $"/var/run/netns/h{(TestHosts.Net == "77" ? "" : $"{TestHosts.Net}-")}{Number}";

    /// <summary>Runs Docker's own command line against this host, through its socket, so also while the host is cut off.</summary>
    public Task<string> DockerAsync(params string[] arguments) =>
        CommandLine.RequireAsync("docker", ["-H", $"unix://{Socket}", .. arguments]);

    /// <summary>The ids of the containers, stopped ones too, that carry <paramref name="label"/> (<c>key</c> or <c>key=value</c>).</summary>
    public async Task<IReadOnlyList<string>> ContainersAsync(string label) =>
        (await DockerAsync("ps", "-aq", "--no-trunc", "--filter", $"label={label}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Removes the containers that carry <paramref name="label"/>.</summary>
    public async Task RemoveContainersAsync(string label)
    {
        var ids = await ContainersAsync(label);
        if (ids.Count > 0)
        {
            await DockerAsync(["rm", "-fv", .. ids]);
        }
    }

    /// <summary>The engine stops answering, its connections stay open (SIGSTOP).</summary>
    public Task FreezeAsync() => ChangeAsync("freeze");

    public Task ThawAsync() => ChangeAsync("thaw");

    /// <summary>The host loses its network.</summary>
    public Task CutAsync() => ChangeAsync("cut");

    public Task UncutAsync() => ChangeAsync("uncut");

    /// <summary>Published ports can no longer be reached, while the engine answers.</summary>
    public Task ClosePortsAsync() => ChangePortsAsync("-I");

    public Task OpenPortsAsync() => ChangePortsAsync("-D");

    /// <summary>
    /// The engine dies (SIGKILL), its containers live on. At the next start the engine stops them, and starts again those with the
    /// restart policy <c>always</c> but not those with <c>unless-stopped</c>: a trait of this engine (20.10).
    /// </summary>
    public Task KillAsync() => ChangeAsync("kill");

    /// <summary>Stops the engine as a machine that goes down does: its containers stop with it.</summary>
    public Task StopAsync() => ChangeAsync("stop");

    /// <summary>Starts it again and waits until it answers.</summary>
    public Task StartAsync() => ChangeAsync("start");

    /// <summary>Ends the engine in good order if it runs, starts it, and waits until it answers.</summary>
    public Task RestartAsync() => ChangeAsync("restart");

    // Those that engines choose; before they are led on to a container.
    private Task ChangePortsAsync(string change) => CommandLine.RequireAsync("nsenter",
        [$"--net={NetworkNamespace}", "iptables", "-t", "mangle", change, "PREROUTING", "-p", "tcp", "--dport", "32768:60999", "-j", "DROP"]);

    private Task ChangeAsync(string verb) => CommandLine.RequireAsync(Script, [verb, Number.ToString(CultureInfo.InvariantCulture)]);
}

/// <summary>The engine that asks for a client certificate.</summary>
public sealed class TestTlsHost(int number) : TestHost(number)
{
    public override string TcpEndpoint => $"tcp://{Address}:2376";

    public static string Folder => Path.Combine(TestHosts.Folder, "tls");

    public static string CaFile => Path.Combine(Folder, "ca.pem");

    /// <summary>The authority's key, for tests that sign further certificates.</summary>
    public static string CaKeyFile => Path.Combine(Folder, "ca-key.pem");

    public static string ClientCertificateFile => Path.Combine(Folder, "client-cert.pem");

    public static string ClientKeyFile => Path.Combine(Folder, "client-key.pem");
}
