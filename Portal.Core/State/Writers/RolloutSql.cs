using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Readers;
using static Portal.Core.State.Writers.EventSql;

namespace Portal.Core.State.Writers;

/// <summary>The statements that store rollouts, and the digests that they brought.</summary>
internal static class RolloutSql
{
    public static void AddResolved(NpgsqlBatch batch, List<(AppId App, int Revision, string Digest)> resolved)
    {
        if (resolved.Count > 0)
        {
            AssignmentSql.Add(batch,
                """
                UPDATE revisions r SET image_digest = n.digest FROM unnest($1, $2, $3) AS n(app, number, digest)
                WHERE r.app_id = n.app AND r.number = n.number AND r.image_digest IS NULL
                """,
                Ids(resolved.Select(r => (Guid?)r.App.Value)), Numbers(resolved.Select(r => (long?)r.Revision)), Text(resolved.Select(r => (string?)r.Digest)));
        }
    }

    public static void AddResolvedParts(NpgsqlBatch batch, List<(AppId App, int Revision, string Digests)> resolved)
    {
        if (resolved.Count > 0)
        {
            AssignmentSql.Add(batch,
                """
                UPDATE revisions r SET part_digests = n.digests::jsonb FROM unnest($1, $2, $3) AS n(app, number, digests)
                WHERE r.app_id = n.app AND r.number = n.number AND r.part_digests IS NULL
                """,
                Ids(resolved.Select(r => (Guid?)r.App.Value)), Numbers(resolved.Select(r => (long?)r.Revision)), Text(resolved.Select(r => (string?)r.Digests)));
        }
    }

    public static void AddPulls(NpgsqlBatch batch, List<AppId> unwanted, List<(AppId App, int Revision, HostId Host)> pulls, Dictionary<AppId, string> traces, DateTimeOffset now)
    {
        if (unwanted.Count > 0)
        {
            AssignmentSql.Add(batch, "DELETE FROM image_pulls WHERE app_id = ANY($1)", Ids(unwanted.Select(u => (Guid?)u.Value)));
        }
        if (pulls.Count > 0)
        {
            AssignmentSql.Add(batch,
                """
                INSERT INTO image_pulls (host_id, app_id, revision, created_at, traceparent)
                SELECT n.host, n.app, n.revision, $1, n.trace FROM unnest($2, $3, $4, $5) AS n(host, app, revision, trace) WHERE EXISTS (SELECT 1 FROM hosts WHERE id = n.host)
                ON CONFLICT DO NOTHING
                """,
                new() { Value = now }, Ids(pulls.Select(p => (Guid?)p.Host.Value)), Ids(pulls.Select(p => (Guid?)p.App.Value)), Numbers(pulls.Select(p => (long?)p.Revision)),
                Text(pulls.Select(p => traces.GetValueOrDefault(p.App))));
        }
    }

    public static void AddRollouts(NpgsqlBatch batch, List<(AppId App, RolloutState Rollout)> rollouts)
    {
        if (rollouts.Count == 0)
        {
            return;
        }
        var states = rollouts.ConvertAll(r => r.Rollout);
        AssignmentSql.Add(batch,
            """
            INSERT INTO rollouts (app_id, generation, from_revision, to_revision, base_revision, slots, status, reason, outcome, step, step_reached_at,
                                  available, by, message, started_at, progress_at, ended_at, prepared_at)
            SELECT r.app, r.generation, r.from_revision, r.to_revision, r.base_revision, r.slots::jsonb, r.status, r.reason, r.outcome, r.step, r.step_reached_at,
                   r.available, r.by, r.message, r.started_at, r.progress_at, r.ended_at, r.prepared_at
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                AS r(app, generation, from_revision, to_revision, base_revision, slots, status, reason, outcome, step, step_reached_at,
                     available, by, message, started_at, progress_at, ended_at, prepared_at)
            ON CONFLICT (app_id, generation) DO UPDATE SET from_revision = excluded.from_revision, to_revision = excluded.to_revision,
                base_revision = excluded.base_revision, slots = excluded.slots, status = excluded.status, reason = excluded.reason, outcome = excluded.outcome,
                step = excluded.step, step_reached_at = excluded.step_reached_at, available = excluded.available, by = excluded.by, message = excluded.message,
                started_at = excluded.started_at, progress_at = excluded.progress_at, ended_at = excluded.ended_at,
                prepared_at = excluded.prepared_at
            """,
            Ids(rollouts.Select(r => (Guid?)r.App.Value)),
            Numbers(states.Select(r => (long?)r.Generation)),
            Numbers(states.Select(r => (long?)r.From)),
            Numbers(states.Select(r => (long?)r.To)),
            Numbers(states.Select(r => (long?)r.Base)),
            Text(states.Select(r => (string?)RolloutReading.WriteSlots(r.Slots))),
            Text(states.Select(r => (string?)r.Status.ToString())),
            Text(states.Select(r => (string?)r.Reason)),
            Text(states.Select(r => r.Outcome?.ToString())),
            Numbers(states.Select(r => (long?)r.Step)),
            Times(states.Select(r => r.StepReachedAt)),
            Numbers(states.Select(r => (long?)r.Available)),
            Text(states.Select(r => (string?)r.By)),
            Text(states.Select(r => r.Message)),
            Times(states.Select(r => (DateTimeOffset?)r.StartedAt)),
            Times(states.Select(r => (DateTimeOffset?)r.ProgressAt)),
            Times(states.Select(r => r.EndedAt)),
            Times(states.Select(r => r.PreparedAt)));
    }
}
