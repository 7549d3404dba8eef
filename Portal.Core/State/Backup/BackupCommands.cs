using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.State.Embedded;

namespace Portal.Core.State.Backup;

/// <summary>The commands <c>backup FILE</c> and <c>restore FILE</c>: each prints sentences and returns the process's exit code.</summary>
public static class BackupCommands
{
    private const int Done = 0;
    private const int Failed = 1;

    /// <summary>Backs up the database and the keys, whether Portal runs or not.</summary>
    /// <param name="file">The file to write.</param>
    /// <param name="dataPath">The data directory.</param>
    /// <param name="connectionString">The server that Portal uses; null for the embedded one.</param>
    /// <param name="keysPath">The folder of the keys; null for the data directory's own.</param>
    /// <param name="output">Gets the sentences.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up and leaves nothing.</param>
    /// <returns>0 when the file is complete, else 1.</returns>
    public static Task<int> BackupAsync(
        string file, string dataPath, string? connectionString, string? keysPath, TextWriter output, TimeProvider time, CancellationToken cancellation) =>
        SayAsync(output, async () =>
        {
            var manifest = connectionString is null
                ? await BackupEmbeddedAsync(file, dataPath, keysPath, time, cancellation)
                : await BackupWriter.WriteAsync(connectionString, keysPath ?? DataDirectory.KeysOf(dataPath), file, time, cancellation);
            var keys = manifest.Files.Count - 1;
            return $"Backed up the database ({manifest.Files[0].Bytes} bytes) and {keys} key(s) to {file}. "
                + "It holds secrets and the keys to them: keep it where you would keep a password.";
        });

    /// <summary>Restores a backup; no Portal may run on the data directory or the database.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="dataPath">The data directory; made if absent.</param>
    /// <param name="connectionString">The server to restore to; null for the embedded one.</param>
    /// <param name="keysPath">The folder that gets the keys as well; null for only the data directory's own. Keys that are there stay.</param>
    /// <param name="force">Also where there are data already.</param>
    /// <param name="output">Gets the sentences.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up; the data are then as before.</param>
    /// <returns>0 when everything is restored, else 1.</returns>
    public static Task<int> RestoreAsync(
        string file,
        string dataPath,
        string? connectionString,
        string? keysPath,
        bool force,
        TextWriter output,
        TimeProvider time,
        CancellationToken cancellation) =>
        SayAsync(output, async () =>
        {
            using var directory = DataDirectory.Open(dataPath);
            var manifest = await BackupReader.RestoreAsync(
                file, directory, connectionString, force, NullLogger.Instance, time, cancellation);
            CopyKeys(directory.KeysPath, keysPath);
            var kept = Directory.GetDirectories(directory.Path, $"*{PendingRestore.KeptInfix}*").Order().ToList();
            return string.Create(CultureInfo.InvariantCulture, $"Restored the backup of {manifest.CreatedAt:u} into {directory.Path}.")
                + (kept.Count == 0 ? "" : $" What was there before is kept in {string.Join(", ", kept)}; delete it when you are sure.");
        });

    private static void CopyKeys(string from, string? to)
    {
        if (to is null)
        {
            return;
        }
        PrivatePath.CreateFolder(to);
        foreach (var key in Directory.GetFiles(from))
        {
            var target = Path.Combine(to, Path.GetFileName(key));
            if (!File.Exists(target))
            {
                File.Copy(key, target);
            }
        }
    }

    private static async Task<BackupManifest> BackupEmbeddedAsync(
        string file, string dataPath, string? keysPath, TimeProvider time, CancellationToken cancellation)
    {
        var real = RealPath.Of(dataPath);
        if (!Directory.Exists(DataDirectory.PostgresOf(real)))
        {
            throw new BackupException(
                $"{real} holds no database. If Portal uses a server of its own, give it with ConnectionStrings__Portal.");
        }

        try
        {
            using var directory = DataDirectory.Open(real);
            await using var server = await EmbeddedPostgres.StartAsync(directory, NullLogger.Instance, time, cancellation);
            return await BackupWriter.WriteAsync(server.ConnectionString, keysPath ?? directory.KeysPath, file, time, cancellation);
        }
        catch (DataDirectoryInUseException)
        {
            // Portal runs: its own server answers.
            using var running = EmbeddedPostgres.Reach(DataDirectory.PostgresOf(real));
            return await BackupWriter.WriteAsync(running.ConnectionString, keysPath ?? DataDirectory.KeysOf(real), file, time, cancellation);
        }
    }

    private static async Task<int> SayAsync(TextWriter output, Func<Task<string>> command)
    {
        try
        {
            await output.WriteLineAsync(await command());
            return Done;
        }
        catch (Exception e) when (e is BackupException or EmbeddedPostgresException or IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync(e.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await output.WriteLineAsync("Given up; nothing was changed.");
            return Failed;
        }
    }
}
