using System.Formats.Tar;
using System.Security.Cryptography;
using Portal.Core.State.Embedded;

namespace Portal.Core.State.Backup;

/// <summary>A backup unpacked: checked against its manifest before anything else is touched.</summary>
/// <param name="Manifest">What it says about itself.</param>
/// <param name="DumpPath">The database.</param>
/// <param name="KeysPath">The folder of the keys.</param>
internal sealed record BackupArchive(BackupManifest Manifest, string DumpPath, string KeysPath)
{
    /// <summary>Unpacks the file into a folder.</summary>
    /// <exception cref="BackupException">It is no backup, of a later version, damaged or incomplete.</exception>
    public static async Task<BackupArchive> UnpackAsync(string file, string folder, CancellationToken cancellation)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            await using var tar = new TarReader(stream);
            var manifest = await ManifestAsync(tar, file, cancellation);
            var keys = Path.Combine(folder, "keys");
            PrivatePath.CreateFolder(keys);
            var missing = manifest.Files.ToDictionary(f => f.Name);
            while (await tar.GetNextEntryAsync(copyData: false, cancellation) is { } entry)
            {
                if (!missing.Remove(entry.Name, out var expected))
                {
                    throw new BackupException($"{file} holds {entry.Name}, which its manifest does not name.");
                }

                await UnpackAsync(entry, expected, PlaceOf(entry.Name, folder, keys), cancellation);
            }

            return missing.Count == 0
                ? new BackupArchive(manifest, Path.Combine(folder, BackupManifest.DumpName), keys)
                : throw new BackupException($"{file} is incomplete: {missing.Keys.First()} is missing.");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new BackupException($"{file} is no backup of Portal, or is damaged: {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new BackupException($"The backup cannot be read: {e.Message}", e);
        }
    }

    private static async Task<BackupManifest> ManifestAsync(TarReader tar, string file, CancellationToken cancellation)
    {
        var first = await tar.GetNextEntryAsync(copyData: false, cancellation);
        if (first is not { Name: BackupManifest.EntryName, DataStream: { } json })
        {
            throw new BackupException($"{file} is no backup of Portal: it does not begin with a manifest.");
        }

        var manifest = BackupManifest.Parse(json);
        return manifest.Files.Any(f => f.Name == BackupManifest.DumpName)
            ? manifest
            : throw new BackupException($"{file} holds no database.");
    }

    private static string PlaceOf(string name, string folder, string keys)
    {
        if (name == BackupManifest.DumpName)
        {
            return Path.Combine(folder, name);
        }

        var key = name.StartsWith(BackupManifest.KeysPrefix, StringComparison.Ordinal) ? name[BackupManifest.KeysPrefix.Length..] : "";
        return key is not ("" or "." or "..") && !key.Contains('/', StringComparison.Ordinal)
            ? Path.Combine(keys, key)
            : throw new BackupException($"The backup names a file that does not belong there: {name}");
    }

    private static async Task UnpackAsync(TarEntry entry, BackupFile expected, string path, CancellationToken cancellation)
    {
        await using var target = PrivatePath.CreateFile(path);
        if (entry.DataStream is { } content)
        {
            await content.CopyToAsync(target, cancellation);
        }

        target.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(target, cancellation));
        if (target.Length != expected.Bytes || hash != expected.Sha256)
        {
            throw new BackupException($"The backup is damaged: {expected.Name} is not what its manifest says.");
        }

        target.Flush(flushToDisk: true);
    }
}
