using Npgsql;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>Reads the newest ticks.</summary>
internal sealed class NewestUsage(NpgsqlDataSource source)
{
    /// <summary>Agents write the same tick at different moments.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private const string Instances =
        """
        SELECT s.instance_id, s.app_id, s.host_id, s.memory_limit, m.at, m.cpu, m.memory, m.net_rx, m.net_tx, m.block_read, m.block_write
        FROM metric_samples m JOIN metric_series s ON s.id = m.series_id
        """;

    /// <summary>Reads what came since the newest that is known; the first time some minutes, too.</summary>
    public async Task<UsageReading> ReadAsync(DateTimeOffset? known, DateTimeOffset now, CancellationToken cancellation)
    {
        var reading = UsageReading.Nothing;
        await using var connection = await source.OpenConnectionAsync(cancellation);
        if (known is null)
        {
            await ReadInstancesAsync(connection, $"{Instances} WHERE m.at > $1 AND extract(epoch FROM m.at)::bigint % {(int)UsageRing.Step.TotalSeconds} = 0 ORDER BY m.at", now - UsageRing.Span, reading, cancellation);
        }
        var since = (known ?? now - Overlap) - Overlap;
        await ReadInstancesAsync(connection, $"{Instances} WHERE m.at > $1 ORDER BY m.at", since, reading, cancellation);
        await ReadHostsAsync(connection, since, reading, cancellation);
        return reading;
    }

    private static async Task ReadInstancesAsync(NpgsqlConnection connection, string sql, DateTimeOffset since, UsageReading into, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = since });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            into.Instances.Add((new InstanceId(reader.GetGuid(0)), new InstanceUsage
            {
                App = new AppId(reader.GetGuid(1)),
                Host = new HostId(reader.GetGuid(2)),
                MemoryLimit = reader.IsDBNull(3) ? null : reader.GetInt64(3),
                At = new DateTimeOffset(reader.GetDateTime(4)),
                Cpu = Number(reader, 5),
                Memory = reader.GetInt64(6),
                NetRx = Number(reader, 7),
                NetTx = Number(reader, 8),
                BlockRead = Number(reader, 9),
                BlockWrite = Number(reader, 10),
            }));
        }
    }

    private static async Task ReadHostsAsync(NpgsqlConnection connection, DateTimeOffset since, UsageReading into, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT host_id, at, cpu, memory, disk_used, disk_total, whole_machine, instances FROM host_samples WHERE at > $1 ORDER BY at", connection);
        command.Parameters.Add(new() { Value = since });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            into.Hosts.Add((new HostId(reader.GetGuid(0)), new HostUsage
            {
                At = new DateTimeOffset(reader.GetDateTime(1)),
                Cpu = Number(reader, 2),
                Memory = Whole(reader, 3),
                DiskUsed = Whole(reader, 4),
                DiskTotal = Whole(reader, 5),
                OfWholeMachine = reader.GetBoolean(6),
                Instances = (int)reader.GetFloat(7),
            }));
        }
    }

    private static double? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFloat(column);

    private static long? Whole(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
