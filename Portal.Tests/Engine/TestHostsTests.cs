using System.Net.Sockets;

namespace Portal.Tests.Engine;

/// <summary>The hosts that other tests stand on do what those tests assume.</summary>
[Collection(EngineCollection.Name), Trait("needs", "engine")]
public sealed class TestHostsTests(TestHosts hosts) : IAsyncLifetime
{
    private readonly string _label = $"test.hosts={Guid.NewGuid():N}";

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts.All)
        {
            await host.RemoveContainersAsync(_label);
        }
    }

    [Fact]
    public async Task A_published_port_is_reachable_at_the_address_of_its_host()
    {
        foreach (var host in hosts.All)
        {
            await host.DockerAsync("run", "-d", "--label", _label, "-p", $"{host.Address}:18080:8080", "test/web:1");
        }
        foreach (var host in hosts.All)
        {
            Assert.StartsWith("version 1 on", await ReadAsync(new Uri($"http://{host.Address}:18080/")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hosts_have_engines_of_their_own()
    {
        var id = await hosts[1].DockerAsync("run", "-d", "--label", _label, "test/busybox:2");

        Assert.Equal([id], await hosts[1].ContainersAsync(_label));
        Assert.Empty(await hosts[2].ContainersAsync(_label));
        Assert.Equal("2", await hosts[1].DockerAsync("exec", id, "cat", "/etc/version"));
    }

    [Fact]
    public async Task A_frozen_engine_accepts_but_does_not_answer_and_answers_again_when_thawed()
    {
        var host = hosts[2];
        await host.FreezeAsync();
        try
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PingAsync(host, TimeSpan.FromMilliseconds(300)));
        }
        finally
        {
            await host.ThawAsync();
        }
        Assert.Equal("OK", await PingAsync(host, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_host_that_is_cut_off_cannot_be_connected_to()
    {
        var host = hosts[3];
        await host.CutAsync();
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => PingAsync(host, TimeSpan.FromMilliseconds(300)));
            Assert.NotEqual("", await host.DockerAsync("version"));
        }
        finally
        {
            await host.UncutAsync();
        }
        Assert.Equal("OK", await PingAsync(host, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_killed_engine_leaves_its_containers_running_and_can_be_started_again()
    {
        var host = hosts[3];
        var id = await host.DockerAsync("run", "-d", "--label", _label, "--restart", "always", "test/busybox:1");
        var process = await host.DockerAsync("inspect", "-f", "{{.State.Pid}}", id);
        await host.KillAsync();
        try
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => PingAsync(host, TimeSpan.FromSeconds(10)));
            Assert.True(Directory.Exists($"/proc/{process}"));
        }
        finally
        {
            await host.RestartAsync();
        }
        Assert.Equal("true", await host.DockerAsync("inspect", "-f", "{{.State.Running}}", id));
    }

    [Fact]
    public async Task The_tls_host_refuses_whoever_shows_no_certificate()
    {
        var host = await hosts.TlsAsync();
        var endpoint = host.TcpEndpoint;

        Assert.Equal("", await CommandLine.RequireAsync("docker", ["-H", endpoint, "--tlsverify", "--tlscacert", TestTlsHost.CaFile, "--tlscert", TestTlsHost.ClientCertificateFile, "--tlskey", TestTlsHost.ClientKeyFile, "ps", "-q"]));
        Assert.NotEqual(0, (await CommandLine.RunAsync("docker", ["-H", endpoint, "--tlsverify", "--tlscacert", TestTlsHost.CaFile, "ps", "-q"])).ExitCode);
    }

    [Fact]
    public async Task Host_1_answers_docker_over_ssh()
    {
        var id = await hosts[1].DockerAsync("run", "-d", "--label", _label, "test/busybox:1");
        var ssh = hosts.Ssh;

        var seen = await CommandLine.RequireAsync("ssh", ["-o", "BatchMode=yes", "-o", $"UserKnownHostsFile={ssh.KnownHostsFile}", "-i", ssh.KeyFile, $"root@{ssh.Address}", "docker", "ps", "-q", "--no-trunc", "--filter", $"label={_label}"]);

        Assert.Equal(id, seen);
    }

    private static async Task<string> PingAsync(TestHost host, TimeSpan timeout)
    {
        using var cancellation = new CancellationTokenSource(timeout);
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://{host.Address}:2375/_ping"), cancellation.Token);
    }

    // A container's program listens a moment after its container runs.
    private static async Task<string> ReadAsync(Uri address)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                return await client.GetStringAsync(address, deadline.Token);
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException or IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
            }
        }
    }
}
