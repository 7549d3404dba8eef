using Npgsql;

namespace Portal.Core.State.Leases;

/// <summary>A write was refused because another holder has a newer term: whoever gets this stops at once and acts no more.</summary>
public sealed class TermLostException(string name, long term) : Exception($"Term {term} of {name} is over: another process holds it now.");

/// <summary>
/// A claim on a piece of work (being the controller, being a host's worker) with a number that grows with each new holder.
/// Expiry is judged by the database's clock; what is done outside the database is bounded by <see cref="Remaining"/>, which is
/// counted on this process's monotonic clock from before the last renewal was sent.
/// </summary>
public sealed class TermLease
{
    private readonly NpgsqlDataSource source;
    private readonly TimeProvider time;
    private readonly TimeSpan length;
    private long sentAt;

    private TermLease(NpgsqlDataSource source, TimeProvider time, string name, string holder, long term, TimeSpan length, long sentAt)
    {
        this.source = source;
        this.time = time;
        this.length = length;
        this.sentAt = sentAt;
        Name = name;
        Holder = holder;
        Term = term;
    }

    /// <summary>What is claimed.</summary>
    public string Name { get; }

    /// <summary>The process that holds it.</summary>
    public string Holder { get; }

    /// <summary>The number of this holder's term.</summary>
    public long Term { get; }

    /// <summary>For how long it surely is still ours; negative once it may be another's.</summary>
    public TimeSpan Remaining => length - time.GetElapsedTime(Interlocked.Read(ref sentAt));

    /// <summary>Takes the claim if nobody's heartbeat is alive; null if somebody's is.</summary>
    public static async Task<TermLease?> TryTakeAsync(NpgsqlDataSource source, TimeProvider time, string name, string holder, TimeSpan length, CancellationToken cancellation)
    {
        var sentAt = time.GetTimestamp();
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
        return term is long number ? new TermLease(source, time, name, holder, number, length, sentAt) : null;
    }

    /// <summary>Renews the claim.</summary>
    /// <returns>False if it is another's now.</returns>
    public async Task<bool> RenewAsync(CancellationToken cancellation)
    {
        var now = time.GetTimestamp();
        await using var command = source.CreateCommand("UPDATE heartbeats SET expires_at = clock_timestamp() + $3 WHERE name = $1 AND term = $2");
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = Term });
        command.Parameters.Add(new() { Value = length });
        if (await command.ExecuteNonQueryAsync(cancellation) == 0)
        {
            return false;
        }
        Interlocked.Exchange(ref sentAt, now);
        return true;
    }

    /// <summary>Gives the claim up, so that another need not wait for it to expire.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("UPDATE heartbeats SET expires_at = '-infinity' WHERE name = $1 AND term = $2");
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = Term });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first statement of every transaction of the holder: holds the term's row FOR SHARE until the transaction ends.</summary>
    /// <exception cref="TermLostException">The term is over; nothing may be written.</exception>
    public async Task GuardAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT 1 FROM terms WHERE name = $1 AND term = $2 FOR SHARE", connection, transaction);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = Term });
        if (await command.ExecuteScalarAsync(cancellation) is null)
        {
            throw new TermLostException(Name, Term);
        }
    }

    /// <summary>Ends every claim; only for a process that knows it is alone, on the embedded server that it just started.</summary>
    public static async Task ExpireAllAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("UPDATE heartbeats SET expires_at = '-infinity'");
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
