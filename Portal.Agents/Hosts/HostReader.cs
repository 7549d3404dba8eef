using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Agents.Hosts;

/// <summary>What a host's status row said when its worker began.</summary>
internal sealed record KnownStatus(Reachability Reachability, string Reason, DateTimeOffset Since, DateTimeOffset? LastSeenAt, EngineInfo? Engine, string[] Images, string Foreign, string? EngineRun = null);

/// <summary>Reads what host workers act on. The specs of revisions, which never change, are kept.</summary>
internal sealed class HostReader(NpgsqlDataSource source, ISecretProtector secrets) : IHostReader
{
    private readonly ConcurrentDictionary<(Guid App, int Revision), AppSpec> _specs = new();
    private readonly ConcurrentDictionary<Guid, CurrentSpec> _current = new();

    public async Task<Guid> ReadClusterAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("SELECT id FROM cluster LIMIT 1");
        return (Guid)(await command.ExecuteScalarAsync(cancellation) ?? throw new InvalidOperationException("The store has no cluster yet."));
    }

    /// <inheritdoc/>
    public async Task<List<HostRegistration>> ReadHostsAsync(HostId? only, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            "SELECT id, name, endpoint, address, grace, protected_tls FROM hosts WHERE $1::uuid IS NULL OR id = $1 ORDER BY id");
        command.Parameters.Add(new() { Value = (object?)only?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var hosts = new List<HostRegistration>();
        while (await reader.ReadAsync(cancellation))
        {
            var (tls, fault) = ReadTls(reader.IsDBNull(5) ? null : reader.GetString(5));
            hosts.Add(new HostRegistration(
                new HostId(reader.GetGuid(0)), reader.GetString(1), fault is null ? new EngineEndpoint(reader.GetString(2), tls) { Host = reader.GetString(1) } : null,
                reader.GetString(3), reader.GetTimeSpan(4), fault));
        }
        return hosts;
    }

    public async Task<KnownStatus?> ReadStatusAsync(HostId host, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT reachability, reason, since, last_seen_at, engine_version, os, os_name, architecture, cpus, memory_bytes, images, "foreign", engine_run
            FROM host_status WHERE host_id = $1
            """);
        command.Parameters.Add(new() { Value = host.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        var engine = reader.IsDBNull(4) ? null : new EngineInfo
        {
            Version = reader.GetString(4),
            ApiVersion = "",
            Os = reader.IsDBNull(5) ? "" : reader.GetString(5),
            OsName = reader.IsDBNull(6) ? "" : reader.GetString(6),
            Architecture = reader.IsDBNull(7) ? "" : reader.GetString(7),
            Cpus = reader.GetInt32(8),
            MemoryBytes = reader.GetInt64(9),
        };
        return new KnownStatus(Enum.Parse<Reachability>(reader.GetString(0)), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3), engine, reader.GetFieldValue<string[]>(10), reader.GetString(11),
            reader.IsDBNull(12) ? null : reader.GetString(12));
    }

    /// <inheritdoc/>
    public async Task<Dictionary<InstanceId, WantedInstance>> ReadWantedAsync(HostId host, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT a.id, a.app_id, p.team_id, t.name, p.name, a.slot, a.epoch, a.revision, a.desired, a.stop_reason, r.spec_hash, r.image_digest, p.generation, r.health::text, r.resolves_anew, a.run, a.kept, r.part_digests::text, a.traceparent, CASE a.desired WHEN 'Stop' THEN a.stop_at ELSE a.placed_at END
            FROM assignments a JOIN apps p ON p.id = a.app_id JOIN teams t ON t.id = p.team_id
            JOIN revisions r ON r.app_id = a.app_id AND r.number = a.revision
            WHERE a.host_id = $1 AND (a.ended_at IS NULL OR a.kept)
            """);
        command.Parameters.Add(new() { Value = host.Value });
        var rows = new List<(Guid App, int Revision, long Generation, string? Health, string? PartDigests, WantedInstance Wanted)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                rows.Add((reader.GetGuid(1), reader.GetInt32(7), reader.GetInt64(12), reader.IsDBNull(13) ? null : reader.GetString(13), reader.IsDBNull(17) ? null : reader.GetString(17), new WantedInstance
                {
                    Id = new InstanceId(reader.GetGuid(0)),
                    App = new AppId(reader.GetGuid(1)),
                    Team = new TeamId(reader.GetGuid(2)),
                    TeamName = reader.GetString(3),
                    AppName = reader.GetString(4),
                    Slot = reader.GetInt32(5),
                    Epoch = reader.GetInt64(6),
                    Revision = reader.GetInt32(7),
                    Desired = Enum.Parse<DesiredState>(reader.GetString(8)),
                    StopReason = reader.IsDBNull(9) ? null : reader.GetString(9),
                    SpecHash = reader.GetString(10),
                    ImageDigest = reader.IsDBNull(11) ? null : reader.GetString(11),
                    ResolvesAnew = reader.GetBoolean(14),
                    Run = reader.IsDBNull(15) ? null : reader.GetInt32(15),
                    Kept = reader.GetBoolean(16),
                    Trace = reader.IsDBNull(18) || reader.IsDBNull(19) ? null : new InstanceTrace(reader.GetString(18), reader.GetFieldValue<DateTimeOffset>(19)),
                    Spec = NoSpec,
                }));
            }
        }
        await ReadSpecsAsync([.. rows.Select(r => (r.App, r.Revision)).Where(k => !_specs.ContainsKey(k)).Distinct()], cancellation);
        await ReadCurrentAsync([.. rows.Where(r => _current.GetValueOrDefault(r.App)?.Generation != r.Generation).Select(r => r.App).Distinct()], cancellation);
        return rows.Where(r => _specs.ContainsKey((r.App, r.Revision)))
            .ToDictionary(r => r.Wanted.Id, r => r.Wanted with { Spec = PoliciesInForce.Of(r.Revision, SpecOf(r.App, r.Revision, r.PartDigests)!, r.Health, _current.GetValueOrDefault(r.App)) });
    }

    /// <inheritdoc/>
    public async Task<Dictionary<InstanceId, InstanceObservation>> ReadObservationsAsync(HostId host, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT o.id, o.state, o.health, o.reason, o.failure, o.container_id, o.ports, o.restarts, o.crashes, o.exit_code, o.started_at, o.ready_since, o.image_digest, o.parts::text, o.finished_at
            FROM observations o JOIN assignments a ON a.id = o.id
            WHERE a.host_id = $1 AND (a.ended_at IS NULL OR a.kept) AND o.host_id = $1
            """);
        command.Parameters.Add(new() { Value = host.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var observations = new Dictionary<InstanceId, InstanceObservation>();
        while (await reader.ReadAsync(cancellation))
        {
            observations[new InstanceId(reader.GetGuid(0))] = new InstanceObservation
            {
                State = Enum.Parse<InstanceState>(reader.GetString(1)),
                Health = Enum.Parse<Health>(reader.GetString(2)),
                Reason = reader.GetString(3),
                Failure = Enum.Parse<InstanceFailure>(reader.GetString(4)),
                ContainerId = reader.IsDBNull(5) ? null : reader.GetString(5),
                Ports = [.. (JsonSerializer.Deserialize<InstancePort[]>(reader.GetString(6)) ?? []).Select(p => new ObservedPort(p.Name, p.ContainerPort, p.HostPort, p.Protocol))],
                Restarts = reader.GetInt32(7),
                Crashes = [.. reader.GetFieldValue<DateTimeOffset[]>(8)],
                ExitCode = reader.IsDBNull(9) ? null : reader.GetInt32(9),
                StartedAt = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
                ReadySince = reader.IsDBNull(11) ? null : reader.GetFieldValue<DateTimeOffset>(11),
                ImageDigest = reader.IsDBNull(12) ? null : reader.GetString(12),
                Parts = PartsJson.Read(reader.GetString(13)),
                FinishedAt = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
            };
        }
        return observations;
    }

    /// <inheritdoc/>
    public async Task<List<UnwantedVolume>> ReadUnwantedVolumesAsync(Guid cluster, HostId host, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT v.team_id, t.name, v.app_name, v.slot, v.name FROM volumes v JOIN teams t ON t.id = v.team_id
            WHERE v.host_id = $1 AND v.remove_at IS NOT NULL
            """);
        command.Parameters.Add(new() { Value = host.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var volumes = new List<UnwantedVolume>();
        while (await reader.ReadAsync(cancellation))
        {
            var (team, app, slot, name) = (reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4));
            volumes.Add(new UnwantedVolume(new TeamId(reader.GetGuid(0)), team, app, slot, name, EngineNames.Volume(cluster, team, app, slot, name)));
        }
        return volumes;
    }

    /// <inheritdoc/>
    public async Task<List<WantedPull>> ReadPullsAsync(HostId host, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT p.app_id, p.revision, a.team_id, r.image_digest, r.resolves_anew, r.part_digests::text, p.traceparent, a.name FROM image_pulls p
            JOIN apps a ON a.id = p.app_id JOIN revisions r ON r.app_id = p.app_id AND r.number = p.revision WHERE p.host_id = $1
            """);
        command.Parameters.Add(new() { Value = host.Value });
        var rows = new List<(Guid App, int Revision, TeamId Team, string? Digest, bool ResolvesAnew, string? PartDigests, string? Trace, string AppName)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                rows.Add((reader.GetGuid(0), reader.GetInt32(1), new TeamId(reader.GetGuid(2)), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetBoolean(4), reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6), reader.GetString(7)));
            }
        }
        await ReadSpecsAsync([.. rows.Select(r => (r.App, r.Revision)).Where(k => !_specs.ContainsKey(k))], cancellation);
        return [.. from row in rows
                   let spec = SpecOf(row.App, row.Revision, row.PartDigests)
                   where spec is not null
                   select WantedPull.Of(new AppId(row.App), row.Revision, row.Team, spec, row.Digest, row.ResolvesAnew) with { Trace = row.Trace, AppName = row.AppName }];
    }

    /// <inheritdoc/>
    public async Task<HashSet<(string Team, string App)>> ReadKnownAppsAsync(IReadOnlyCollection<(string Team, string App)> apps, CancellationToken cancellation)
    {
        if (apps.Count == 0)
        {
            return [];
        }
        // Slots outlive the app: what is left of a deleted one is surplus too.
        await using var command = source.CreateCommand(
            """
            SELECT DISTINCT n.team, n.app FROM unnest($1, $2) AS n(team, app) JOIN teams t ON t.name = n.team
            WHERE EXISTS (SELECT 1 FROM apps p WHERE p.team_id = t.id AND p.name = n.app)
               OR EXISTS (SELECT 1 FROM slots s WHERE s.team_id = t.id AND s.app_name = n.app)
            """);
        command.Parameters.Add(new() { Value = apps.Select(a => a.Team).ToArray() });
        command.Parameters.Add(new() { Value = apps.Select(a => a.App).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var known = new HashSet<(string, string)>();
        while (await reader.ReadAsync(cancellation))
        {
            known.Add((reader.GetString(0), reader.GetString(1)));
        }
        return known;
    }

    /// <inheritdoc/>
    public async Task<bool> IsLossConfirmedAsync(HostId host, DateTimeOffset since, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("SELECT EXISTS (SELECT 1 FROM events WHERE host_id = $1 AND kind = $2 AND at >= $3)");
        command.Parameters.Add(new() { Value = host.Value });
        command.Parameters.Add(new() { Value = HostLoss.ConfirmedKind });
        command.Parameters.Add(new() { Value = since });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private AppSpec? SpecOf(Guid app, int revision, string? partDigests) => _specs.GetValueOrDefault((app, revision))?.WithPartDigests(PartsJson.ReadDigests(partDigests));

    private static AppSpec NoSpec { get; } = new() { Image = "" };

    private async Task ReadSpecsAsync(ImmutableArray<(Guid App, int Revision)> missing, CancellationToken cancellation)
    {
        if (missing.IsEmpty)
        {
            return;
        }
        await using var command = source.CreateCommand(
            "SELECT r.app_id, r.number, r.spec FROM unnest($1, $2) AS n(app, number) JOIN revisions r ON r.app_id = n.app AND r.number = n.number");
        command.Parameters.Add(new() { Value = missing.Select(m => m.App).ToArray() });
        command.Parameters.Add(new() { Value = missing.Select(m => m.Revision).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            _specs[(reader.GetGuid(0), reader.GetInt32(1))] = SpecCodec.FromCanonical(reader.GetString(2));
        }
    }

    private async Task ReadCurrentAsync(Guid[] apps, CancellationToken cancellation)
    {
        if (apps.Length == 0)
        {
            return;
        }
        await using var command = source.CreateCommand("SELECT id, generation, spec, revision FROM apps WHERE id = ANY($1)");
        command.Parameters.Add(new() { Value = apps });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            _current[reader.GetGuid(0)] = new CurrentSpec(reader.GetInt64(1), reader.GetInt32(3), SpecCodec.FromCanonical(reader.GetString(2)));
        }
    }

    private (EngineTls? Tls, string? Fault) ReadTls(string? stored)
    {
        if (stored is null)
        {
            return (null, null);
        }
        try
        {
            return (JsonSerializer.Deserialize<EngineTls>(secrets.Unprotect(stored)), null);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or JsonException)
        {
            return (null, "The host's certificates cannot be decrypted: the keys that protect them are gone. Enter the certificates again.");
        }
    }
}
