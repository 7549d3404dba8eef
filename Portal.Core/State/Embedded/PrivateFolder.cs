namespace Portal.Core.State.Embedded;

/// <summary>Folders that only their owner may enter.</summary>
internal static class PrivateFolder
{
    /// <summary>Creates it with mode 0700, and what is missing above it; an existing one stays as it is.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EmbeddedPostgresException("Portal keeps its data on Linux only; run it in a container here.");
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
