using Microsoft.Extensions.Logging;
using Portal.Core.State.Embedded;

namespace Portal.Core.State.Backup;

/// <summary>Restores what <see cref="BackupWriter"/> wrote: checked first, made ready beside the data, swapped in at the end.</summary>
public static class BackupReader
{
    /// <summary>
    /// Restores into a data directory which no Portal runs on, and leaves the file
    /// <see cref="DataDirectory.RestoredMarkerPath"/> there for the next start. What was there before is kept beside it.
    /// </summary>
    /// <param name="file">The backup.</param>
    /// <param name="directory">The locked data directory.</param>
    /// <param name="connectionString">The server to restore to; null for the embedded one.</param>
    /// <param name="force">Also where there are data already.</param>
    /// <param name="logger">For the server that runs meanwhile.</param>
    /// <param name="time">Names what is kept.</param>
    /// <param name="cancellation">Gives up; the data are then as before.</param>
    /// <returns>What the backup said about itself.</returns>
    /// <exception cref="BackupException">It cannot be restored, or there are data and no <paramref name="force"/>.</exception>
    /// <exception cref="EmbeddedPostgresException">A program of PostgreSQL is absent or failed.</exception>
    public static async Task<BackupManifest> RestoreAsync(
        string file,
        DataDirectory directory,
        string? connectionString,
        bool force,
        ILogger logger,
        TimeProvider time,
        CancellationToken cancellation)
    {
        if (!force)
        {
            await RefuseToOverwriteAsync(directory, connectionString, cancellation);
        }

        var pending = PendingRestore.Begin(directory.Path);
        try
        {
            var archive = await BackupArchive.UnpackAsync(file, pending.Folder, cancellation);
            if (connectionString is null)
            {
                await FillClusterAsync(pending.PostgresPath, archive, logger, time, cancellation);
            }
            else
            {
                await FillServerAsync(connectionString, archive, force, cancellation);
            }

            pending.Commit(archive.Manifest.CreatedAt, time.GetUtcNow());
            return archive.Manifest;
        }
        catch
        {
            pending.Abandon();
            throw;
        }
    }

    private static async Task RefuseToOverwriteAsync(
        DataDirectory directory, string? connectionString, CancellationToken cancellation)
    {
        if (connectionString is null)
        {
            if (Directory.Exists(directory.PostgresPath))
            {
                throw new BackupException(
                    $"{directory.Path} holds data already. Give another --data directory, or --force to put the backup in their place.");
            }
        }
        else if (await DatabaseTools.InUseAsync(connectionString, cancellation) is { Tables: > 0 })
        {
            throw new BackupException("The database holds tables already. Give an empty one, or --force to replace them.");
        }
    }

    private static async Task FillClusterAsync(
        string clusterPath, BackupArchive archive, ILogger logger, TimeProvider time, CancellationToken cancellation)
    {
        RefuseNewer(archive.Manifest, PostgresBinaries.Choose(clusterMajor: null).Major);
        await using var server = await EmbeddedPostgres.StartAsync(
            clusterPath, new ClusterSettings(), logger, time, cancellation);
        await DatabaseTools.RestoreAsync(server.ConnectionString, archive.DumpPath, replaced: false, cancellation);
    }

    private static async Task FillServerAsync(
        string connectionString, BackupArchive archive, bool force, CancellationToken cancellation)
    {
        if (await DatabaseTools.InUseAsync(connectionString, cancellation) is { Sessions: > 0 and var sessions })
        {
            throw new BackupException(
                $"{sessions} other session(s) use the database. Stop every Portal on it first, then restore.");
        }

        await DatabaseTools.RestoreAsync(connectionString, archive.DumpPath, replaced: force, cancellation);
    }

    private static void RefuseNewer(BackupManifest manifest, int major)
    {
        if (manifest.PostgresMajor > major)
        {
            throw new BackupException(
                $"The backup comes from PostgreSQL {manifest.PostgresMajor}; this machine has {major}. Install postgresql-{manifest.PostgresMajor}.");
        }
    }
}
