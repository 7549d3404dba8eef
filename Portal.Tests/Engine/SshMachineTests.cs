using Portal.Agents.Docker;
using Portal.Agents.Sampling;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>A machine behind a real sshd is measured through its shell.</summary>
public sealed class SshMachineTests(TestHosts hosts) : EngineTestBase(hosts)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-ssh").FullName;

    private DockerEngineFactory Factory => new(new DockerEngineOptions { SshFolder = _folder, SshIdentityFile = Hosts.Ssh.KeyFile }, TimeProvider.System);

    [Fact]
    public async Task The_shell_of_its_machine_tells_what_is_used()
    {
        await using var machine = new SshMachine(Factory.Shell(new EngineEndpoint($"ssh://root@{Hosts.Ssh.Address}"))!, TimeProvider.System);

        await EventuallyAsync(async () =>
        {
            await machine.ReadAsync("/", Cancellation);
            return machine.Latest;
        }, u => u?.Cpu is not null);

        var usage = machine.Latest!;
        var disk = new DriveInfo("/");
        Assert.True(usage.OfWholeMachine);
        Assert.InRange(usage.Cpu!.Value, 0, Environment.ProcessorCount);
        Assert.InRange(usage.Memory!.Value, 1 << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Assert.InRange(usage.DiskTotal!.Value, disk.TotalSize * 0.9, disk.TotalSize * 1.1);
        Assert.InRange(usage.DiskUsed!.Value, 1, usage.DiskTotal.Value);
    }

    [Fact]
    public async Task A_script_that_fails_or_hangs_costs_only_its_own_answer()
    {
        await using var shell = Factory.Shell(new EngineEndpoint($"ssh://root@{Hosts.Ssh.Address}"))!;

        Assert.Equal("one\n", await shell.RunAsync("echo one; cat /is/not/there", Cancellation));
        using var briefly = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shell.RunAsync("sleep 600", briefly.Token));
        Assert.Equal("two\n", await shell.RunAsync("echo two", Cancellation));
        Assert.Equal(EngineError.Unsupported, (await Assert.ThrowsAsync<EngineException>(() => shell.RunAsync("yes", Cancellation))).Error);
    }

    [Fact]
    public void Only_ssh_gives_a_shell() => Assert.Null(Factory.Shell(new EngineEndpoint($"unix://{Hosts[1].Socket}")));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
