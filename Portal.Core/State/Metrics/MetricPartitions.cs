using System.Globalization;
using Npgsql;

namespace Portal.Core.State.Metrics;

/// <summary>Makes partitions ahead and drops those that are over.</summary>
internal sealed class MetricPartitions(NpgsqlDataSource source)
{
    /// <summary>Makes every partition from a moment on, as far ahead as the tables want; what is there already stays.</summary>
    /// <param name="tables">Of which tables.</param>
    /// <param name="from">The earliest moment that is written about.</param>
    /// <param name="now">By the clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task EnsureAsync(IEnumerable<MetricTable> tables, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        foreach (var table in tables)
        {
            for (var start = table.StartOf(from); start <= now + table.Ahead; start += table.Width)
            {
                await EnsureAsync(connection, table, start, cancellation);
            }
        }
    }

    /// <summary>Drops the partitions that end before then.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DropAsync(MetricTable table, DateTimeOffset before, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        var dropped = 0;
        foreach (var partition in await ListAsync(connection, table, cancellation))
        {
            if (table.EndOf(partition) <= before)
            {
                // Who reads the table, such as a backup, is not waited for long: the next round drops it as well.
                await ExecuteAsync(connection, $"BEGIN; SET LOCAL lock_timeout = '2s'; DROP TABLE {partition}; COMMIT", cancellation);
                dropped++;
            }
        }
        return dropped;
    }

    private static async Task EnsureAsync(NpgsqlConnection connection, MetricTable table, DateTimeOffset start, CancellationToken cancellation)
    {
        var name = table.PartitionAt(start);
        await using (var there = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection))
        {
            there.Parameters.Add(new() { Value = name });
            if (await there.ExecuteScalarAsync(cancellation) is true)
            {
                return;
            }
        }
        try
        {
            // Attached, and not created as a partition: that would wait for all who read the table, and all others for it.
            await ExecuteAsync(connection,
                $"""
                BEGIN;
                SET LOCAL lock_timeout = '2s';
                CREATE TABLE {name} (LIKE {table.Name} INCLUDING ALL);
                ALTER TABLE {table.Name} ATTACH PARTITION {name} FOR VALUES FROM ('{Text(start)}') TO ('{Text(start + table.Width)}');
                COMMIT
                """, cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation)
        {
            // Another process made it just now.
        }
    }

    private static async Task<List<string>> ListAsync(NpgsqlConnection connection, MetricTable table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1) ORDER BY 1", connection);
        command.Parameters.Add(new() { Value = table.Name });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(reader.GetString(0));
        }
        return names;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException)
        {
            await using var undo = new NpgsqlCommand("ROLLBACK", connection);
            await undo.ExecuteNonQueryAsync(CancellationToken.None);
            throw;
        }
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'+00'", CultureInfo.InvariantCulture);
}
