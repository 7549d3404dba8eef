using Npgsql;

namespace Portal.Core.State.Metrics;

/// <summary>Rolls figures up. How far it has come is stored with what it wrote, so that nothing is counted twice and nothing is left out.</summary>
internal sealed class MetricRollup(NpgsqlDataSource source, MetricPartitions partitions)
{
    /// <summary>What is written of a tick comes at most so much later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestStride = TimeSpan.FromHours(1);

    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await RollAsync("minutes", "samples", "1", TimeSpan.FromMinutes(1), now - Patience, now, cancellation);
        if (await DoneAsync("minutes", cancellation) is { } minutes)
        {
            await RollAsync("ten_minutes", "minutes", "samples", TimeSpan.FromMinutes(10), minutes, now, cancellation);
        }
    }

    private async Task RollAsync(string into, string from, string count, TimeSpan width, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation)
    {
        var end = Floor(until, width);
        var earliest = await EarliestAsync(from, cancellation);
        if (earliest is null)
        {
            return;
        }
        var start = Floor(earliest.Value, width);
        if (await DoneAsync(into, cancellation) is { } done && done > start)
        {
            start = done;
        }
        if (start >= end)
        {
            return;
        }
        await partitions.EnsureAsync(into == "minutes" ? MetricTables.Minutes : MetricTables.TenMinutes, start, now, cancellation);
        while (start < end)
        {
            var stop = end - start > LongestStride ? start + LongestStride : end;
            await StrideAsync(into, from, count, width, start, stop, cancellation);
            start = stop;
        }
    }

    private async Task StrideAsync(string into, string from, string count, TimeSpan width, DateTimeOffset start, DateTimeOffset stop, CancellationToken cancellation)
    {
        var (cpuMax, memoryMax) = from == "samples" ? ("cpu", "memory") : ("cpu_max", "memory_max");
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"""
            SET LOCAL synchronous_commit TO off;
            INSERT INTO metric_{into} (series_id, restarts, at, memory, cpu, net_rx, net_tx, block_read, block_write, samples, cpu_max, memory_max)
            SELECT series_id, max(restarts), date_bin(@width, at, @origin), avg(memory::float8)::bigint, avg(cpu), avg(net_rx), avg(net_tx), avg(block_read), avg(block_write),
                   sum({count}), max({cpuMax}), max({memoryMax})
            FROM metric_{from} WHERE at >= @start AND at < @stop GROUP BY 1, 3;
            INSERT INTO host_{into} (host_id, at, memory, disk_used, disk_total, cpu, instances, whole_machine, samples, cpu_max, memory_max)
            SELECT host_id, date_bin(@width, at, @origin), avg(memory::float8)::bigint, avg(disk_used::float8)::bigint, max(disk_total), avg(cpu), avg(instances), bool_and(whole_machine),
                   sum({count}), max({cpuMax}), max({memoryMax})
            FROM host_{from} WHERE at >= @start AND at < @stop GROUP BY 1, 2;
            UPDATE metric_series SET last_at = greatest(last_at, @stop) WHERE id IN (SELECT series_id FROM metric_{from} WHERE at >= @start AND at < @stop);
            INSERT INTO metric_rollups (name, done_until) VALUES (@into, @stop) ON CONFLICT (name) DO UPDATE SET done_until = excluded.done_until
            """, connection);
        command.Parameters.AddWithValue("width", width);
        command.Parameters.AddWithValue("origin", MetricTables.Origin);
        command.Parameters.AddWithValue("start", start);
        command.Parameters.AddWithValue("stop", stop);
        command.Parameters.AddWithValue("into", into);
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<DateTimeOffset?> DoneAsync(string name, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("SELECT done_until FROM metric_rollups WHERE name = $1");
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(cancellation) is DateTime at ? new DateTimeOffset(at) : null;
    }

    private async Task<DateTimeOffset?> EarliestAsync(string from, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"SELECT least((SELECT min(at) FROM metric_{from}), (SELECT min(at) FROM host_{from}))");
        return await command.ExecuteScalarAsync(cancellation) is DateTime at ? new DateTimeOffset(at) : null;
    }

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan width) => at - new TimeSpan((at - MetricTables.Origin).Ticks % width.Ticks);
}
