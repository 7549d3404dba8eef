using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.State.Embedded;

namespace Portal.Tests.Store.Embedded;

/// <summary>What needs a second process: Portal killed, Portal as another user.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task When_Portal_is_killed_its_server_ends_and_the_next_start_finds_everything()
    {
        using (var killed = OtherProcess.Start(OtherPart.CommitAndWait, _scratch.Path, asNobody: false))
        {
            await Eventually.BecomesTrueAsync(() => File.Exists(_scratch["committed"]), "the other process has committed");
            var refused = Assert.Throws<DataDirectoryInUseException>(() => DataDirectory.Open(_scratch["data"]));
            Assert.NotEqual(Environment.ProcessId, refused.HolderPid);
            killed.Kill();
            await killed.EndAsync();
        }

        using var data = DataDirectory.Open(_scratch["data"]);
        await using var server = await StartAsync(data);

        Assert.Equal(42, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT answer FROM committed"));
        Assert.All(ClusterProcesses.Find(data.PostgresPath), pid => Assert.True(pid == server.ServerPid || ParentOf(pid) is null || ParentOf(pid) == server.ServerPid));
    }

    [Fact]
    public async Task Killed_with_Portal_the_server_is_gone_soon_without_any_start()
    {
        using var killed = OtherProcess.Start(OtherPart.CommitAndWait, _scratch.Path, asNobody: false);
        await Eventually.BecomesTrueAsync(() => File.Exists(_scratch["committed"]), "the other process has committed");
        var cluster = Path.Combine(_scratch["data"], "postgres");
        Assert.NotEmpty(ClusterProcesses.Find(cluster));

        killed.Kill();

        await Eventually.BecomesTrueAsync(() => ClusterProcesses.Find(cluster).Count == 0, "the server ends");
    }

    [Fact]
    public async Task Killed_at_any_moment_of_its_first_start_it_starts_the_next_time()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var kill = 0; kill < 8; kill++)
        {
            using var killed = OtherProcess.Start(OtherPart.CommitAndWait, _scratch.Path, asNobody: false);
            await Eventually.BecomesTrueAsync(() => File.Exists(_scratch["data/portal.pid"]), "the other process has begun");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1000)), TimeProvider.System);
            killed.Kill();
            await killed.EndAsync();
            File.Delete(_scratch["data/portal.pid"]);
        }

        using var data = DataDirectory.Open(_scratch["data"]);
        await using var server = await StartAsync(data);
        Assert.Equal(1, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task An_unprivileged_user_has_a_server_too()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can act as another user; the other tests were unprivileged.");
        await ToolProcess.RunAsync("chown", ["nobody", _scratch.Path], CancellationToken.None);
        using var other = OtherProcess.Start(OtherPart.StartTwice, _scratch.Path, asNobody: true);

        var (code, output) = await other.EndAsync();

        Assert.True(code == 0, output);
        Assert.Equal("nobody", await File.ReadAllTextAsync(_scratch["read"]));
    }

    /// <summary>Null once the process is gone: a session of the server may end while it is looked at.</summary>
    private static int? ParentOf(int pid)
    {
        try
        {
            return int.Parse(File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("PPid:", StringComparison.Ordinal))[5..]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Task<EmbeddedPostgres> StartAsync(DataDirectory data) =>
        EmbeddedPostgres.StartAsync(data, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
}
