using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Views;

namespace Portal.Core.State.Readers;

/// <summary>Reads the views that pages and the API show: intent, decisions and observations joined. Checks nobody's rights.</summary>
public sealed partial class ViewReader(NpgsqlDataSource source, TimeProvider time)
{
    private static readonly JsonSerializerOptions s_pulls = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Apps: all, or those named; tombstones with <see cref="AppView.Deleting"/> set.</summary>
    public async Task<List<AppView>> ReadAppsAsync(IReadOnlyCollection<Guid>? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT a.id, a.team_id, t.name, a.name, a.generation, a.revision, a.spec, a.replicas, a.stopped, a.deleted_at IS NOT NULL, a.changed_at, a.changed_by, a.created_at,
                   s.observed_generation, s.status, s.reason, s.desired, s.running, s.ready, s.updated, a.rollout_generation, v.spec ->> 'image', v.image_digest,
                   r.generation, r.from_revision, r.to_revision, r.base_revision, r.slots, r.status, r.reason, r.outcome, r.step, r.step_reached_at,
                   r.available, r.by, r.message, r.started_at, r.progress_at, r.ended_at, r.prepared_at, a.rollout_paused,
                   CASE WHEN r.prepared_at IS NULL AND r.ended_at IS NULL THEN (
                       SELECT jsonb_agg(jsonb_build_object('Host', h.name, 'State', coalesce(s.state, 'Waiting'), 'Reason', coalesce(s.reason, ''), 'Layers', coalesce(s.layers, 0),
                           'LayersDone', coalesce(s.layers_done, 0), 'Bytes', coalesce(s.bytes, 0), 'BytesDone', coalesce(s.bytes_done, 0), 'ObservedAt', s.observed_at) ORDER BY h.name)
                       FROM image_pulls p JOIN hosts h ON h.id = p.host_id
                       LEFT JOIN image_pull_status s ON s.host_id = p.host_id AND s.app_id = p.app_id AND s.revision = p.revision
                       WHERE p.app_id = a.id AND p.revision = r.to_revision) END
            FROM apps a JOIN teams t ON t.id = a.team_id LEFT JOIN app_status s ON s.app_id = a.id
            LEFT JOIN LATERAL (SELECT * FROM rollouts WHERE app_id = a.id ORDER BY generation DESC LIMIT 1) r ON true
            LEFT JOIN revisions v ON v.app_id = a.id
                AND v.number = CASE WHEN r.generation = a.rollout_generation AND r.status IN ('RolledBack', 'Cancelled') THEN r.base_revision ELSE a.revision END
            WHERE $1::uuid[] IS NULL OR a.id = ANY($1)
            """);
        command.Parameters.Add(Ids(ids));
        var apps = new List<AppView>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                apps.Add(ReadApp(reader));
            }
        }
        return await WithJobsAsync(apps, cancellation);
    }

    /// <summary>Instances of all apps or those named: live and unplaced ones, or the latest 200 that ended; by app, slot and epoch.</summary>
    public async Task<List<InstanceView>> ReadInstancesAsync(IReadOnlyCollection<Guid>? apps, bool ended, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            $"""
            {InstanceRow.Select}
            WHERE a.ended_at IS {(ended ? "NOT NULL" : "NULL")} AND ($1::uuid[] IS NULL OR a.app_id = ANY($1))
            ORDER BY {(ended ? "a.ended_at DESC LIMIT 200" : "a.app_id, a.slot, a.epoch")}
            """);
        command.Parameters.Add(Ids(apps));
        return await ReadInstancesAsync(command, cancellation);
    }

    /// <summary>One instance of an app, live or ended; null if the app never had it, or it was forgotten.</summary>
    public async Task<InstanceView?> ReadInstanceAsync(AppId app, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"{InstanceRow.Select} WHERE a.app_id = $1 AND a.id = $2");
        command.Parameters.Add(new() { Value = app.Value });
        command.Parameters.Add(new() { Value = instance.Value });
        return (await ReadInstancesAsync(command, cancellation)).FirstOrDefault();
    }

    private async Task<List<InstanceView>> ReadInstancesAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var instances = new List<InstanceView>();
        var now = time.GetUtcNow();
        while (await reader.ReadAsync(cancellation))
        {
            instances.Add(InstanceRow.Read(reader, now));
        }
        return instances;
    }

    /// <summary>All hosts, or those named, with what their live instances set aside.</summary>
    public async Task<List<HostView>> ReadHostsAsync(IReadOnlyCollection<Guid>? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            $"""
            SELECT h.id, h.name, h.endpoint, h.address, h.labels, h.availability, h.grace, h.certificate_expires_at,
                   s.reachability, s.reason, s.since, s.last_seen_at, s.engine_version, s.os, s.os_name, s.architecture, s.cpus, s.memory_bytes, s.foreign,
                   u.instances, u.cpus, u.memory, (SELECT name FROM cluster LIMIT 1), {RebootSql.InForce}, h.reboot_asked_at, h.reboot_wait, h.availability_at,
                   CASE WHEN h.availability = 'Draining' OR h.reboot_asked_at IS NOT NULL THEN
                       (SELECT count(*)::int FROM assignments g WHERE g.host_id = h.id AND g.ended_at > h.availability_at AND g.created_at <= h.availability_at) ELSE 0 END
            FROM hosts h LEFT JOIN host_status s ON s.host_id = h.id
            LEFT JOIN LATERAL (
                SELECT count(*)::int AS instances, coalesce(sum(a.reserved_cpus), 0) AS cpus, coalesce(sum(a.reserved_memory_bytes), 0)::bigint AS memory
                FROM assignments a WHERE a.host_id = h.id AND a.ended_at IS NULL) u ON true
            WHERE $1::uuid[] IS NULL OR h.id = ANY($1)
            ORDER BY h.name
            """);
        command.Parameters.Add(Ids(ids));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var hosts = new List<HostView>();
        while (await reader.ReadAsync(cancellation))
        {
            hosts.Add(HostRowReader.Read(reader));
        }
        return hosts;
    }

    /// <summary>Events newer than an id, newest first, at most so many.</summary>
    public async Task<List<EventView>> ReadEventsAsync(long newerThan, int limit, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT e.id, e.at, e.severity, e.kind, e.message, t.name, e.app_name, e.host_name, e.instance_id, e.trace_id
            FROM events e LEFT JOIN teams t ON t.id = e.team_id WHERE e.id > $1 ORDER BY e.id DESC LIMIT $2
            """);
        command.Parameters.Add(new() { Value = newerThan });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<EventView>();
        while (await reader.ReadAsync(cancellation))
        {
            events.Add(new EventView
            {
                Id = reader.GetInt64(0),
                At = reader.GetFieldValue<DateTimeOffset>(1),
                Severity = Enum.Parse<Severity>(reader.GetString(2)),
                Kind = reader.GetString(3),
                Message = reader.GetString(4),
                Team = reader.IsDBNull(5) ? null : reader.GetString(5),
                App = reader.IsDBNull(6) ? null : reader.GetString(6),
                Host = reader.IsDBNull(7) ? null : reader.GetString(7),
                Instance = reader.IsDBNull(8) ? null : new InstanceId(reader.GetGuid(8)),
                TraceId = reader.IsDBNull(9) ? null : reader.GetString(9),
            });
        }
        return events;
    }

    private static AppView ReadApp(NpgsqlDataReader reader)
    {
        var generation = reader.GetInt64(4);
        var seen = !reader.IsDBNull(13);
        var spec = SpecCodec.FromCanonical(reader.GetString(6));
        var rollout = reader.IsDBNull(23) ? null : RolloutReading.Read(reader, 23);
        var revision = reader.GetInt32(5);
        var wentBack = rollout is { Status: RolloutStatus.RolledBack or RolloutStatus.Cancelled } && rollout.Generation == reader.GetInt64(20);
        var (replicas, stopped, deleting) = (reader.GetInt32(7), reader.GetBoolean(8), reader.GetBoolean(9));
        return new AppView
        {
            Id = new AppId(reader.GetGuid(0)),
            TeamId = new TeamId(reader.GetGuid(1)),
            Team = reader.GetString(2),
            Name = reader.GetString(3),
            Generation = generation,
            Revision = wentBack ? rollout!.Base : revision,
            Rollout = rollout is null ? null : new RolloutView(rollout)
            {
                Images = reader.IsDBNull(41) ? [] : JsonSerializer.Deserialize<ImmutableArray<ImagePullView>>(reader.GetString(41), s_pulls),
            },
            RolloutGeneration = reader.GetInt64(20),
            RolloutPaused = reader.GetBoolean(40),
            Image = reader.IsDBNull(21) ? spec.Image : reader.GetString(21),
            ImageDigest = reader.IsDBNull(22) ? null : reader.GetString(22),
            Spec = spec,
            Replicas = replicas,
            Stopped = stopped,
            Deleting = deleting,
            ChangedAt = reader.GetFieldValue<DateTimeOffset>(10),
            ChangedBy = reader.GetString(11),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(12),
            ObservedGeneration = seen ? reader.GetInt64(13) : 0,
            Status = seen ? Enum.Parse<AppStatus>(reader.GetString(14)) : AppStatus.Progressing,
            Reason = seen ? reader.GetString(15) : "The controller has not acted on it yet",
            // The intent counts from its answer on; only of a global app and a job the controller alone knows the number.
            Desired = spec.Kind == AppKind.Service ? stopped || deleting ? 0 : replicas : seen ? reader.GetInt32(16) : 0,
            Running = seen ? reader.GetInt32(17) : 0,
            Healthy = seen ? reader.GetInt32(18) : 0,
            Updated = seen ? reader.GetInt32(19) : 0,
        };
    }

    private static NpgsqlParameter Ids(IReadOnlyCollection<Guid>? ids) =>
        new() { Value = (object?)ids?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };
}
