using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Core.State.Readers;

public sealed partial class ViewReader
{
    /// <summary>The lease of the process that probes registered services: while nobody holds it, nothing is known of them.</summary>
    public const string KeeperLease = "services";

    /// <summary>Registered services: all, or the one named; as of now, for time alone ends those that live by heartbeats.</summary>
    public async Task<List<ServiceView>> ReadServicesAsync(Guid? id, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT s.name, t.id, t.name, s.protocol, s.endpoints::text, s.ttl, s.grace, s.probe::text, s.allows_inside, s.heartbeat_at, s.heartbeat_by, s.changed_at, s.changed_by,
                   CASE WHEN o.generation = s.generation THEN o.endpoints::text END, o.observed_by,
                   EXISTS (SELECT 1 FROM heartbeats h WHERE h.name = $2 AND h.expires_at > clock_timestamp())
            FROM services s JOIN teams t ON t.id = s.team_id LEFT JOIN service_status o ON o.service_id = s.id
            WHERE $1::uuid IS NULL OR s.id = $1 ORDER BY t.name, s.name
            """);
        command.Parameters.Add(new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = KeeperLease });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var services = new List<ServiceView>();
        var now = time.GetUtcNow();
        while (await reader.ReadAsync(cancellation))
        {
            services.Add(ReadService(reader, now));
        }
        return services;
    }

    private static ServiceView ReadService(NpgsqlDataReader reader, DateTimeOffset now)
    {
        var registration = new RegistrationView
        {
            Ttl = reader.IsDBNull(5) ? null : reader.GetTimeSpan(5),
            Grace = reader.GetTimeSpan(6),
            Probe = reader.IsDBNull(7) ? null : HealthCodec.FromCanonical(reader.GetString(7)),
            AllowsInside = reader.GetBoolean(8),
            HeartbeatAt = reader.GetFieldValue<DateTimeOffset>(9),
            HeartbeatBy = reader.GetString(10),
            ChangedAt = reader.GetFieldValue<DateTimeOffset>(11),
            ChangedBy = reader.GetString(12),
        };
        var observed = reader.IsDBNull(13) ? [] : ServiceRules.ReadObserved(reader.GetString(13));
        var (by, isKept) = (reader.IsDBNull(14) ? null : reader.GetString(14), reader.GetBoolean(15));
        var protocol = reader.GetString(3);
        return new ServiceView
        {
            Name = reader.GetString(0),
            TeamId = new TeamId(reader.GetGuid(1)),
            Team = reader.GetString(2),
            Protocol = protocol,
            Registration = registration,
            Endpoints = [.. ServiceRules.Read(reader.GetString(4)).Select(e => registration.Ttl is null
                ? Probed(e, protocol, observed.FirstOrDefault(o => o.Address == e.Address && o.Port == e.Port), by, isKept) : Beating(e, protocol, registration, now))],
        };
    }

    private static EndpointView Beating(RegisteredEndpoint endpoint, string protocol, RegistrationView registration, DateTimeOffset now)
    {
        var lives = registration.ExpiresAt > now;
        return Plain(endpoint, protocol) with
        {
            Health = lives ? Health.Healthy : Health.Unhealthy,
            Ready = lives,
            Reason = lives ? "" : $"no heartbeat came within {DurationText.Format(registration.Ttl!.Value)}",
            ObservedAt = registration.HeartbeatAt,
            ObservedBy = registration.HeartbeatBy,
        };
    }

    private static EndpointView Probed(RegisteredEndpoint endpoint, string protocol, ObservedEndpoint? observed, string? by, bool isKept) =>
        observed is null ? Plain(endpoint, protocol) with { Health = isKept ? Health.Starting : Health.Unknown, Reason = isKept ? "it was not asked yet" : "no agent is there to ask it" }
        : Plain(endpoint, protocol) with
        {
            Health = isKept ? observed.Health : Health.Unknown,
            Ready = isKept && observed.Ready,
            Reason = isKept ? observed.Reason : "no agent is there to ask it",
            ObservedAt = observed.ObservedAt,
            ObservedBy = by,
        };

    private static EndpointView Plain(RegisteredEndpoint endpoint, string protocol) =>
        new() { Address = endpoint.Address, Port = endpoint.Port, Version = endpoint.Version, Weight = endpoint.Weight, Protocol = protocol };
}
