using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.State.Views;

namespace Portal.Core.State.Readers;

/// <content>Jobs and their runs.</content>
public sealed partial class ViewReader
{
    // What users asked for and the controller has not begun is shown from the moment on at which it was asked for.
    private const string AllRuns =
        $"""
        SELECT app_id, {RunReading.Columns} FROM runs
        UNION ALL
        SELECT w.app_id, w.number, 'Manual', NULL, w.by, w.message, a.revision, 1, 1, 0, NULL, 'Waiting', 'waits for its turn', w.at, NULL, NULL, 0, 0, false
        FROM run_wishes w JOIN apps a ON a.id = w.app_id
        WHERE w.is_asked AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.app_id = w.app_id AND r.number = w.number)
        """;

    /// <summary>All runs of a job that are kept, newest first.</summary>
    public async Task<List<RunState>> ReadRunsAsync(AppId app, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"SELECT * FROM ({AllRuns}) r WHERE app_id = $1 ORDER BY number DESC");
        command.Parameters.Add(new() { Value = app.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var runs = new List<RunState>();
        while (await reader.ReadAsync(cancellation))
        {
            runs.Add(RunReading.Read(reader, 1));
        }
        return runs;
    }

    /// <summary>All instances of a run, live and ended, by slot and epoch.</summary>
    public async Task<List<InstanceView>> ReadRunInstancesAsync(AppId app, int run, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"{InstanceRow.Select} WHERE a.app_id = $1 AND a.run = $2 ORDER BY a.slot, a.epoch");
        command.Parameters.Add(new() { Value = app.Value });
        command.Parameters.Add(new() { Value = run });
        return await ReadInstancesAsync(command, cancellation);
    }

    private async Task<List<AppView>> WithJobsAsync(List<AppView> apps, CancellationToken cancellation)
    {
        var jobs = apps.Where(a => a.Spec.Kind == AppKind.Job).Select(a => a.Id.Value).ToArray();
        if (jobs.Length == 0)
        {
            return apps;
        }
        await using var command = source.CreateCommand(
            $"SELECT r.* FROM unnest($1) AS n(id) CROSS JOIN LATERAL (SELECT * FROM ({AllRuns}) every WHERE app_id = n.id ORDER BY number DESC LIMIT {JobView.RecentCount}) r");
        command.Parameters.Add(new() { Value = jobs });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var runs = new List<(AppId App, RunState Run)>();
        while (await reader.ReadAsync(cancellation))
        {
            runs.Add((new AppId(reader.GetGuid(0)), RunReading.Read(reader, 1)));
        }
        var byApp = runs.ToLookup(r => r.App, r => r.Run);
        var now = time.GetUtcNow();
        return apps.ConvertAll(a => a.Spec.Job is not { } job ? a : a with
        {
            Job = new JobView(a.Stopped || a.Deleting ? null : Clock.Of(job)?.Next(now), [.. byApp[a.Id].OrderByDescending(r => r.Number)]),
        });
    }
}
