using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Portal.Core.State.Backup;
using Portal.Tests.Store.Embedded;

namespace Portal.Tests.Store.Backup;

/// <summary>Files that are no whole backup of a Portal this old: each is refused, with a sentence, before anything is touched.</summary>
public sealed class BackupArchiveTests : IDisposable
{
    private static readonly byte[] s_dump = Encoding.UTF8.GetBytes("a dump");
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_whole_one_is_unpacked()
    {
        await WriteAsync(Manifest(), [(BackupManifest.DumpName, s_dump)]);

        var archive = await UnpackAsync();

        Assert.Equal(s_dump, await File.ReadAllBytesAsync(archive.DumpPath));
    }

    [Fact]
    public Task A_missing_file() => RefusesAsync("cannot be read");

    [Fact]
    public async Task No_tar()
    {
        await File.WriteAllTextAsync(_scratch["backup"], new string('x', 2000));
        await RefusesAsync("no backup of Portal");
    }

    [Fact]
    public async Task No_manifest_at_the_beginning()
    {
        await WriteAsync(null, [(BackupManifest.DumpName, s_dump)]);
        await RefusesAsync("does not begin with a manifest");
    }

    [Theory]
    [InlineData("not json", "cannot be read")]
    [InlineData("{}", "incomplete")]
    [InlineData("null", "incomplete")]
    public async Task A_bad_manifest(string json, string sentence)
    {
        await WriteRawAsync([(BackupManifest.EntryName, Encoding.UTF8.GetBytes(json))]);
        await RefusesAsync(sentence);
    }

    [Fact]
    public async Task A_later_format()
    {
        await WriteAsync(Manifest() with { Format = BackupManifest.CurrentFormat + 1 }, [(BackupManifest.DumpName, s_dump)]);
        await RefusesAsync("newer than this one");
    }

    [Fact]
    public async Task A_later_Portal()
    {
        await WriteAsync(Manifest() with { PortalVersion = "999.0.0" }, [(BackupManifest.DumpName, s_dump)]);
        await RefusesAsync("made by Portal 999.0.0, which is newer than this one");
    }

    [Fact]
    public async Task A_changed_dump()
    {
        await WriteAsync(Manifest(), [(BackupManifest.DumpName, Encoding.UTF8.GetBytes("b dump"))]);
        await RefusesAsync("damaged: database.dump");
    }

    [Fact]
    public async Task A_missing_dump()
    {
        await WriteAsync(Manifest(), []);
        await RefusesAsync("incomplete: database.dump is missing");
    }

    [Fact]
    public async Task A_manifest_without_a_database()
    {
        await WriteAsync(Manifest() with { Files = [] }, []);
        await RefusesAsync("holds no database");
    }

    [Theory]
    [InlineData("keys/../../evil")]
    [InlineData("/evil")]
    [InlineData("keys/")]
    [InlineData("keys/..")]
    [InlineData("other")]
    public async Task A_file_that_leads_elsewhere(string name)
    {
        var manifest = Manifest() with { Files = [Describe(BackupManifest.DumpName), Describe(name)] };
        await WriteAsync(manifest, [(BackupManifest.DumpName, s_dump), (name, s_dump)]);
        await RefusesAsync("does not belong there");
    }

    [Fact]
    public async Task A_file_that_the_manifest_does_not_name()
    {
        await WriteAsync(Manifest(), [(BackupManifest.DumpName, s_dump), ("keys/more", s_dump)]);
        await RefusesAsync("holds keys/more, which its manifest does not name");
    }

    [Fact]
    public async Task Any_truncation()
    {
        await WriteAsync(Manifest(), [(BackupManifest.DumpName, s_dump)]);
        var whole = await File.ReadAllBytesAsync(_scratch["backup"]);
        var needed = Array.FindLastIndex(whole, b => b != 0);
        for (var length = 0; length < needed; length += 97)
        {
            await File.WriteAllBytesAsync(_scratch["backup"], whole[..length]);
            await Assert.ThrowsAsync<BackupException>(UnpackAsync);
        }
    }

    private async Task RefusesAsync(string sentence)
    {
        var refused = await Assert.ThrowsAsync<BackupException>(UnpackAsync);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    private async Task<BackupArchive> UnpackAsync()
    {
        var folder = _scratch[Guid.NewGuid().ToString("N")];
        return await BackupArchive.UnpackAsync(_scratch["backup"], folder, CancellationToken.None);
    }

    private static BackupManifest Manifest() => new(
        BackupManifest.CurrentFormat, BackupManifest.OwnVersion, "1", 15, DateTimeOffset.UnixEpoch, [Describe(BackupManifest.DumpName)]);

    private static BackupFile Describe(string name) =>
        new(name, s_dump.Length, Convert.ToHexStringLower(SHA256.HashData(s_dump)));

    private Task WriteAsync(BackupManifest? manifest, IEnumerable<(string Name, byte[] Content)> files) =>
        WriteRawAsync(manifest is null ? files : files.Prepend((BackupManifest.EntryName, manifest.ToJson())));

    private async Task WriteRawAsync(IEnumerable<(string Name, byte[] Content)> files)
    {
        await using var stream = File.Create(_scratch["backup"]);
        await using var tar = new TarWriter(stream);
        foreach (var (name, content) in files)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }
    }
}
