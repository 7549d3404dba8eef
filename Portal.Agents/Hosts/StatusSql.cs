using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>The statements of a host worker's report, each over arrays, so that a report is one round trip whatever its size.</summary>
internal static class StatusSql
{
    /// <summary>What was observed can be observed again: it need not wait for the disk.</summary>
    public static void AddRelaxation(NpgsqlBatch batch) => Add(batch, "SET LOCAL synchronous_commit = off");

    public static void AddObservations(NpgsqlBatch batch, HostId host, IReadOnlyCollection<ObservedInstance> observed, string observer, DateTimeOffset now)
    {
        if (observed.Count == 0)
        {
            return;
        }
        var rows = observed.Select(o => o.Observation).ToList();
        // PostgreSQL has no array of arrays of different lengths, so crashes come as text.
        Add(batch,
            """
            INSERT INTO observations (id, host_id, state, health, reason, failure, container_id, ports, restarts, crashes, exit_code, started_at, ready_since, image_digest, parts, finished_at, observed_at, observed_by)
            SELECT n.id, $1, n.state, n.health, n.reason, n.failure, n.container, n.ports::jsonb, n.restarts, n.crashes::timestamptz[], n.code, n.started, n.ready, n.digest, n.parts::jsonb, n.finished, $2, $18
            FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) AS n(id, state, health, reason, failure, container, ports, restarts, crashes, code, started, ready, digest, parts, finished)
            WHERE EXISTS (SELECT 1 FROM assignments a WHERE a.id = n.id)
            ON CONFLICT (id) DO UPDATE SET host_id = excluded.host_id, state = excluded.state, health = excluded.health, reason = excluded.reason,
                failure = excluded.failure, container_id = excluded.container_id, ports = excluded.ports, restarts = excluded.restarts, crashes = excluded.crashes,
                exit_code = excluded.exit_code, started_at = excluded.started_at, ready_since = excluded.ready_since, image_digest = excluded.image_digest, parts = excluded.parts, finished_at = excluded.finished_at, observed_at = excluded.observed_at, observed_by = excluded.observed_by
            """,
            new() { Value = host.Value },
            new() { Value = now },
            Array(observed.Select(o => o.Wanted.Id.Value), NpgsqlDbType.Uuid),
            Array(rows.Select(o => o.State.ToString()), NpgsqlDbType.Text),
            Array(rows.Select(o => o.Health.ToString()), NpgsqlDbType.Text),
            Array(rows.Select(o => o.Reason), NpgsqlDbType.Text),
            Array(rows.Select(o => o.Failure.ToString()), NpgsqlDbType.Text),
            Array(rows.Select(o => o.ContainerId), NpgsqlDbType.Text),
            Array(rows.Select(o => PortsJson(o)), NpgsqlDbType.Text),
            Array(rows.Select(o => o.Restarts), NpgsqlDbType.Integer),
            Array(rows.Select(o => "{" + string.Join(',', o.Crashes.Select(c => c.UtcDateTime.ToString("O"))) + "}"), NpgsqlDbType.Text),
            Array(rows.Select(o => o.ExitCode), NpgsqlDbType.Integer),
            Array(rows.Select(o => o.StartedAt), NpgsqlDbType.TimestampTz),
            Array(rows.Select(o => o.ReadySince), NpgsqlDbType.TimestampTz),
            Array(rows.Select(o => o.ImageDigest), NpgsqlDbType.Text),
            Array(rows.Select(o => PartsJson.Write(o.Parts)), NpgsqlDbType.Text),
            Array(rows.Select(o => o.FinishedAt), NpgsqlDbType.TimestampTz),
            new() { Value = observer });
    }

    public static void AddHost(NpgsqlBatch batch, HostId host, HostReport report, DateTimeOffset? lastSeenAt) => Add(batch,
        """
        INSERT INTO host_status (host_id, reachability, reason, since, last_seen_at, engine_version, os, os_name, architecture, cpus, memory_bytes, images, "foreign", engine_run)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 WHERE EXISTS (SELECT 1 FROM hosts WHERE id = $1)
        ON CONFLICT (host_id) DO UPDATE SET reachability = excluded.reachability, reason = excluded.reason, since = excluded.since,
            last_seen_at = coalesce(excluded.last_seen_at, host_status.last_seen_at), engine_version = excluded.engine_version, os = excluded.os,
            os_name = excluded.os_name, architecture = excluded.architecture, cpus = excluded.cpus, memory_bytes = excluded.memory_bytes,
            images = excluded.images, "foreign" = excluded."foreign", engine_run = coalesce(excluded.engine_run, host_status.engine_run)
        """,
        new() { Value = host.Value },
        new() { Value = report.Reachability.ToString() },
        new() { Value = report.Reason },
        new() { Value = report.Since },
        OrNull(lastSeenAt, NpgsqlDbType.TimestampTz),
        OrNull(report.Engine?.Version, NpgsqlDbType.Text),
        OrNull(report.Engine?.Os, NpgsqlDbType.Text),
        OrNull(report.Engine?.OsName, NpgsqlDbType.Text),
        OrNull(report.Engine?.Architecture, NpgsqlDbType.Text),
        new() { Value = report.Engine?.Cpus ?? 0 },
        new() { Value = report.Engine?.MemoryBytes ?? 0L },
        new() { Value = report.Images },
        new() { Value = report.Foreign, NpgsqlDbType = NpgsqlDbType.Jsonb },
        OrNull(report.EngineRun, NpgsqlDbType.Text));

