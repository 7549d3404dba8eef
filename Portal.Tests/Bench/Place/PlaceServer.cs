using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Agents.Control;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State;
using Portal.Core.State.Embedded;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Tests.Store;
using Portal.Tests.Store.Embedded;

namespace Portal.Tests.Bench.Place;

/// <summary>An embedded server with Portal's own settings, and a fresh database with simulated hosts for each measurement.</summary>
internal sealed class PlaceServer : IAsyncDisposable
{
    private const int HostsPerZone = 50;
    private static readonly AppSpec s_spec = new() { Image = "test/web:1", Resources = new() { Reservations = new(0.1, 64L << 20) } };
    private readonly string _folder;
    private readonly EmbeddedPostgres _server;
    private int _made;

    private PlaceServer(string folder, EmbeddedPostgres server)
    {
        _folder = folder;
        _server = server;
    }

    public static async Task<PlaceServer> StartAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        return new PlaceServer(folder, await EmbeddedPostgres.StartAsync(Path.Combine(folder, "postgres"), new ClusterSettings(), NullLogger.Instance, TimeProvider.System, cancellation));
    }

    /// <summary>From the notice of the apps to the commit of their last placement.</summary>
    public async Task<TimeSpan> PlaceAsync(PlaceSize size, CancellationToken cancellation)
    {
        await using var store = await MakeStoreAsync(size, cancellation);
        using var changed = new SemaphoreSlim(0);
        await store.StartAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await using var db = await store.OpenAsync();
            return await db.Terms.AnyAsync(t => t.Name == "controller", cancellation);
        }, "there is a controller");
        using var subscription = store.Get<INoticeBus>().Subscribe(notice =>
        {
            if (!notice.Assignments.IsEmpty)
            {
                changed.Release();
            }
        });
        var apps = await AddAppsAsync(store, size, cancellation);
        var begin = Stopwatch.GetTimestamp();
        store.Get<INoticeBus>().Committed(new Notice { Specs = [.. apps.Select(a => a.Value)] });
        while (await CountPlacedAsync(store, cancellation) < size.Instances)
        {
            if (!await changed.WaitAsync(TimeSpan.FromMinutes(2), cancellation))
            {
                throw new TimeoutException($"Only {await CountPlacedAsync(store, cancellation)} of {size.Instances} were placed.");
            }
        }
        return Stopwatch.GetElapsedTime(begin);
    }

    /// <summary>What the store alone takes for as many rows, in one statement and one commit.</summary>
    public async Task<TimeSpan> InsertAsync(PlaceSize size, CancellationToken cancellation)
    {
        await using var store = await MakeStoreAsync(size, cancellation);
        await AddAppsAsync(store, size, cancellation);
        var begin = Stopwatch.GetTimestamp();
        await using var command = store.Source.CreateCommand(
            """
            INSERT INTO assignments (id, app_id, slot, epoch, revision, restart_generation, host_id, desired, cause, placement_reason, created_at, placed_at,
                                     stop_failure, reserved_cpus, reserved_memory_bytes)
            SELECT gen_random_uuid(), a.id, slot, 1, 1, 0, (SELECT id FROM hosts LIMIT 1), 'Run', 'the app wants it', 'it fits', now(), now(), 'None', 0.1, 67108864
            FROM apps a, generate_series(1, $1) slot
            """);
        command.Parameters.Add(new() { Value = size.Replicas });
        await command.ExecuteNonQueryAsync(cancellation);
        return Stopwatch.GetElapsedTime(begin);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<MigratedStore> MakeStoreAsync(PlaceSize size, CancellationToken cancellation)
    {
        var name = $"place_{++_made}";
        await using (var connection = new NpgsqlConnection(With(_server.ConnectionString, pooling: false)))
        {
            await connection.OpenAsync(cancellation);
            if (_made > 1)
            {
                // One database at a time keeps the disk small.
                await ExecuteAsync(connection, $"DROP DATABASE place_{_made - 1} WITH (FORCE)", cancellation);
            }
            await ExecuteAsync(connection, $"CREATE DATABASE {name}", cancellation);
        }
        var store = MigratedStore.Over(With(_server.ConnectionString, pooling: true, name), s => s.AddController());
        await StoreStartup.RunAsync(store.Source, store.Get<IDbContextFactory<PortalDb>>(), TimeProvider.System, beforeUpgrade: null, cancellation);
        await AddHostsAsync(store, size, cancellation);
        return store;
    }

    private static async Task AddHostsAsync(MigratedStore store, PlaceSize size, CancellationToken cancellation)
    {
        await using var db = await store.OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        for (var n = 1; n <= size.Hosts; n++)
        {
            var id = new HostId(Guid.CreateVersion7());
            db.Hosts.Add(new HostRow { Id = id, Name = $"h{n}", Endpoint = $"tcp://h{n}", Address = "127.0.0.1", Labels = $$"""{"zone":"z{{n / HostsPerZone}}"}""", Grace = TimeSpan.FromSeconds(15), CreatedAt = now, ChangedAt = now });
            db.HostStatus.Add(new HostStatusRow { HostId = id, Reachability = Reachability.Reachable, Cpus = 8, MemoryBytes = 1L << 34, Os = "linux", Architecture = "amd64", Since = now });
        }
        await db.SaveChangesAsync(cancellation);
    }

    private static async Task<List<AppId>> AddAppsAsync(MigratedStore store, PlaceSize size, CancellationToken cancellation)
    {
        await using var db = await store.OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        var team = await db.Teams.SingleAsync(cancellation);
        var spec = SpecCodec.Canonical(s_spec);
        var hash = SpecHash.OfContainer(s_spec);
        var ids = Enumerable.Range(0, size.Apps).Select(_ => new AppId(Guid.CreateVersion7())).ToList();
        db.Apps.AddRange(ids.Select((id, n) => new AppRow { Id = id, TeamId = team.Id, Name = $"app{n}", Generation = 1, Revision = 1, Spec = spec, Replicas = size.Replicas, ChangedBy = "bench", ChangedAt = now, CreatedAt = now }));
        db.Revisions.AddRange(ids.Select(id => new RevisionRow { AppId = id, Number = 1, Spec = spec, SpecHash = hash, CreatedAt = now, CreatedBy = "bench" }));
        await db.SaveChangesAsync(cancellation);
        return ids;
    }

    private static async Task<long> CountPlacedAsync(MigratedStore store, CancellationToken cancellation)
    {
        await using var command = store.Source.CreateCommand("SELECT count(*) FROM assignments WHERE host_id IS NOT NULL");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string With(string connection, bool pooling, string? database = null)
    {
        var builder = new NpgsqlConnectionStringBuilder(connection) { Pooling = pooling };
        builder.Database = database ?? builder.Database;
        return builder.ConnectionString;
    }
}
