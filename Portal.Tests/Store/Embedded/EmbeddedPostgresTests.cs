using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Core.State.Embedded;

namespace Portal.Tests.Store.Embedded;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task What_was_committed_is_there_after_a_stop_and_a_start()
    {
        using var data = DataDirectory.Open(_scratch["data"]);
        await using (var first = await StartAsync(data))
        {
            await Sql.ExecuteAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS i");
        }

        Assert.Empty(ClusterProcesses.Find(data.PostgresPath));

        await using var second = await StartAsync(data);
        Assert.Equal(1000, await Sql.ScalarAsync<long>(second.ConnectionString, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task A_later_start_is_quick()
    {
        using var data = DataDirectory.Open(_scratch["data"]);
        await (await StartAsync(data)).DisposeAsync();
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var server = await StartAsync(data);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"best of three: {best.TotalMilliseconds:0} ms");
        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_its_data_each_time()
    {
        using var data = DataDirectory.Open(_scratch["data"]);
        await using var server = await StartAsync(data);
        await Sql.ExecuteAsync(server.ConnectionString, "CREATE TABLE kills (n int)");
        for (var kill = 1; kill <= 3; kill++)
        {
            await Sql.ExecuteAsync(server.ConnectionString, $"INSERT INTO kills VALUES ({kill})");
            var before = server.ServerPid;
            UnixSignal.Send(before, UnixSignal.Kill);
            await Eventually.BecomesTrueAsync(() => server.ServerPid is not 0 && server.ServerPid != before, "another server runs");

            Assert.Equal(kill, await Sql.ScalarAsync<long>(server.ConnectionString, "SELECT count(*) FROM kills"));
        }
    }

    [Fact]
    public async Task A_start_given_up_in_initdb_leaves_nothing()
    {
        using var data = DataDirectory.Open(_scratch["data"]);
        using var giveUp = new CancellationTokenSource();
        var start = EmbeddedPostgres.StartAsync(data, NullLogger.Instance, TimeProvider.System, giveUp.Token);
        await Eventually.BecomesTrueAsync(() => ClusterFolders(data).Any(HasFiles), "initdb works");

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Empty(ClusterFolders(data));
        await using var server = await StartAsync(data);
        Assert.Equal(1, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_cluster_half_made_by_a_killed_start_is_removed()
    {
        using var data = DataDirectory.Open(_scratch["data"]);
        Directory.CreateDirectory(data.PostgresPath + ".new.killed");
        await File.WriteAllTextAsync(Path.Combine(data.PostgresPath + ".new.killed", "PG_VERSION"), "1\n");

        await using var server = await StartAsync(data);

        Assert.Equal([data.PostgresPath], ClusterFolders(data));
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_living_stranger_does_not_hinder()
    {
        using var data = DataDirectory.Open(_scratch["data"]);
        await (await StartAsync(data)).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(data.PostgresPath, "postmaster.pid"), "1\n/elsewhere\n0\n5432\n.\n\n0 0\n");

        await using var server = await StartAsync(data);

        Assert.Equal(1, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
    }

    [Theory]
    [InlineData("with, comma; and = sign")]
    [InlineData("ünïcode")]
    [InlineData("a/very/long/path/a/very/long/path/a/very/long/path/a/very/long/path/a/very/long/path/a/very/long/path")]
    public async Task The_path_of_the_data_directory_may_be_any(string name)
    {
        using var data = DataDirectory.Open(_scratch[name]);
        await using var server = await StartAsync(data);

        Assert.Equal(1, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Nobody_else_gets_in()
    {
        using var data = DataDirectory.Open(_scratch["data"]);
        await using var server = await StartAsync(data);

        Assert.Equal("", await Sql.ScalarAsync<string>(server.ConnectionString, "SHOW listen_addresses"));
        var wrongRole = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "postgres", Pooling = false };
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => Sql.ScalarAsync<int>(wrongRole.ConnectionString, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidAuthorizationSpecification, refused.SqlState);

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can act as another user.");
        var stranger = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => ToolProcess.RunAsync(
            "setpriv",
            ["--reuid", "nobody", "--clear-groups", "psql", "-h", data.PostgresPath, "-U", "portal", "-c", "SELECT 1", "portal"],
            CancellationToken.None));
        Assert.Contains("Permission denied", stranger.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> ClusterFolders(DataDirectory data) =>
        Directory.EnumerateDirectories(data.Path, "postgres*");

    private static bool HasFiles(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder).Any();
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static Task<EmbeddedPostgres> StartAsync(DataDirectory data) =>
        EmbeddedPostgres.StartAsync(data, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
}