    public static void AddHeartbeat(NpgsqlBatch batch, HostId host, DateTimeOffset lastSeenAt) => Add(batch,
        "UPDATE host_status SET last_seen_at = $2 WHERE host_id = $1", new() { Value = host.Value }, new() { Value = lastSeenAt });

    public static void AddPulls(NpgsqlBatch batch, HostId host, Dictionary<(AppId App, int Revision), PulledImage> pulls, DateTimeOffset now)
    {
        if (pulls.Count == 0)
        {
            return;
        }
        var images = pulls.Values;
        Add(batch,
            """
            INSERT INTO image_pull_status (host_id, app_id, revision, state, reason, is_hopeless, layers, layers_done, bytes, bytes_done, observed_at)
            SELECT $1, n.app, n.revision, n.state, n.reason, n.hopeless, n.layers, n.layers_done, n.bytes, n.bytes_done, $2
            FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11) AS n(app, revision, state, reason, hopeless, layers, layers_done, bytes, bytes_done)
            JOIN image_pulls p ON p.host_id = $1 AND p.app_id = n.app AND p.revision = n.revision
            FOR KEY SHARE OF p
            ON CONFLICT (host_id, app_id, revision) DO UPDATE SET state = excluded.state, reason = excluded.reason, is_hopeless = excluded.is_hopeless, layers = excluded.layers,
                layers_done = excluded.layers_done, bytes = excluded.bytes, bytes_done = excluded.bytes_done, observed_at = excluded.observed_at
            """,
            new() { Value = host.Value },
            new() { Value = now },
            Array(pulls.Keys.Select(k => k.App.Value), NpgsqlDbType.Uuid),
            Array(pulls.Keys.Select(k => k.Revision), NpgsqlDbType.Integer),
            Array(images.Select(i => i.State.ToString()), NpgsqlDbType.Text),
            Array(images.Select(i => i.Reason), NpgsqlDbType.Text),
            Array(images.Select(i => i.IsHopeless), NpgsqlDbType.Boolean),
            Array(images.Select(i => i.Tally.Layers), NpgsqlDbType.Integer),
            Array(images.Select(i => i.Tally.LayersDone), NpgsqlDbType.Integer),
            Array(images.Select(i => i.Tally.Bytes), NpgsqlDbType.Bigint),
            Array(images.Select(i => i.Tally.BytesDone), NpgsqlDbType.Bigint));
    }

    /// <summary>The last lines of a container, unless newer ones are there already or nobody knows its instance.</summary>
    public static void AddLog(NpgsqlBatch batch, KeptLog log, DateTimeOffset now) => Add(batch,
        """
        INSERT INTO instance_logs (container_id, instance_id, container, first_at, last_at, lines, is_whole, text, kept_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE EXISTS (SELECT 1 FROM assignments a WHERE a.id = $2)
        ON CONFLICT (container_id) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at, lines = excluded.lines, is_whole = excluded.is_whole,
            text = excluded.text, kept_at = excluded.kept_at WHERE instance_logs.last_at <= excluded.last_at
        """,
        new() { Value = log.ContainerId }, new() { Value = log.Instance.Value }, new() { Value = log.Container }, new() { Value = log.FirstAt }, new() { Value = log.LastAt },
        new() { Value = log.Lines }, new() { Value = log.IsWhole }, new() { Value = log.Text }, new() { Value = now });

    /// <summary>A volume confirmed gone; if its slot wants it again meanwhile, the row stays.</summary>
    public static void AddRemovedVolume(NpgsqlBatch batch, HostId host, UnwantedVolume volume) => Add(batch,
        "DELETE FROM volumes WHERE team_id = $1 AND app_name = $2 AND slot = $3 AND name = $4 AND host_id = $5 AND remove_at IS NOT NULL",
        new() { Value = volume.Team.Value }, new() { Value = volume.AppName }, new() { Value = volume.Slot }, new() { Value = volume.Name }, new() { Value = host.Value });

    private static string PortsJson(InstanceObservation observation) =>
        JsonSerializer.Serialize(observation.Ports.Select(p => new InstancePort(p.Name, p.ContainerPort, p.HostPort, p.Protocol)));

    private static void Add(NpgsqlBatch batch, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Array<T>(IEnumerable<T> values, NpgsqlDbType type) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };

    private static NpgsqlParameter OrNull(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
