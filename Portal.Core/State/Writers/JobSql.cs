using Npgsql;
using NpgsqlTypes;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using static Portal.Core.State.Writers.AssignmentSql;
using static Portal.Core.State.Writers.EventSql;

namespace Portal.Core.State.Writers;

/// <summary>The statements that store what was decided of jobs.</summary>
internal static class JobSql
{
    public static void AddJobs(NpgsqlBatch batch, List<(AppId App, JobDecision Decision)> jobs)
    {
        if (jobs.Count == 0)
        {
            return;
        }
        AddMemories(batch, jobs);
        AddRuns(batch, [.. jobs.SelectMany(j => j.Decision.Changed, (j, run) => (j.App, run))]);
        AddOutcomes(batch, [.. jobs.SelectMany(j => j.Decision.Finish.Concat(j.Decision.Stop))]);
        AddReleased(batch, jobs);
        AddForgotten(batch, [.. jobs.SelectMany(j => j.Decision.Forget, (j, run) => (j.App, run))]);
    }

    private static void AddMemories(NpgsqlBatch batch, List<(AppId App, JobDecision Decision)> jobs) => Add(batch,
        """
        INSERT INTO jobs (app_id, schedule, scheduled_through, deployed_generation, suspended)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (app_id) DO UPDATE SET schedule = excluded.schedule, scheduled_through = excluded.scheduled_through,
            deployed_generation = excluded.deployed_generation, suspended = excluded.suspended
        """,
        Ids(jobs.Select(j => (Guid?)j.App.Value)),
        Text(jobs.Select(j => (string?)j.Decision.Memory.Schedule)),
        Times(jobs.Select(j => (DateTimeOffset?)j.Decision.Memory.ScheduledThrough)),
        Numbers(jobs.Select(j => (long?)j.Decision.Memory.DeployedGeneration)),
        Flags(jobs.Select(j => j.Decision.Memory.Suspended)));

    private static void AddRuns(NpgsqlBatch batch, List<(AppId App, RunState Run)> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }
        Add(batch,
            """
            INSERT INTO runs (app_id, number, cause, scheduled_at, by, message, revision, completions, parallelism, retries, deadline,
                              status, reason, created_at, started_at, ended_at, succeeded, failed, kept)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT (app_id, number) DO UPDATE SET status = excluded.status, reason = excluded.reason, started_at = excluded.started_at,
                ended_at = excluded.ended_at, succeeded = excluded.succeeded, failed = excluded.failed, kept = excluded.kept
            """,
            Ids(runs.Select(r => (Guid?)r.App.Value)),
            Whole(runs.Select(r => r.Run.Number)),
            Text(runs.Select(r => (string?)r.Run.Cause.ToString())),
            Times(runs.Select(r => r.Run.ScheduledAt)),
            Text(runs.Select(r => (string?)r.Run.By)),
            Text(runs.Select(r => r.Run.Message)),
            Whole(runs.Select(r => r.Run.Revision)),
            Whole(runs.Select(r => r.Run.Completions)),
            Whole(runs.Select(r => r.Run.Parallelism)),
            Whole(runs.Select(r => r.Run.Retries)),
            new() { Value = runs.Select(r => r.Run.Deadline).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval },
            Text(runs.Select(r => (string?)r.Run.Status.ToString())),
            Text(runs.Select(r => (string?)r.Run.Reason)),
            Times(runs.Select(r => (DateTimeOffset?)r.Run.CreatedAt)),
            Times(runs.Select(r => r.Run.StartedAt)),
            Times(runs.Select(r => r.Run.EndedAt)),
            Whole(runs.Select(r => r.Run.Succeeded)),
            Whole(runs.Select(r => r.Run.Failed)),
            Flags(runs.Select(r => r.Run.Kept)));
    }

    private static void AddOutcomes(NpgsqlBatch batch, List<FinishedAttempt> finished)
    {
        if (finished.Count > 0)
        {
            Add(batch,
                "UPDATE assignments a SET outcome = f.outcome, stop_reason = f.reason FROM unnest($1, $2, $3) AS f(id, outcome, reason) WHERE a.id = f.id AND a.outcome IS NULL",
                Ids(finished.Select(f => (Guid?)f.Id.Value)), Text(finished.Select(f => (string?)f.Outcome.ToString())), Text(finished.Select(f => (string?)f.Reason)));
        }
    }

    private static void AddReleased(NpgsqlBatch batch, List<(AppId App, JobDecision Decision)> jobs)
    {
        var instances = jobs.SelectMany(j => j.Decision.Release).ToList();
        if (instances.Count > 0)
        {
            Add(batch, "UPDATE assignments SET kept = false WHERE id = ANY($1)", Ids(instances.Select(i => (Guid?)i.Value)));
        }
        var runs = jobs.SelectMany(j => j.Decision.ReleaseRuns.Concat(j.Decision.Forget), (j, run) => (j.App, Run: run)).ToList();
        if (runs.Count > 0)
        {
            Add(batch, "UPDATE assignments a SET kept = false FROM unnest($1, $2) AS r(app, run) WHERE a.app_id = r.app AND a.run = r.run AND a.kept",
                Ids(runs.Select(r => (Guid?)r.App.Value)), Whole(runs.Select(r => r.Run)));
        }
    }

    private static void AddForgotten(NpgsqlBatch batch, List<(AppId App, int Run)> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }
        NpgsqlParameter[] keys = [Ids(runs.Select(r => (Guid?)r.App.Value)), Whole(runs.Select(r => r.Run))];
        Add(batch,
            """
            WITH gone AS (DELETE FROM assignments a USING unnest($1, $2) AS f(app, run) WHERE a.app_id = f.app AND a.run = f.run AND a.ended_at IS NOT NULL RETURNING a.id)
            DELETE FROM observations WHERE id IN (SELECT id FROM gone)
            """, [.. keys.Select(k => k.Clone())]);
        Add(batch, "DELETE FROM run_wishes w USING unnest($1, $2) AS f(app, run) WHERE w.app_id = f.app AND w.number = f.run", [.. keys.Select(k => k.Clone())]);
        Add(batch, "DELETE FROM runs r USING unnest($1, $2) AS f(app, run) WHERE r.app_id = f.app AND r.number = f.run", keys);
    }

    private static NpgsqlParameter Whole(IEnumerable<int> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    private static NpgsqlParameter Flags(IEnumerable<bool> values) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean };
}
