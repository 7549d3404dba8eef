using Npgsql;

namespace Portal.Core.State.Leases;

/// <summary>Claims in PostgreSQL: the term and its heartbeat in rows apart, so that a renewal waits for no write of its own holder.</summary>
public sealed class LeaseStore(NpgsqlDataSource source) : ILeaseStore
{
    /// <inheritdoc/>
    public async Task<long?> TryTakeAsync(string name, string holder, TimeSpan length, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var ensure = new NpgsqlCommand("INSERT INTO terms (name, term, holder) VALUES ($1, 0, '') ON CONFLICT DO NOTHING", connection, transaction))
        {
            ensure.Parameters.Add(new() { Value = name });
            await ensure.ExecuteNonQueryAsync(cancellation);
        }
        // FOR UPDATE waits until every write of the present holder that has begun has ended.
        await using var take = new NpgsqlCommand(
            """
            WITH locked AS (SELECT name, term FROM terms WHERE name = $1 FOR UPDATE),
                 free AS (SELECT l.name, l.term FROM locked l LEFT JOIN heartbeats h ON h.name = l.name
                          WHERE h.expires_at IS NULL OR h.expires_at < clock_timestamp()),
                 taken AS (UPDATE terms t SET term = f.term + 1, holder = $2 FROM free f WHERE t.name = f.name RETURNING t.name, t.term)
            INSERT INTO heartbeats (name, term, expires_at) SELECT name, term, clock_timestamp() + $3 FROM taken
            ON CONFLICT (name) DO UPDATE SET term = excluded.term, expires_at = excluded.expires_at
            RETURNING term
            """, connection, transaction);
        take.Parameters.Add(new() { Value = name });
        take.Parameters.Add(new() { Value = holder });
        take.Parameters.Add(new() { Value = length });
        var term = await take.ExecuteScalarAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return term as long?;
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(string name, long term, TimeSpan length, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("UPDATE heartbeats SET expires_at = clock_timestamp() + $3 WHERE name = $1 AND term = $2");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = term });
        command.Parameters.Add(new() { Value = length });
        return await command.ExecuteNonQueryAsync(cancellation) > 0;
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(string name, long term, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("UPDATE heartbeats SET expires_at = '-infinity' WHERE name = $1 AND term = $2");
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = term });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Ends every claim; only for a process that knows it is alone, on the embedded server that it just started.</summary>
    public static async Task ExpireAllAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("UPDATE heartbeats SET expires_at = '-infinity'");
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
