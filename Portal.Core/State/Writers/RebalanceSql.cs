using Npgsql;
using Portal.Core.State.Readers;
using static Portal.Core.State.Writers.EventSql;

namespace Portal.Core.State.Writers;

/// <summary>The statements that store how far a rebalance has come.</summary>
internal static class RebalanceSql
{
    public static void AddRebalance(NpgsqlBatch batch, RebalanceChange? change, DateTimeOffset now)
    {
        if (change is null)
        {
            return;
        }
        AssignmentSql.Add(batch,
            """
            INSERT INTO rebalance_progress (rebalance_id, remaining, reason, ended_at)
            SELECT $1, $2, $3, CASE WHEN $4 THEN $5::timestamptz END WHERE EXISTS (SELECT 1 FROM rebalances WHERE id = $1)
            ON CONFLICT (rebalance_id) DO UPDATE SET remaining = excluded.remaining, reason = excluded.reason, ended_at = excluded.ended_at
            """,
            new() { Value = change.Id }, new() { Value = change.Remaining }, new() { Value = change.Reason }, new() { Value = change.IsOver }, new() { Value = now });
        if (!change.Begun.IsEmpty)
        {
            AssignmentSql.Add(batch,
                """
                INSERT INTO rebalance_moves (rebalance_id, instance_id, app_id, slot, from_host_id, to_host_id, reason, decided_at, outcome)
                SELECT $1, m.instance, m.app, m.slot, m.source, m.target, m.reason, $2, '' FROM unnest($3, $4, $5, $6, $7, $8) AS m(instance, app, slot, source, target, reason)
                ON CONFLICT (rebalance_id, instance_id) DO NOTHING
                """,
                new() { Value = change.Id }, new() { Value = now }, Ids(change.Begun.Select(m => (Guid?)m.Instance.Value)), Ids(change.Begun.Select(m => (Guid?)m.App.Value)),
                Numbers(change.Begun.Select(m => (long?)m.Slot)), Ids(change.Begun.Select(m => (Guid?)m.From.Value)), Ids(change.Begun.Select(m => (Guid?)m.To.Value)),
                Text(change.Begun.Select(m => (string?)m.Reason)));
        }
        if (!change.Over.IsEmpty)
        {
            AssignmentSql.Add(batch,
                """
                UPDATE rebalance_moves m SET ended_at = $2, outcome = o.outcome FROM unnest($3, $4) AS o(instance, outcome)
                WHERE m.rebalance_id = $1 AND m.instance_id = o.instance AND m.ended_at IS NULL
                """,
                new() { Value = change.Id }, new() { Value = now }, Ids(change.Over.Select(o => (Guid?)o.Instance.Value)), Text(change.Over.Select(o => (string?)o.Outcome)));
        }
    }
}
