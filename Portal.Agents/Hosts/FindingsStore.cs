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
        await lease.GuardAsync(connection, transaction, cancellation);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            StatusSql.AddRelaxation(batch);
            StatusSql.AddObservations(batch, host, findings.Observed.Values, lease.Holder, now);
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
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        var notice = findings.Describe(host);
        var says = notice.Observed.Length + notice.Hosts.Length > 0;
        if (says)
        {
            await notices.SendAsync(connection, transaction, notice, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        if (says)
        {
            notices.Committed(notice);
        }
    }
}
