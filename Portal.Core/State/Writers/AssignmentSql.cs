using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Scheduling;
using static Portal.Core.State.Writers.EventSql;

namespace Portal.Core.State.Writers;

/// <summary>The statements of a round, each over arrays, so that a round is one round trip whatever its size.</summary>
internal static class AssignmentSql
{
    public static void AddVerdicts(NpgsqlBatch batch, Dictionary<Verdicts, long> verdicts, DateTimeOffset now)
    {
        if (verdicts.Count == 0)
        {
            return;
        }
        Add(batch, "INSERT INTO verdicts (id, decided_at, document) SELECT v.id, $1, v.document FROM unnest($2, $3) AS v(id, document)",
            new() { Value = now }, Numbers(verdicts.Values.Select(v => (long?)v)), new() { Value = verdicts.Keys.Select(VerdictsDocument.Write).ToArray() });
    }

    public static void AddCreated(NpgsqlBatch batch, List<CreatedInstance> created, Dictionary<InstanceId, string> traces, Dictionary<Verdicts, long> verdicts, DateTimeOffset now)
    {
        if (created.Count == 0)
        {
            return;
        }
        Add(batch,
            """
            INSERT INTO assignments (id, app_id, slot, epoch, revision, restart_generation, host_id, desired, cause, pending_reason, placement_reason,
                                     verdicts_id, created_at, placed_at, stop_failure, reserved_cpus, reserved_memory_bytes, run, kept, traceparent)
            SELECT n.id, n.app, n.slot, n.epoch, n.revision, n.restart, n.host, 'Run', n.cause,
                   CASE WHEN n.host IS NULL THEN n.reason END, CASE WHEN n.host IS NOT NULL THEN n.reason END, n.verdicts, $1,
                   CASE WHEN n.host IS NOT NULL THEN $1::timestamptz END, 'None', n.cpus, n.memory, n.run, n.run IS NOT NULL, n.trace
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS n(id, app, slot, epoch, revision, restart, host, cause, reason, verdicts, cpus, memory, run, trace)
            """,
            new() { Value = now },
            Ids(created.Select(c => (Guid?)c.New.Id.Value)),
            Ids(created.Select(c => (Guid?)c.App.Value)),
            Numbers(created.Select(c => (long?)c.New.Slot)),
            Numbers(created.Select(c => (long?)c.New.Epoch)),
            Numbers(created.Select(c => (long?)c.New.Revision)),
            Numbers(created.Select(c => (long?)c.RestartGeneration)),
            Ids(created.Select(c => c.Host?.Value)),
            Text(created.Select(c => (string?)c.New.Cause)),
            Text(created.Select(c => (string?)c.Reason)),
            Numbers(created.Select(c => (long?)verdicts[c.Verdicts])),
            new() { Value = created.Select(c => c.Reservation.Cpus).ToArray() },
            Numbers(created.Select(c => (long?)c.Reservation.MemoryBytes)),
            Numbers(created.Select(c => (long?)c.New.Run)),
            Text(created.Select(c => traces.GetValueOrDefault(c.New.Id))));
        Add(batch,
            """
            INSERT INTO slots (team_id, app_name, slot, epoch)
            SELECT n.team, n.app, n.slot, max(n.epoch) FROM unnest($1, $2, $3, $4) AS n(team, app, slot, epoch) GROUP BY 1, 2, 3
            ON CONFLICT (team_id, app_name, slot) DO UPDATE SET epoch = greatest(slots.epoch, excluded.epoch)
            """,
            Ids(created.Select(c => (Guid?)c.TeamId.Value)),
            Text(created.Select(c => (string?)c.AppName)),
            Numbers(created.Select(c => (long?)c.New.Slot)),
            Numbers(created.Select(c => (long?)c.New.Epoch)));
    }

    public static void AddPlaced(NpgsqlBatch batch, List<PlacedInstance> placed, Dictionary<InstanceId, string> traces, Dictionary<Verdicts, long> verdicts, DateTimeOffset now)
    {
        if (placed.Count == 0)
        {
            return;
        }
        Add(batch,
            """
            UPDATE assignments a SET host_id = p.host, placed_at = $1, pending_reason = NULL, placement_reason = p.reason, verdicts_id = p.verdicts, traceparent = p.trace
            FROM unnest($2, $3, $4, $5, $6) AS p(id, host, reason, verdicts, trace) WHERE a.id = p.id AND a.host_id IS NULL
            """,
            new() { Value = now },
            Ids(placed.Select(p => (Guid?)p.Instance.Value)),
            Ids(placed.Select(p => (Guid?)p.Host.Value)),
            Text(placed.Select(p => (string?)p.Reason)),
            Numbers(placed.Select(p => (long?)verdicts[p.Verdicts])),
            Text(placed.Select(p => traces.GetValueOrDefault(p.Instance))));
    }

    public static void AddPending(NpgsqlBatch batch, List<PendingInstance> pending, Dictionary<Verdicts, long> verdicts)
    {
        if (pending.Count == 0)
        {
            return;
        }
        Add(batch,
            """
            UPDATE assignments a SET pending_reason = p.reason, verdicts_id = p.verdicts
            FROM unnest($1, $2, $3) AS p(id, reason, verdicts) WHERE a.id = p.id AND a.host_id IS NULL
            """,
            Ids(pending.Select(p => (Guid?)p.Instance.Value)),
            Text(pending.Select(p => (string?)p.Reason)),
            Numbers(pending.Select(p => (long?)verdicts[p.Verdicts])));
    }

