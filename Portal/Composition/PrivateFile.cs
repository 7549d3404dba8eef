namespace Portal.Composition;

/// <summary>Writes a file that only its owner may read (mode 0600).</summary>
internal static class PrivateFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Whole or not at all, also when the process dies meanwhile.
        var next = path + ".next";
        File.Delete(next);
        using (var file = new FileStream(next, options))
        {
            file.Write(bytes);
        }

        File.Move(next, path, overwrite: true);
    }
}
