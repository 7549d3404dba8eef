namespace Portal.Core.State.Embedded;

/// <summary>Folders and files that only their owner may use.</summary>
internal static class PrivatePath
{
    /// <summary>Creates it with mode 0700, and what is missing above it; an existing one stays as it is.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotHere();
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Creates a file with mode 0600 and opens it; one that exists is an error.</summary>
    public static FileStream CreateFile(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NotHere();
        }

        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private static EmbeddedPostgresException NotHere() =>
        new("Portal keeps its data on Linux only; run it in a container here.");
}
