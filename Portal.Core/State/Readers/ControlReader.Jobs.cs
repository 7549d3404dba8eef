using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.Reconciliation;

namespace Portal.Core.State.Readers;

/// <content>Jobs: what is remembered of them, their runs, what users want of those, and how their instances ended.</content>
public sealed partial class ControlReader
{
    /// <inheritdoc/>
    public async Task<Dictionary<AppId, JobRecord>> ReadJobsAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        // As of one moment: a run that ended between two of these reads would seem to have instances of nothing.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var memories = (await ReadAsync(connection, ids,
            "SELECT app_id, schedule, scheduled_through, deployed_generation, suspended FROM jobs WHERE $1::uuid[] IS NULL OR app_id = ANY($1)",
            r => new JobMemory { Schedule = r.GetString(1), ScheduledThrough = r.GetFieldValue<DateTimeOffset>(2), DeployedGeneration = r.GetInt64(3), Suspended = r.GetBoolean(4) },
            cancellation)).ToDictionary(m => m.App, m => m.Value);
        if (memories.Count == 0)
        {
            return await ReadNewAsync(connection, ids, cancellation);
        }
        var runs = (await ReadAsync(connection, ids, $"SELECT app_id, {RunReading.Columns} FROM runs WHERE $1::uuid[] IS NULL OR app_id = ANY($1) ORDER BY app_id, number",
            r => RunReading.Read(r, 1), cancellation)).ToLookup(r => r.App, r => r.Value);
        var wishes = await ReadWishesAsync(connection, ids, cancellation);
        var ended = (await ReadAsync(connection, ids,
            """
            SELECT a.app_id, a.id, a.run, a.slot, a.epoch, h.name, a.outcome, a.stop_reason, coalesce(o.finished_at, a.ended_at), a.kept
            FROM runs r JOIN assignments a ON a.app_id = r.app_id AND a.run = r.number LEFT JOIN hosts h ON h.id = a.host_id LEFT JOIN observations o ON o.id = a.id
            WHERE r.ended_at IS NULL AND a.ended_at IS NOT NULL AND ($1::uuid[] IS NULL OR r.app_id = ANY($1))
            """, ReadEnded, cancellation)).ToLookup(a => a.App, a => a.Value);
        return memories.Keys.Union(wishes.Select(w => w.Key)).ToDictionary(app => app, app => new JobRecord
        {
            Memory = memories.GetValueOrDefault(app),
            Runs = [.. runs[app]],
            Wishes = [.. wishes[app]],
            Ended = [.. ended[app]],
        });
    }

    private static async Task<Dictionary<AppId, JobRecord>> ReadNewAsync(NpgsqlConnection connection, Guid[]? ids, CancellationToken cancellation) =>
        (await ReadWishesAsync(connection, ids, cancellation)).ToDictionary(w => w.Key, w => new JobRecord { Wishes = [.. w] });

    private static async Task<ILookup<AppId, RunWish>> ReadWishesAsync(NpgsqlConnection connection, Guid[]? ids, CancellationToken cancellation) =>
        (await ReadAsync(connection, ids,
            """
            SELECT w.app_id, w.number, w.is_asked, w.by, w.message, w.cancelled_by FROM run_wishes w LEFT JOIN runs r ON r.app_id = w.app_id AND r.number = w.number
            WHERE r.ended_at IS NULL AND ($1::uuid[] IS NULL OR w.app_id = ANY($1)) ORDER BY w.app_id, w.number
            """,
            r => new RunWish(r.GetInt32(1), r.GetBoolean(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5)), cancellation))
        .ToLookup(w => w.App, w => w.Value);

    private static Attempt ReadEnded(NpgsqlDataReader reader) => new()
    {
        Id = new InstanceId(reader.GetGuid(1)),
        Run = reader.GetInt32(2),
        Slot = reader.GetInt32(3),
        Epoch = reader.GetInt64(4),
        Host = reader.IsDBNull(5) ? null : reader.GetString(5),
        Outcome = reader.IsDBNull(6) ? InstanceOutcome.Lost : Enum.Parse<InstanceOutcome>(reader.GetString(6)),
        IsRecorded = true,
        Reason = reader.IsDBNull(7) ? "" : reader.GetString(7),
        At = reader.GetFieldValue<DateTimeOffset>(8),
        IsKept = reader.GetBoolean(9),
    };

    private static async Task<List<(AppId App, T Value)>> ReadAsync<T>(NpgsqlConnection connection, Guid[]? ids, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(AppId, T)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((new AppId(reader.GetGuid(0)), read(reader)));
        }
        return rows;
    }
}
