using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Portal.Core.State.Services;

/// <summary>How long history is kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>Events.</summary>
    public TimeSpan Events { get; set; } = TimeSpan.FromDays(30);
    /// <summary>Audit entries.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(365);
    /// <summary>Instances that ended, with what was seen of them.</summary>
    public TimeSpan EndedInstances { get; set; } = TimeSpan.FromDays(7);
    /// <summary>Revisions of each app, beside those in use.</summary>
    public int Revisions { get; set; } = 50;
}

/// <summary>Removes history that is older than it is kept, hourly and in small batches. Of several processes one does it at a time.</summary>
internal sealed class Retention(NpgsqlDataSource source, IOptions<RetentionOptions> options, TimeProvider time, ILogger<Retention> log) : BackgroundService
{
    private const int Batch = 2000;
    /// <summary>"retain" in ASCII.</summary>
    private const long Lock = 0x72657461696e;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = First;
        while (true)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            try
            {
                await RunOnceAsync(stoppingToken);
                pause = Every;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: a background service that throws ends the process.
                log.LogWarning("Old history could not be removed ({Reason}); trying again", e.Message);
                pause = First;
            }
        }
    }

    /// <summary>Removes everything that is due.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using (var take = new NpgsqlCommand($"SELECT pg_try_advisory_lock({Lock})", connection))
        {
            if (await take.ExecuteScalarAsync(cancellation) is not true)
            {
                return;
            }
        }
        try
        {
            var now = time.GetUtcNow();
            var kept = options.Value;
            await DrainAsync(connection, $"DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < $1 LIMIT {Batch})", now - kept.Events, cancellation);
            await DrainAsync(connection, $"DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 LIMIT {Batch})", now - kept.Audit, cancellation);
            await DrainAsync(connection, $"DELETE FROM scaling_decisions WHERE id IN (SELECT id FROM scaling_decisions WHERE at < $1 LIMIT {Batch})", now - kept.Events, cancellation);
            await DrainAsync(connection, EndedInstances, now - kept.EndedInstances, cancellation);
            await DrainAsync(connection, StrayLogs, now - TimeSpan.FromHours(1), cancellation);
            await DrainAsync(connection, $"DELETE FROM rebalances WHERE id IN (SELECT rebalance_id FROM rebalance_progress WHERE ended_at < $1 LIMIT {Batch})", now - kept.EndedInstances, cancellation);
            // Only older ones: a round's documents come in one transaction with the assignments that use them.
            await DrainAsync(connection, UnusedVerdicts, now - TimeSpan.FromHours(1), cancellation);
            await DrainAsync(connection, OldRevisions, kept.Revisions, cancellation);
            await DrainAsync(connection, $"DELETE FROM alert_notices WHERE id IN (SELECT id FROM alert_notices WHERE created_at < $1 AND next_try_at IS NULL LIMIT {Batch})", now - kept.Events, cancellation);
            await DrainAsync(connection, $"DELETE FROM alert_silences WHERE id IN (SELECT id FROM alert_silences WHERE \"to\" < $1 LIMIT {Batch})", now - kept.Events, cancellation);
            await DrainAsync(connection, $"DELETE FROM links WHERE hash IN (SELECT hash FROM links WHERE expires_at < $1 LIMIT {Batch})", now, cancellation);
        }
        finally
        {
            await using var give = new NpgsqlCommand($"SELECT pg_advisory_unlock({Lock})", connection);
            await give.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static readonly string EndedInstances =
        $"""
        WITH gone AS (DELETE FROM assignments WHERE id IN (SELECT id FROM assignments a WHERE ended_at < $1 AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.app_id = a.app_id AND r.number = a.run) LIMIT {Batch}) RETURNING id),
             seen AS (DELETE FROM observations WHERE id IN (SELECT id FROM gone))
        SELECT count(*) FROM gone
        """;

    private static readonly string StrayLogs =
        $"""
        DELETE FROM instance_logs WHERE container_id IN
            (SELECT container_id FROM instance_logs l WHERE kept_at < $1 AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.id = l.instance_id) LIMIT {Batch})
        """;

    private static readonly string UnusedVerdicts =
        $"""
        DELETE FROM verdicts WHERE id IN
            (SELECT id FROM verdicts v WHERE decided_at < $1 AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.verdicts_id = v.id) LIMIT {Batch})
        """;

    private static readonly string OldRevisions =
        $"""
        DELETE FROM revisions WHERE (app_id, number) IN
            (SELECT r.app_id, r.number FROM (SELECT app_id, number, row_number() OVER (PARTITION BY app_id ORDER BY number DESC) AS age FROM revisions) r
             JOIN apps p ON p.id = r.app_id
             WHERE r.age > $1 AND r.number <> p.revision AND NOT EXISTS (SELECT 1 FROM runs u WHERE u.app_id = r.app_id AND u.revision = r.number AND u.ended_at IS NULL) AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.app_id = r.app_id AND a.revision = r.number)
             LIMIT {Batch})
        """;

    private static async Task DrainAsync(NpgsqlConnection connection, string sql, object bound, CancellationToken cancellation)
    {
        var counts = sql.StartsWith("WITH", StringComparison.Ordinal);
        long removed;
        do
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.Add(new() { Value = bound });
            removed = counts ? (long)(await command.ExecuteScalarAsync(cancellation))! : await command.ExecuteNonQueryAsync(cancellation);
        }
        while (removed >= Batch);
    }
}
