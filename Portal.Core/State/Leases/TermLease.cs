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
    private const string Guard = "SELECT 1 FROM terms WHERE name = $1 AND term = $2 FOR SHARE";
    private readonly ILeaseStore store;
    private readonly TimeProvider time;
    private readonly TimeSpan length;
    private long sentAt;

    private TermLease(ILeaseStore store, TimeProvider time, string name, string holder, long term, TimeSpan length, long sentAt)
    {
        this.store = store;
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
    public static async Task<TermLease?> TryTakeAsync(ILeaseStore store, TimeProvider time, string name, string holder, TimeSpan length, CancellationToken cancellation)
    {
        var sentAt = time.GetTimestamp();
        return await store.TryTakeAsync(name, holder, length, cancellation) is { } term ? new TermLease(store, time, name, holder, term, length, sentAt) : null;
    }

    /// <summary>Renews the claim.</summary>
    /// <returns>False if it is another's now.</returns>
    public async Task<bool> RenewAsync(CancellationToken cancellation)
    {
        var now = time.GetTimestamp();
        if (!await store.RenewAsync(Name, Term, length, cancellation))
        {
            return false;
        }
        Interlocked.Exchange(ref sentAt, now);
        return true;
    }

    /// <summary>Gives the claim up, so that another need not wait for it to expire.</summary>
    public Task ReleaseAsync(CancellationToken cancellation) => store.ReleaseAsync(Name, Term, cancellation);

    /// <summary>As <see cref="GuardAsync"/>, as a statement of a batch, before all that writes: where its result has no row the term is over, and the transaction must not be committed.</summary>
    public NpgsqlBatchCommand GuardCommand()
    {
        var command = new NpgsqlBatchCommand(Guard);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = Term });
        return command;
    }

    /// <summary>The first statement of every transaction of the holder: holds the term's row FOR SHARE until the transaction ends.</summary>
    /// <exception cref="TermLostException">The term is over; nothing may be written.</exception>
    public async Task GuardAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Guard, connection, transaction);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = Term });
        if (await command.ExecuteScalarAsync(cancellation) is null)
        {
            throw new TermLostException(Name, Term);
        }
    }
}
