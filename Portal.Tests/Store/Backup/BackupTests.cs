using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.State.Backup;
using Portal.Core.State.Embedded;
using Portal.Tests.Store.Embedded;

namespace Portal.Tests.Store.Backup;

public sealed class BackupTests(StoreFixture store) : IDisposable
{
    private static readonly TimeProvider s_time = TimeProvider.System;
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private string BackupFile => _scratch["portal.tar"];

    [Fact]
    public async Task What_was_backed_up_from_a_stopped_Portal_is_restored_elsewhere()
    {
        using (var data = DataDirectory.Open(_scratch["data"]))
        {
            await using var server = await StartAsync(data);
            await FillAsync(data, server, "one");
        }

        Assert.StartsWith("Backed up the database (", await BackupAsync(0, "data"), StringComparison.Ordinal);
        Assert.StartsWith("Restored the backup of ", await RestoreAsync(0, "restored"), StringComparison.Ordinal);

        await AssertHoldsAsync("restored", "one");
        Assert.True(DateTimeOffset.TryParse(await File.ReadAllTextAsync(_scratch["restored/restored"]), out _));
        Assert.False(Directory.Exists(_scratch["restored/restoring"]));
    }

    [Fact]
    public async Task A_running_Portal_is_backed_up_without_being_disturbed()
    {
        using (var data = DataDirectory.Open(_scratch["data"]))
        {
            await using var server = await StartAsync(data);
            await FillAsync(data, server, "live");
            var pid = server.ServerPid;

            await BackupAsync(0, "data");

            Assert.Equal(pid, server.ServerPid);
            Assert.Contains($"process {Environment.ProcessId}", await RestoreAsync(1, "data", force: true), StringComparison.Ordinal);
        }

        await RestoreAsync(0, "restored");
        await AssertHoldsAsync("restored", "live");
    }

