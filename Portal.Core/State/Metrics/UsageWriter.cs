using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>Stores the figures of a tick: one transaction of two binary copies, which waits for no disk.</summary>
public sealed class UsageWriter
{
    private readonly NpgsqlDataSource _source;
    private readonly MetricPartitions _partitions;
    private ConcurrentDictionary<InstanceId, int> _series = [];

    /// <summary>Writes to that store.</summary>
    public UsageWriter(NpgsqlDataSource source) => (_source, _partitions) = (source, new MetricPartitions(source));

    /// <summary>Stores what was measured at one tick. Only one call at a time.</summary>
    /// <exception cref="NpgsqlException">The store did not take it; it is lost.</exception>
    public async Task WriteAsync(DateTimeOffset tick, IReadOnlyCollection<UsageSample> instances, IReadOnlyCollection<HostSample> hosts, CancellationToken cancellation)
    {
        await LearnAsync(tick, instances, cancellation);
        try
        {
            await CopyAsync(tick, instances, hosts, cancellation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
        {
            // No partition for that time yet: the first tick of a new store, or the clock was set.
            await _partitions.EnsureAsync(MetricTables.Samples, tick, tick, cancellation);
            await CopyAsync(tick, instances, hosts, cancellation);
        }
    }

    private async Task CopyAsync(DateTimeOffset tick, IReadOnlyCollection<UsageSample> instances, IReadOnlyCollection<HostSample> hosts, CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var lazily = new NpgsqlCommand("SET LOCAL synchronous_commit TO off", connection))
        {
            await lazily.ExecuteNonQueryAsync(cancellation);
        }
        await CopyInstancesAsync(connection, tick, instances, cancellation);
        await CopyHostsAsync(connection, tick, hosts, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task CopyInstancesAsync(NpgsqlConnection connection, DateTimeOffset tick, IReadOnlyCollection<UsageSample> instances, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY metric_samples (series_id, restarts, at, memory, cpu, net_rx, net_tx, block_read, block_write) FROM STDIN (FORMAT BINARY)", cancellation);
        foreach (var sample in instances)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(_series[sample.Of.Id], NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(sample.Restarts, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(tick, NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync(sample.Memory, NpgsqlDbType.Bigint, cancellation);
            await WriteAsync(copy, sample.Cpu, cancellation);
            await WriteAsync(copy, sample.NetRx, cancellation);
            await WriteAsync(copy, sample.NetTx, cancellation);
            await WriteAsync(copy, sample.BlockRead, cancellation);
            await WriteAsync(copy, sample.BlockWrite, cancellation);
        }
        await copy.CompleteAsync(cancellation);
    }

    private static async Task CopyHostsAsync(NpgsqlConnection connection, DateTimeOffset tick, IReadOnlyCollection<HostSample> hosts, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY host_samples (host_id, at, memory, disk_used, disk_total, cpu, instances, whole_machine) FROM STDIN (FORMAT BINARY)", cancellation);
        foreach (var (host, usage) in hosts)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(host.Value, NpgsqlDbType.Uuid, cancellation);
            await copy.WriteAsync(tick, NpgsqlDbType.TimestampTz, cancellation);
            await WriteAsync(copy, usage.Memory, cancellation);
            await WriteAsync(copy, usage.DiskUsed, cancellation);
            await WriteAsync(copy, usage.DiskTotal, cancellation);
            await WriteAsync(copy, usage.Cpu, cancellation);
            await copy.WriteAsync((float)usage.Instances, NpgsqlDbType.Real, cancellation);
            await copy.WriteAsync(usage.OfWholeMachine, NpgsqlDbType.Boolean, cancellation);
        }
        await copy.CompleteAsync(cancellation);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, double? value, CancellationToken cancellation) =>
        value is { } number ? copy.WriteAsync((float)number, NpgsqlDbType.Real, cancellation) : copy.WriteNullAsync(cancellation);

    private static Task WriteAsync(NpgsqlBinaryImporter copy, long? value, CancellationToken cancellation) =>
        value is { } number ? copy.WriteAsync(number, NpgsqlDbType.Bigint, cancellation) : copy.WriteNullAsync(cancellation);

    /// <summary>Gives each instance its series. Those that are no more are forgotten when they are many.</summary>
    private async Task LearnAsync(DateTimeOffset tick, IReadOnlyCollection<UsageSample> instances, CancellationToken cancellation)
    {
        if (_series.Count > 2 * instances.Count + 1000)
        {
            var present = instances.Select(s => s.Of.Id).ToHashSet();
            _series = new(_series.Where(s => present.Contains(s.Key)));
        }
        var unknown = instances.Where(s => !_series.ContainsKey(s.Of.Id)).Select(s => s.Of).ToList();
        if (unknown.Count == 0)
        {
            return;
        }
        await using var command = _source.CreateCommand(
            """
            INSERT INTO metric_series (instance_id, app_id, app_name, team_id, team_name, host_id, host_name, slot, memory_limit, first_at, last_at)
            SELECT *, $10, $10 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::int[], $9::bigint[])
            ON CONFLICT (instance_id) DO UPDATE SET last_at = greatest(metric_series.last_at, excluded.last_at)
            RETURNING instance_id, id
            """);
        command.Parameters.Add(new() { Value = unknown.Select(s => s.Id.Value).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.App.Value).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.AppName).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.Team.Value).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.TeamName).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.Host.Value).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.HostName).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.Slot).ToArray() });
        command.Parameters.Add(new() { Value = unknown.Select(s => s.MemoryLimit).ToArray() });
        command.Parameters.Add(new() { Value = tick });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            _series[new InstanceId(reader.GetGuid(0))] = reader.GetInt32(1);
        }
    }
}
