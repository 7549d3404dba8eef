using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>Where a host worker's findings are written.</summary>
internal interface IFindingsStore
{
    /// <summary>Writes them in one transaction under the worker's term.</summary>
    /// <exception cref="TermLostException">Another worker has the host; nothing was written.</exception>
    Task WriteAsync(HostId host, TermLease lease, Findings findings, CancellationToken cancellation);
}

/// <summary>Findings in PostgreSQL.</summary>
internal sealed class FindingsStore(NpgsqlDataSource source, INoticeBus notices, TimeProvider time) : IFindingsStore
{
    /// <inheritdoc/>
    public async Task WriteAsync(HostId host, TermLease lease, Findings findings, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var notice = findings.Describe(host);
        var says = notice.Observed.Length + notice.Hosts.Length > 0;
        // One round trip: callers of what just died wait for this.
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            StatusSql.AddRelaxation(batch);
            batch.BatchCommands.Add(lease.GuardCommand());
            AddFindings(batch, host, lease.Holder, findings, now);
            if (says)
            {
                notices.AddTo(batch, notice);
            }
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation))
            {
                throw new TermLostException(lease.Name, lease.Term);
            }
            while (await reader.NextResultAsync(cancellation))
            {
                // Errors of the statements behind come with their results.
            }
        }
        await transaction.CommitAsync(cancellation);
        if (says)
        {
            notices.Committed(notice);
        }
    }

    private static void AddFindings(NpgsqlBatch batch, HostId host, string observer, Findings findings, DateTimeOffset now)
    {
        StatusSql.AddObservations(batch, host, findings.Observed.Values, observer, now);
        if (findings.Host is { } report)
        {
            StatusSql.AddHost(batch, host, report, findings.LastSeenAt);
        }
        else if (findings.LastSeenAt is { } seen)
        {
            StatusSql.AddHeartbeat(batch, host, seen);
        }
        foreach (var volume in findings.RemovedVolumes)
        {
            StatusSql.AddRemovedVolume(batch, host, volume);
        }
        StatusSql.AddPulls(batch, host, findings.Pulls, now);
        foreach (var log in findings.Logs.Values)
        {
            StatusSql.AddLog(batch, log, now);
        }
        EventSql.AddEvents(batch, findings.Events, now);
    }
}