    [Fact]
    public async Task The_file_is_its_owners_alone_and_nothing_lies_beside_it()
    {
        await MakeBackupAsync("secret");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(BackupFile).UnixFileMode);
        Assert.Equal([BackupFile], Directory.GetFiles(_scratch.Path));
    }

    [Fact]
    public async Task Data_are_overwritten_only_by_force_and_then_kept()
    {
        await MakeBackupAsync("backup");
        using (var data = DataDirectory.Open(_scratch["other"]))
        {
            await using var server = await StartAsync(data);
            await FillAsync(data, server, "other");
        }

        Assert.Contains("holds data already", await RestoreAsync(1, "other"), StringComparison.Ordinal);
        await AssertHoldsAsync("other", "other");

        Assert.Contains("What was there before is kept in", await RestoreAsync(0, "other", force: true), StringComparison.Ordinal);
        await AssertHoldsAsync("other", "backup");
        var kept = Directory.GetDirectories(_scratch["other"], "*.before-restore-*").Select(Path.GetFileName).Order().ToList();
        Assert.Equal(2, kept.Count);
        Assert.StartsWith("keys.", kept[0], StringComparison.Ordinal);
        Assert.StartsWith("postgres.", kept[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_given_up_midway_leaves_nothing()
    {
        await MakeBackupAsync("later");
        using var giveUp = new CancellationTokenSource();
        var output = new StringWriter();
        var restore = BackupCommands.RestoreAsync(BackupFile, _scratch["new"], null, null, false, output, s_time, giveUp.Token);
        await Eventually.BecomesTrueAsync(() => Directory.Exists(_scratch["new/restoring/postgres"]), "the restore fills its cluster");

        await giveUp.CancelAsync();

        Assert.Equal(1, await restore);
        Assert.Equal(["backups", "keys"], Directory.GetDirectories(_scratch["new"]).Select(Path.GetFileName).Order());
        Assert.False(File.Exists(_scratch["new/restored"]));
        await RestoreAsync(0, "new");
        await AssertHoldsAsync("new", "later");
    }

    [Fact]
    public async Task An_external_database_is_backed_up_and_restored_too()
    {
        var (from, to) = (await store.CreateEmptyDatabaseAsync(), await store.CreateEmptyDatabaseAsync());
        using (var data = DataDirectory.Open(_scratch["data"]))
        {
            await Sql.ExecuteAsync(from, "CREATE TABLE kept AS SELECT 'external' AS text");
            await File.WriteAllTextAsync(Path.Combine(data.KeysPath, "key.xml"), "external");
        }

        await BackupAsync(0, "data", from);
        await RestoreAsync(0, "restored", connection: to);

        Assert.Equal("external", await Sql.ScalarAsync<string>(to, "SELECT text FROM kept"));
        Assert.Equal("external", await File.ReadAllTextAsync(_scratch["restored/keys/key.xml"]));
        Assert.Contains("holds tables already", await RestoreAsync(1, "restored", connection: to), StringComparison.Ordinal);

        await Sql.ExecuteAsync(to, "UPDATE kept SET text = 'changed'");
        await RestoreAsync(0, "restored", force: true, connection: to);
        Assert.Equal("external", await Sql.ScalarAsync<string>(to, "SELECT text FROM kept"));
    }

    [Fact]
    public async Task Where_there_is_nothing_to_back_up_a_sentence_says_so()
    {
        Assert.Contains("holds no database", await BackupAsync(1, "nowhere"), StringComparison.Ordinal);
        Assert.False(File.Exists(BackupFile));
    }

    private async Task MakeBackupAsync(string text)
    {
        using (var data = DataDirectory.Open(_scratch["source"]))
        {
            await using var server = await StartAsync(data);
            await FillAsync(data, server, text);
        }

        await BackupAsync(0, "source");
    }

    [Fact]
    public async Task Keys_that_lie_elsewhere_go_with_the_backup_and_come_back()
    {
        await MakeBackupAsync("ours");
        Directory.CreateDirectory(_scratch["keys-elsewhere"]);
        await File.WriteAllTextAsync(_scratch["keys-elsewhere/key-b.xml"], "<key/>");
        File.Delete(BackupFile);
        await BackupAsync(0, "source", keys: _scratch["keys-elsewhere"]);

        await RestoreAsync(0, "new", keys: _scratch["keys-back"]);

        Assert.Equal("<key/>", await File.ReadAllTextAsync(_scratch["keys-back/key-b.xml"]));
    }

    private async Task<string> BackupAsync(int code, string data, string? connection = null, string? keys = null)
    {
        var output = new StringWriter();
        var result = await BackupCommands.BackupAsync(BackupFile, _scratch[data], connection, keys, output, s_time, CancellationToken.None);
        Assert.True(code == result, output.ToString());
        return output.ToString();
    }

    private async Task<string> RestoreAsync(int code, string data, bool force = false, string? connection = null, string? keys = null)
    {
        var output = new StringWriter();
        var result = await BackupCommands.RestoreAsync(
            BackupFile, _scratch[data], connection, keys, force, output, s_time, CancellationToken.None);
        Assert.True(code == result, output.ToString());
        return output.ToString();
    }

    private static async Task FillAsync(DataDirectory data, EmbeddedPostgres server, string text)
    {
        await Sql.ExecuteAsync(server.ConnectionString, $"CREATE TABLE kept AS SELECT '{text}' AS text");
        await File.WriteAllTextAsync(Path.Combine(data.KeysPath, "key.xml"), text);
    }

    private async Task AssertHoldsAsync(string name, string text)
    {
        using var data = DataDirectory.Open(_scratch[name]);
        await using var server = await StartAsync(data);
        Assert.Equal(text, await Sql.ScalarAsync<string>(server.ConnectionString, "SELECT text FROM kept"));
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(data.KeysPath, "key.xml")));
    }

    private static Task<EmbeddedPostgres> StartAsync(DataDirectory data) =>
        EmbeddedPostgres.StartAsync(data, NullLogger.Instance, s_time, CancellationToken.None);
}
