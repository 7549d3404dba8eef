using Portal.Core.State.Embedded;

namespace Portal.Tests.Store.Embedded;

/// <summary>A restore that died between its renames is completed by the next opening, from wherever it stopped.</summary>
public sealed class PendingRestoreTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(true, "restoring/keys restoring/postgres keys postgres")]
    [InlineData(true, "restoring/keys restoring/postgres keys.before-restore-7 postgres")]
    [InlineData(true, "keys keys.before-restore-7 restoring/postgres postgres")]
    [InlineData(true, "keys keys.before-restore-7 restoring/postgres postgres.before-restore-7")]
    [InlineData(true, "keys keys.before-restore-7 postgres postgres.before-restore-7")]
    [InlineData(false, "restoring/keys restoring/postgres keys postgres")]
    public void It_is_done_wholly_or_not_at_all(bool complete, string folders)
    {
        foreach (var folder in folders.Split(' '))
        {
            var isNew = folder.StartsWith("restoring/", StringComparison.Ordinal)
                || folders.Split(' ').Contains(folder + ".before-restore-7");
            Directory.CreateDirectory(_scratch["data/" + folder]);
            File.WriteAllText(_scratch[$"data/{folder}/which"], isNew ? "new" : "old");
        }

        if (complete)
        {
            Directory.CreateDirectory(_scratch["data/restoring"]);
            File.WriteAllText(_scratch["data/restoring/complete"], "2026-01-02T03:04:05Z\n7\n");
        }

        DataDirectory.Open(_scratch["data"]).Dispose();

        var expected = complete ? "new" : "old";
        Assert.Equal(expected, File.ReadAllText(_scratch["data/keys/which"]));
        Assert.Equal(expected, File.ReadAllText(_scratch["data/postgres/which"]));
        Assert.Equal(complete, File.Exists(_scratch["data/restored"]));
        Assert.Equal(complete, File.Exists(_scratch["data/postgres.before-restore-7/which"]));
        Assert.Equal(!complete, Directory.Exists(_scratch["data/restoring"]));
    }
}
