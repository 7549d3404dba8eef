using System.Globalization;

namespace Portal.Core.State.Embedded;

/// <summary>
/// A restore in the making. All of it lies in one folder beside the data until it is whole; then a file in there says so,
/// and from that moment it happens: if the process dies between the renames, the next opening of the directory does the rest.
/// </summary>
internal sealed class PendingRestore
{
    public const string KeptInfix = ".before-restore-";
    private readonly string _data;

    private PendingRestore(string data) => _data = data;

    public string Folder => Path.Combine(_data, "restoring");

    public string PostgresPath => DataDirectory.PostgresOf(Folder);

    /// <summary>Two lines: when the backup was made, and the suffix of what is kept.</summary>
    private string CompleteFile => Path.Combine(Folder, "complete");

    /// <summary>Starts anew; what an earlier one left half done is removed.</summary>
    public static PendingRestore Begin(string data)
    {
        var pending = new PendingRestore(data);
        pending.Abandon();
        PrivatePath.CreateFolder(pending.Folder);
        return pending;
    }

    /// <summary>Completes one that died after <see cref="Commit"/> began. Does nothing where there is none.</summary>
    public static void Finish(string data)
    {
        var pending = new PendingRestore(data);
        if (File.Exists(pending.CompleteFile))
        {
            pending.Swap();
        }
    }

    /// <summary>Puts what was restored in the place of what is there.</summary>
    public void Commit(DateTimeOffset backupMadeAt, DateTimeOffset now)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{backupMadeAt:O}\n{now:yyyyMMddHHmmss}\n");
        var writing = CompleteFile + ".new";
        File.WriteAllText(writing, text);
        File.Move(writing, CompleteFile);
        Swap();
    }

    public void Abandon()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private void Swap()
    {
        var lines = File.ReadAllLines(CompleteFile);
        File.WriteAllText(DataDirectory.RestoredMarkerOf(_data), lines[0] + "\n");
        Replace(DataDirectory.KeysOf(Folder), DataDirectory.KeysOf(_data), lines[1]);
        Replace(PostgresPath, DataDirectory.PostgresOf(_data), lines[1]);
        Abandon();
    }

    private static void Replace(string restored, string place, string suffix)
    {
        if (!Directory.Exists(restored))
        {
            return; // Done before, or not part of this restore.
        }

        if (Directory.Exists(place))
        {
            if (Directory.EnumerateFileSystemEntries(place).Any())
            {
                Directory.Move(place, place + KeptInfix + suffix);
            }
            else
            {
                Directory.Delete(place);
            }
        }

        Directory.Move(restored, place);
    }
}
