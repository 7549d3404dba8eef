using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;
using Portal.Core.State.Writers;

namespace Portal.Agents.Hosts;

/// <summary>Confirms by an event, which the host's worker, in whatever process it is, looks for while it suspects itself.</summary>
internal sealed class HostLoss(NpgsqlDataSource source, INoticeBus notices, TimeProvider time) : IHostLoss
{
    public const string ConfirmedKind = "HostLossConfirmed";

    /// <inheritdoc/>
    public async Task<bool> ConfirmAsync(Actor actor, HostId host, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var find = new NpgsqlCommand("SELECT name FROM hosts WHERE id = $1", connection, transaction);
        find.Parameters.Add(new() { Value = host.Value });
        if (await find.ExecuteScalarAsync(cancellation) is not string name)
        {
            return false;
        }
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            EventSql.AddEvents(batch, [new EventDraft(Severity.Warning, ConfirmedKind, $"{actor.Name} confirmed that host {name} is lost.", Host: host, HostName: name)], time.GetUtcNow());
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        var notice = new Notice { Hosts = [host.Value] };
        await notices.SendAsync(connection, transaction, notice, cancellation);
        await transaction.CommitAsync(cancellation);
        notices.Committed(notice);
        return true;
    }
}
