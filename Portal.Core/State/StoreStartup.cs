using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Model;

namespace Portal.Core.State;

/// <summary>The store's schema is newer than this program: it stops rather than misread it.</summary>
public sealed class StoreTooNewException(string migration) : Exception(
    $"The store was migrated by a newer Portal (its migration {migration} is unknown here). Start that version, or restore the dump made before the upgrade.");

/// <summary>Brings a store to this program's schema, and fills what every Portal has: its identity and the team <c>default</c>.</summary>
public static class StoreStartup
{
    /// <summary>The advisory lock under which one process at a time migrates: "portal" in ASCII.</summary>
    private const long MigrationLock = 0x706f7274616c;
    /// <summary>More than a slot gets between two backups.</summary>
    private const int EpochsLiftedByRestore = 1_000;

    /// <summary>Migrates if there is something to migrate; with several processes one does it and the others wait.</summary>
    /// <param name="source">The store.</param>
    /// <param name="contexts">Makes contexts for it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="beforeUpgrade">Called with the pending migrations when a store that has data is about to change, to dump it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreTooNewException">A newer program has migrated it.</exception>
    public static async Task RunAsync(NpgsqlDataSource source, IDbContextFactory<PortalDb> contexts, TimeProvider time, Func<IReadOnlyList<string>, Task>? beforeUpgrade, CancellationToken cancellation)
    {
        await using var locked = await source.OpenConnectionAsync(cancellation);
        await ExecuteAsync(locked, $"SELECT pg_advisory_lock({MigrationLock})", cancellation);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellation);
            var known = db.GetService<IMigrationsAssembly>().Migrations.Keys.ToHashSet(StringComparer.Ordinal);
            var applied = (await db.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
            if (applied.Find(m => !known.Contains(m)) is { } unknown)
            {
                throw new StoreTooNewException(unknown);
            }
            var pending = (await db.Database.GetPendingMigrationsAsync(cancellation)).ToList();
            if (pending.Count > 0)
            {
                if (applied.Count > 0 && beforeUpgrade is not null)
                {
                    await beforeUpgrade(pending);
                }
                await db.Database.MigrateAsync(cancellation);
            }
            await FillAsync(db, time.GetUtcNow(), cancellation);
        }
        finally
        {
            await ExecuteAsync(locked, $"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
        }
    }

    /// <summary>
    /// What only a process that started its own server may do, for nobody else can be there: end the leases of the process before
    /// it and, after a restore, lift every epoch above those that containers made since the backup may carry.
    /// </summary>
    public static async Task TakeOverAsync(NpgsqlDataSource source, string restoredMarkerPath, CancellationToken cancellation)
    {
        await Leases.LeaseStore.ExpireAllAsync(source, cancellation);
        if (File.Exists(restoredMarkerPath))
        {
            await using var lift = source.CreateCommand($"UPDATE slots SET epoch = epoch + {EpochsLiftedByRestore}");
            await lift.ExecuteNonQueryAsync(cancellation);
            File.Delete(restoredMarkerPath);
        }
    }

    private static async Task FillAsync(PortalDb db, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await db.Cluster.AnyAsync(cancellation))
        {
            return;
        }
        db.Cluster.Add(new ClusterRow { Id = Guid.NewGuid(), Name = "default", CreatedAt = now });
        db.Teams.Add(new TeamRow { Id = new TeamId(Guid.CreateVersion7(now)), Name = "default", DisplayName = "Default", CreatedAt = now });
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
