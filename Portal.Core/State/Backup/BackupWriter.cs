using System.Formats.Tar;
using System.Security.Cryptography;
using Portal.Core.State.Embedded;

namespace Portal.Core.State.Backup;

/// <summary>Makes one file of everything that a restore needs: the database and the keys that its secrets are encrypted with.</summary>
public static class BackupWriter
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes it beside its place and renames it when it is whole and on disk; readable by its owner alone, for it holds
    /// keys. Portal may be running.
    /// </summary>
    /// <param name="connectionString">The database to dump.</param>
    /// <param name="keysPath">The folder of the keys; it may be absent.</param>
    /// <param name="file">The tar file to make; one that exists is replaced.</param>
    /// <param name="time">Says when the backup was made.</param>
    /// <param name="cancellation">Gives up and leaves nothing.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="BackupException">The database cannot be reached.</exception>
    /// <exception cref="EmbeddedPostgresException">The dump program is absent or failed.</exception>
    public static async Task<BackupManifest> WriteAsync(
        string connectionString, string keysPath, string file, TimeProvider time, CancellationToken cancellation)
    {
        var target = Path.GetFullPath(file);
        var making = $"{target}.{Guid.NewGuid():N}";
        var dump = making + ".dump";
        try
        {
            var createdAt = time.GetUtcNow();
            var schema = await DatabaseTools.SchemaAsync(connectionString, cancellation);
            await PrivatePath.CreateFile(dump).DisposeAsync();
            var major = await DatabaseTools.DumpAsync(connectionString, dump, cancellation);

            // Keys after the dump: they are only ever added, so each that the dump needs is among them.
            var sources = new List<(BackupFile File, string Path)>
            {
                (await DescribeAsync(BackupManifest.DumpName, dump, cancellation), dump),
            };
            var keys = Directory.Exists(keysPath) ? Directory.GetFiles(keysPath) : [];
            foreach (var key in keys.Order())
            {
                sources.Add((await DescribeAsync(BackupManifest.KeysPrefix + Path.GetFileName(key), key, cancellation), key));
            }

            var manifest = new BackupManifest(
                BackupManifest.CurrentFormat, BackupManifest.OwnVersion, schema, major, createdAt, [.. sources.Select(s => s.File)]);
            await WriteTarAsync(making, manifest, sources, cancellation);
            File.Move(making, target, overwrite: true);
            return manifest;
        }
        finally
        {
            File.Delete(dump);
            File.Delete(making);
        }
    }

    private static async Task WriteTarAsync(
        string path, BackupManifest manifest, List<(BackupFile File, string Path)> sources, CancellationToken cancellation)
    {
        await using var stream = PrivatePath.CreateFile(path);
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await AddAsync(BackupManifest.EntryName, new MemoryStream(manifest.ToJson()));
            foreach (var (file, source) in sources)
            {
                await AddAsync(file.Name, File.OpenRead(source));
            }

            async Task AddAsync(string name, Stream content)
            {
                await using (content)
                {
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, name)
                    {
                        Mode = PrivateFile,
                        ModificationTime = manifest.CreatedAt,
                        DataStream = content,
                    };
                    await tar.WriteEntryAsync(entry, cancellation);
                }
            }
        }

        stream.Flush(flushToDisk: true);
    }

    private static async Task<BackupFile> DescribeAsync(string name, string path, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        var hash = await SHA256.HashDataAsync(stream, cancellation);
        return new BackupFile(name, stream.Length, Convert.ToHexStringLower(hash));
    }
}
