using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;
using Portal.Core.State.Writers;

namespace Portal.Agents.Services;

/// <summary>Reads registered services, and writes what was observed of them under the keeper's term.</summary>
internal sealed class ServiceFindings(NpgsqlDataSource source, INoticeBus notices, TimeProvider time)
{
    /// <summary>All registered services.</summary>
    public async Task<ImmutableArray<KeptService>> ReadAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT s.id, s.team_id, s.name, s.generation, s.endpoints::text, s.ttl, s.grace, s.heartbeat_at, s.probe::text, s.allows_inside,
                   CASE WHEN o.generation = s.generation THEN o.endpoints::text END, o.expired_at
            FROM services s LEFT JOIN service_status o ON o.service_id = s.id ORDER BY s.id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var services = ImmutableArray.CreateBuilder<KeptService>();
        while (await reader.ReadAsync(cancellation))
        {
            services.Add(new KeptService(reader.GetGuid(0), new TeamId(reader.GetGuid(1)), reader.GetString(2), reader.GetInt64(3), ServiceRules.Read(reader.GetString(4)),
                reader.IsDBNull(5) ? null : reader.GetTimeSpan(5), reader.GetTimeSpan(6), reader.GetFieldValue<DateTimeOffset>(7),
                reader.IsDBNull(8) ? null : HealthCodec.FromCanonical(reader.GetString(8)), reader.GetBoolean(9),
                reader.IsDBNull(10) ? [] : ServiceRules.ReadObserved(reader.GetString(10)), reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11)));
        }
        return services.ToImmutable();
    }

    /// <summary>Writes what probes of a service's endpoints add up to.</summary>
    /// <exception cref="TermLostException">Another process keeps services now; nothing was written.</exception>
    public Task WriteAsync(TermLease lease, KeptService service, ImmutableArray<ObservedEndpoint> observed, IReadOnlyList<EventDraft> events, CancellationToken cancellation) =>
        ChangeAsync(lease, batch => AddStatus(batch, lease, service, observed, null), events, cancellation);

    /// <summary>Writes what a service's heartbeats come to: that they ended, came again, or ended for good.</summary>
    /// <exception cref="TermLostException">Another process keeps services now; nothing was written.</exception>
    public Task WriteLifeAsync(TermLease lease, KeptService service, Life life, EventDraft told, CancellationToken cancellation) => ChangeAsync(lease, batch =>
    {
        if (life == Life.Over)
        {
            // Only as long as no heartbeat came meanwhile.
            var command = new NpgsqlBatchCommand("DELETE FROM services WHERE id = $1 AND heartbeat_at = $2");
            command.Parameters.Add(new() { Value = service.Id });
            command.Parameters.Add(new() { Value = service.HeartbeatAt });
            batch.BatchCommands.Add(command);
            return;
        }
        AddStatus(batch, lease, service, [], life == Life.Back ? null : service.HeartbeatAt);
    }, [told], cancellation);

    private static void AddStatus(NpgsqlBatch batch, TermLease lease, KeptService service, ImmutableArray<ObservedEndpoint> observed, DateTimeOffset? expiredAt)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO service_status (service_id, generation, endpoints, expired_at, observed_by)
            SELECT $1, $2, $3::jsonb, $4, $5 WHERE EXISTS (SELECT 1 FROM services WHERE id = $1)
            ON CONFLICT (service_id) DO UPDATE SET generation = excluded.generation, endpoints = excluded.endpoints, expired_at = excluded.expired_at, observed_by = excluded.observed_by
            """);
        command.Parameters.Add(new() { Value = service.Id });
        command.Parameters.Add(new() { Value = service.Generation });
        command.Parameters.Add(new() { Value = ServiceRules.Write(observed) });
        command.Parameters.Add(new() { Value = (object?)expiredAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = lease.Holder });
        batch.BatchCommands.Add(command);
    }

    private async Task ChangeAsync(TermLease lease, Action<NpgsqlBatch> write, IReadOnlyList<EventDraft> events, CancellationToken cancellation)
    {
        var notice = new Notice { Services = true };
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await lease.GuardAsync(connection, transaction, cancellation);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            write(batch);
            EventSql.AddEvents(batch, events, time.GetUtcNow());
            notices.AddTo(batch, notice);
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        notices.Committed(notice);
    }
}
