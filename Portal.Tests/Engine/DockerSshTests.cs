using System.Diagnostics;
using System.Net.Sockets;
using Portal.Agents.Docker;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Through a real sshd to a real engine.</summary>
public sealed class DockerSshTests(TestHosts hosts) : EngineTestBase(hosts)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-ssh").FullName;

    private string Endpoint => $"ssh://root@{Hosts.Ssh.Address}";

    private DockerEngineOptions ByKey => new() { SshFolder = _folder, SshIdentityFile = Hosts.Ssh.KeyFile };

    [Fact]
    public async Task Every_kind_of_call_works_and_the_host_becomes_known()
    {
        var engine = Connect(Endpoint, options: ByKey);
        await engine.PingAsync(Cancellation);
        var id = await StartAsync(engine, Request("a") with { Command = ["sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; echo; sleep 1000"] });
        await EventuallyAsync(() => engine.ReadLogsAsync(id, new LogQuery(), Cancellation).ToListAsync(Cancellation).AsTask(), l => l.Sum(x => x.Text.Length) == 300_000);
        Assert.Equal(id, Assert.Single(await engine.ListContainersAsync(Label, Cancellation)).Id);
        await engine.RemoveContainerAsync(id, force: true, Cancellation);

        Assert.Contains("ssh-ed25519", await File.ReadAllTextAsync(Path.Combine(_folder, "known_hosts"), Cancellation));
    }

    [Fact]
    public async Task Many_calls_at_once_share_a_bounded_number_of_processes_which_end_with_the_client()
    {
        var options = ByKey with { SshProcessesPerHost = 4 };
        var engine = Connect(Endpoint, options: options);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => engine.ListContainersAsync(Label, Cancellation)));

        Assert.InRange(SshProcesses(), 1, 4);
        await engine.DisposeAsync();
        await EventuallyAsync(() => Task.FromResult(SshProcesses()), n => n == 0);
    }

    [Fact]
    public async Task A_host_that_lets_few_log_in_at_once_drops_none()
    {
        await using var sshd = await StrictSshd.StartAsync(_folder, Hosts.Ssh.KeyFile, Hosts[1].Socket, logins: 6);
        var engine = Connect($"ssh://root@127.0.0.1:{sshd.Port}", options: ByKey);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => engine.ListContainersAsync(Label, Cancellation)));
    }

    [Fact]
    public async Task A_stream_does_not_starve_calls()
    {
        var engine = Connect(Endpoint, options: ByKey with { SshProcessesPerHost = 2 });
        var subscribed = new TaskCompletionSource();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var first = engine.WatchEventsAsync(null, subscribed.SetResult, giveUp.Token)
            .FirstAsync(e => e.Attributes.GetValueOrDefault("test.engine") == Run && e.Action == "destroy", giveUp.Token).AsTask();
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        var id = await engine.CreateContainerAsync(Request("a"), Cancellation);
        await engine.RemoveContainerAsync(id, force: true, Cancellation);

        Assert.Equal(id, (await first.WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).ContainerId);
    }

    [Fact]
    public async Task A_key_that_the_host_does_not_know_is_denied()
    {
        var key = Path.Combine(_folder, "stranger");
        await CommandLine.RequireAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);

        var failure = await FailsAsync(EngineError.Denied, () => Connect(Endpoint, options: ByKey with { SshIdentityFile = key }).PingAsync(Cancellation));

        Assert.Contains("refused our SSH key or user", failure.Message);
    }

    [Fact]
    public async Task A_host_whose_key_changed_is_not_talked_to()
    {
        var key = Path.Combine(_folder, "other");
        await CommandLine.RequireAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        var other = (await File.ReadAllTextAsync(key + ".pub", Cancellation)).Split(' ');
        await File.WriteAllTextAsync(Path.Combine(_folder, "known_hosts"), $"{Hosts.Ssh.Address} {other[0]} {other[1]}\n", Cancellation);

        var failure = await FailsAsync(EngineError.InvalidEndpoint, () => Connect(Endpoint, options: ByKey).PingAsync(Cancellation));

        Assert.Contains("not the one that was known", failure.Message);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        var failure = await FailsAsync(EngineError.Unreachable, () => Connect($"ssh://root@127.0.0.1:{port}", options: ByKey).PingAsync(Cancellation));

        Assert.Contains("Nothing answers SSH there", failure.Message);
    }

    /// <summary>This process's own children that run ssh.</summary>
    private int SshProcesses() => Process.GetProcessesByName("ssh").Count(p => IsOurs(p.Id));

    private bool IsOurs(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains(_folder, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