    public static void AddStopped(NpgsqlBatch batch, List<(AppId App, HostId Host, StopInstance Stop)> stopped, Dictionary<InstanceId, string> traces, DateTimeOffset now)
    {
        if (stopped.Count == 0)
        {
            return;
        }
        Add(batch,
            """
            UPDATE assignments a SET desired = 'Stop', stop_reason = s.reason, stop_failure = s.failure, stop_at = $1, traceparent = s.trace
            FROM unnest($2, $3, $4, $5) AS s(id, reason, failure, trace) WHERE a.id = s.id
            """,
            new() { Value = now },
            Ids(stopped.Select(s => (Guid?)s.Stop.Id.Value)),
            Text(stopped.Select(s => (string?)s.Stop.Reason)),
            Text(stopped.Select(s => (string?)s.Stop.Failure.ToString())),
            Text(stopped.Select(s => traces.GetValueOrDefault(s.Stop.Id))));
    }

    public static void AddEnded(NpgsqlBatch batch, List<(AppId App, InstanceId Instance)> ended, DateTimeOffset now)
    {
        if (ended.Count == 0)
        {
            return;
        }
        Add(batch, "UPDATE assignments SET ended_at = $1, desired = 'Stop' WHERE id = ANY($2) AND ended_at IS NULL",
            new() { Value = now }, Ids(ended.Select(e => (Guid?)e.Instance.Value)));
    }

    public static void AddVolumes(NpgsqlBatch batch, List<VolumeUse> volumes, DateTimeOffset now)
    {
        if (volumes.Count == 0)
        {
            return;
        }
        Add(batch,
            """
            INSERT INTO volumes (team_id, app_name, slot, name, host_id, created_at, last_used_at)
            SELECT v.team, v.app, v.slot, v.name, v.host, $1, $1 FROM unnest($2, $3, $4, $5, $6) AS v(team, app, slot, name, host)
            ON CONFLICT (team_id, app_name, slot, name, host_id) DO UPDATE SET last_used_at = excluded.last_used_at, remove_at = NULL
            """,
            new() { Value = now },
            Ids(volumes.Select(v => (Guid?)v.TeamId.Value)),
            Text(volumes.Select(v => (string?)v.AppName)),
            Numbers(volumes.Select(v => (long?)v.Slot)),
            Text(volumes.Select(v => (string?)v.Name)),
            Ids(volumes.Select(v => (Guid?)v.Host.Value)));
    }

    public static void AddStatuses(NpgsqlBatch batch, List<(AppId App, long Generation, StatusVerdict Status)> statuses, DateTimeOffset now)
    {
        if (statuses.Count == 0)
        {
            return;
        }
        Add(batch,
            """
            INSERT INTO app_status (app_id, observed_generation, status, reason, desired, running, ready, updated, changed_at)
            SELECT s.app, s.generation, s.status, s.reason, s.desired, s.running, s.ready, s.updated, $1
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) AS s(app, generation, status, reason, desired, running, ready, updated)
            ON CONFLICT (app_id) DO UPDATE SET observed_generation = excluded.observed_generation, status = excluded.status, reason = excluded.reason,
                desired = excluded.desired, running = excluded.running, ready = excluded.ready, updated = excluded.updated, changed_at = excluded.changed_at
            """,
            new() { Value = now },
            Ids(statuses.Select(s => (Guid?)s.App.Value)),
            Numbers(statuses.Select(s => (long?)s.Generation)),
            Text(statuses.Select(s => (string?)s.Status.Status.ToString())),
            Text(statuses.Select(s => (string?)s.Status.Reason)),
            Numbers(statuses.Select(s => (long?)s.Status.Desired)),
            Numbers(statuses.Select(s => (long?)s.Status.Running)),
            Numbers(statuses.Select(s => (long?)s.Status.Ready)),
            Numbers(statuses.Select(s => (long?)s.Status.Updated)));
    }

    public static void AddSettled(NpgsqlBatch batch, List<(AppId App, long Generation)> settled)
    {
        if (settled.Count > 0)
        {
            Add(batch, "UPDATE app_status s SET settled_generation = n.generation FROM unnest($1, $2) AS n(app, generation) WHERE s.app_id = n.app",
                Ids(settled.Select(s => (Guid?)s.App.Value)), Numbers(settled.Select(s => (long?)s.Generation)));
        }
    }

    public static void AddForgotten(NpgsqlBatch batch, List<AppId> forgotten, DateTimeOffset now)
    {
        if (forgotten.Count == 0)
        {
            return;
        }
        var ids = Ids(forgotten.Select(f => (Guid?)f.Value));
        Add(batch,
            """
            UPDATE volumes v SET remove_at = $1 FROM apps a
            WHERE a.id = ANY($2) AND a.delete_volumes AND v.team_id = a.team_id AND v.app_name = a.name
            """, new() { Value = now }, ids.Clone());
        Add(batch,
            "DELETE FROM observations o USING assignments a WHERE a.id = o.id AND a.app_id = ANY($1)", ids.Clone());
        Add(batch, "DELETE FROM apps WHERE id = ANY($1)", ids.Clone());
    }

    public static void Add(NpgsqlBatch batch, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }
        batch.BatchCommands.Add(command);
    }
}
