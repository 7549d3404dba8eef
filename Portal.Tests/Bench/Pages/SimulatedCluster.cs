using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State;
using Portal.Core.State.Embedded;
using Portal.Core.State.Model;
using Portal.Tests.EndToEnd;
using Portal.Tests.Store;

namespace Portal.Tests.Bench.Pages;

/// <summary>
/// A real Portal that only serves pages, over a real store that says that many hosts and instances run. No agent works, so nothing
/// changes but by the benchmark.
/// </summary>
internal sealed class SimulatedCluster : IAsyncDisposable
{
    private readonly string _folder;
    private readonly EmbeddedPostgres _server;

    private SimulatedCluster(string folder, EmbeddedPostgres server)
    {
        (_folder, _server) = (folder, server);
        Portal = new PortalProcess(Path.Combine(folder, "data"), server.ConnectionString, "web", published: true);
    }

    public PortalProcess Portal { get; }

    public static async Task<SimulatedCluster> StartAsync(ClusterSize size, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench-").FullName;
        var server = await EmbeddedPostgres.StartAsync(Path.Combine(folder, "postgres"), new ClusterSettings(), NullLogger.Instance, TimeProvider.System, cancellation);
        var cluster = new SimulatedCluster(folder, server);
        await using (var store = MigratedStore.Over(server.ConnectionString))
        {
            await StoreStartup.RunAsync(store.Source, store.Get<IDbContextFactory<PortalDb>>(), TimeProvider.System, beforeUpgrade: null, cancellation);
            await FillAsync(store.Source, size, cancellation);
        }
        Directory.CreateDirectory(cluster.Portal.Data);
        await cluster.Portal.StartAsync();
        return cluster;
    }

    /// <summary>Says of one app that its replicas are another number, as a deployer's change would.</summary>
    public Task ScaleAsync(int app, int replicas) => Portal.Api.ScaleAsync(Name(app), replicas);

    public static string Name(int app) => $"app-{app:00000}";

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task FillAsync(NpgsqlDataSource source, ClusterSize size, CancellationToken cancellation)
    {
        var spec = SpecCodec.Canonical(new AppSpec
        {
            Image = "registry.example/shop/service:1.4.2",
            Ports = [new PortSpec("http", 80)],
            Resources = new() { Reservations = new(0.1, 64L << 20) },
        });
        await using var fill = source.CreateCommand(
            """
            INSERT INTO hosts (id, name, endpoint, address, labels, availability, grace, created_at, changed_at)
            SELECT gen_random_uuid(), 'host-' || lpad(n::text, 4, '0'), 'tcp://10.99.' || n / 250 || '.' || n % 250 || ':2375', '10.99.' || n / 250 || '.' || n % 250,
                   '{}', 'Active', '15 s', now(), now() FROM generate_series(1, $1) n;
            """);
        fill.Parameters.Add(new() { Value = size.Hosts });
        await fill.ExecuteNonQueryAsync(cancellation);
        await ExecuteAsync(source, cancellation,
            """
            INSERT INTO host_status (host_id, reachability, reason, since, last_seen_at, engine_version, os, os_name, architecture, cpus, memory_bytes, images, "foreign")
            SELECT id, 'Reachable', '', now(), now(), '20.10.24', 'linux', 'Debian GNU/Linux 12', 'x86_64', 32, 137438953472, '{}', '[]' FROM hosts;
            """);
        await ExecuteAsync(source, cancellation,
            """
            INSERT INTO apps (id, team_id, name, generation, revision, spec, replicas, stopped, restart_generation, rollout_generation, rollout_by, rollout_paused, rollout_cancelled, rollout_promoted,
                              created_at, changed_at, changed_by, delete_volumes)
            SELECT gen_random_uuid(), (SELECT id FROM teams WHERE name = 'default'), 'app-' || lpad(n::text, 5, '0'), 1, 1, $1::jsonb, $3, false, 0, 1, 'ci-shop', false, false, 0,
                   now(), now() - n * interval '1 minute', 'ci-shop', false FROM generate_series(1, $2) n;
            """, spec, size.Apps, size.InstancesPerApp);
        await ExecuteAsync(source, cancellation,
            """
            INSERT INTO revisions (app_id, number, spec, spec_hash, resolves_anew, created_at, created_by)
            SELECT id, 1, spec, 'simulated', false, created_at, 'ci-shop' FROM apps;
            """);
        await ExecuteAsync(source, cancellation,
            """
            INSERT INTO app_status (app_id, observed_generation, status, reason, desired, running, ready, updated, changed_at)
            SELECT id, 1, CASE WHEN right(name, 2) = '17' THEN 'Degraded' ELSE 'Running' END, CASE WHEN right(name, 2) = '17' THEN 'one instance crashed 5 times within 10 min' ELSE '' END,
                   replicas, replicas, replicas, replicas, changed_at FROM apps;
            """);
        await ExecuteAsync(source, cancellation,
            """
            INSERT INTO assignments (id, app_id, slot, epoch, revision, restart_generation, host_id, reserved_cpus, reserved_memory_bytes, desired, cause, stop_failure, placement_reason, created_at, placed_at, kept)
            SELECT gen_random_uuid(), a.id, slot, 1, 1, 0, h.id, 0.1, 67108864, 'Run', 'wanted', 'None', 'fewest instances', now(), now(), false
            FROM (SELECT *, row_number() OVER (ORDER BY name) AS n FROM apps) a CROSS JOIN generate_series(1, $1) slot
            JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS n FROM hosts) h ON h.n = (a.n * $1 + slot) % $2;
            """, size.InstancesPerApp, size.Hosts);
        await ExecuteAsync(source, cancellation,
            """
            INSERT INTO observations (id, host_id, state, health, reason, failure, container_id, ports, parts, restarts, crashes, started_at, ready_since, observed_at)
            SELECT id, host_id, 'Running', 'None', '', 'None', replace(id::text, '-', ''),
                   jsonb_build_array(jsonb_build_object('Name', 'http', 'ContainerPort', 80, 'HostPort', 20000 + (row_number() OVER ()) % 40000, 'Protocol', 'tcp')), '[]', 0, '{}', now(), now(), now()
            FROM assignments; ANALYZE;
            """);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, CancellationToken cancellation, string sql, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 300;
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
