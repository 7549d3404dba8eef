using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;

namespace Portal.Core.State.Readers;

/// <summary>An app as the controller holds it.</summary>
/// <param name="Input">What reconciliation sees, still without instances, epochs, volumes and failures.</param>
/// <param name="TeamId">Its team.</param>
/// <param name="Team">Its team's name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">The status last written; null for none.</param>
/// <param name="ObservedGeneration">The generation last acted on.</param>
/// <param name="Trace">The last change of intent, where it is traced and not yet brought about.</param>
public sealed record ControlledApp(AppInput Input, TeamId TeamId, string Team, string Name, StatusVerdict? Status, long ObservedGeneration, ChangeTrace? Trace = null);

/// <summary>The trace of a change.</summary>
/// <param name="Context">The change's span, as a W3C <c>traceparent</c>.</param>
/// <param name="ChangedAt">When the change was made.</param>
public sealed record ChangeTrace(string Context, DateTimeOffset ChangedAt);

/// <summary>The image of a revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Digest">Its digest; null while it is not known.</param>
/// <param name="ResolvesAnew">Whether hosts look its tag up anew, though an image of that tag is there.</param>
/// <param name="LacksPartDigests">Whether it has further containers of whose images no digest is known.</param>
public sealed record RevisionImage(int Revision, string? Digest, bool ResolvesAnew, bool LacksPartDigests = false);

/// <summary>A host as the controller holds it.</summary>
/// <param name="Input">What reconciliation sees.</param>
/// <param name="Capacity">What the machine has; zero until known.</param>
/// <param name="Images">References of the images there.</param>
public sealed record ControlledHost(HostInput Input, Resources Capacity, ImmutableHashSet<string> Images);

/// <summary>Reads what the controller decides on, all of it or of some apps. Plain SQL: it is the widest read there is.</summary>
public sealed partial class ControlReader(NpgsqlDataSource source) : IControlReader
{
    /// <inheritdoc/>
    public async Task<Dictionary<HostId, ControlledHost>> ReadHostsAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            $"""
            SELECT h.id, h.name, h.availability, h.labels, s.reachability, s.os, s.architecture, s.cpus, s.memory_bytes, s.images,
                   {RebootSql.InForce}, h.reboot_asked_at, h.reboot_wait, s.last_seen_at
            FROM hosts h LEFT JOIN host_status s ON s.host_id = h.id
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var hosts = new Dictionary<HostId, ControlledHost>();
        while (await reader.ReadAsync(cancellation))
        {
            var id = new HostId(reader.GetGuid(0));
            var reboot = !reader.GetBoolean(10) ? null : new PlannedReboot(reader.GetFieldValue<DateTimeOffset>(11), reader.IsDBNull(12) ? TimeSpan.Zero : reader.GetTimeSpan(12),
                reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13));
            var input = new HostInput
            {
                Id = id,
                Name = reader.GetString(1),
                Availability = reboot is null ? Enum.Parse<Availability>(reader.GetString(2)) : Availability.Cordoned,
                Reboot = reboot,
                Labels = JsonSerializer.Deserialize<ImmutableDictionary<string, string>>(reader.GetString(3))!,
                Reachability = reader.IsDBNull(4) ? Reachability.Unknown : Enum.Parse<Reachability>(reader.GetString(4)),
                Os = reader.IsDBNull(5) ? "linux" : reader.GetString(5),
                Architecture = reader.IsDBNull(6) ? "amd64" : reader.GetString(6),
            };
            var capacity = reader.IsDBNull(7) ? default : new Resources(reader.GetInt32(7), reader.GetInt64(8));
            hosts[id] = new ControlledHost(input, capacity, reader.IsDBNull(9) ? [] : [.. reader.GetFieldValue<string[]>(9)]);
        }
        return hosts;
    }

    /// <inheritdoc/>
    public async Task<Dictionary<AppId, ControlledApp>> ReadAppsAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT a.id, a.team_id, t.name, a.name, a.generation, a.revision, a.spec, a.replicas, a.stopped, a.deleted_at IS NOT NULL, a.restart_generation,
                   s.status, s.reason, s.desired, s.running, s.ready, s.updated, s.observed_generation,
                   a.rollout_generation, a.rollout_paused, a.rollout_cancelled, a.rollout_promoted, a.rollout_by, a.rollout_message,
                   r.generation, r.from_revision, r.to_revision, r.base_revision, r.slots, r.status, r.reason, r.outcome, r.step, r.step_reached_at,
                   r.available, r.by, r.message, r.started_at, r.progress_at, r.ended_at, r.prepared_at,
                   CASE WHEN a.generation > coalesce(s.settled_generation, 0) AND a.changed_at > clock_timestamp() - interval '1 hour' THEN a.traceparent END, a.changed_at
            FROM apps a JOIN teams t ON t.id = a.team_id LEFT JOIN app_status s ON s.app_id = a.id
            LEFT JOIN LATERAL (SELECT * FROM rollouts WHERE app_id = a.id ORDER BY generation DESC LIMIT 1) r ON true
            WHERE $1::uuid[] IS NULL OR a.id = ANY($1)
            """);
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var apps = new Dictionary<AppId, ControlledApp>();
        while (await reader.ReadAsync(cancellation))
        {
            var input = new AppInput
            {
                Id = new AppId(reader.GetGuid(0)),
                Generation = reader.GetInt64(4),
                Revision = reader.GetInt32(5),
                Spec = SpecCodec.FromCanonical(reader.GetString(6)),
                Replicas = reader.GetInt32(7),
                Stopped = reader.GetBoolean(8),
                Deleted = reader.GetBoolean(9),
                RestartGeneration = reader.GetInt64(10),
                Intent = new RolloutIntent(reader.GetInt64(18), reader.GetInt32(5), reader.GetBoolean(19), reader.GetBoolean(20), reader.GetInt32(21), reader.GetString(22),
                    reader.IsDBNull(23) ? null : reader.GetString(23)),
                Rollout = reader.IsDBNull(24) ? null : RolloutReading.Read(reader, 24),
            };
            var status = reader.IsDBNull(11) ? null : new StatusVerdict(Enum.Parse<AppStatus>(reader.GetString(11)), reader.GetString(12),
                reader.GetInt32(13), reader.GetInt32(14), reader.GetInt32(15), reader.GetInt32(16));
            apps[input.Id] = new ControlledApp(input, new TeamId(reader.GetGuid(1)), reader.GetString(2), reader.GetString(3), status, reader.IsDBNull(17) ? 0 : reader.GetInt64(17),
                reader.IsDBNull(41) ? null : new ChangeTrace(reader.GetString(41), reader.GetFieldValue<DateTimeOffset>(42)));
        }
        return apps;
    }

    /// <inheritdoc/>
    public async Task<ILookup<AppId, InstanceInput>> ReadInstancesAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT a.app_id, a.id, a.slot, a.epoch, a.revision, a.restart_generation, a.host_id, a.desired, a.created_at, a.pending_reason,
                   o.state, o.health, o.failure, o.reason, o.ready_since, o.observed_at, o.image_digest, a.stop_reason, a.run, a.outcome, o.exit_code, o.finished_at, CASE WHEN o.parts <> '[]' THEN o.parts::text END
            FROM assignments a LEFT JOIN observations o ON o.id = a.id
            WHERE a.ended_at IS NULL AND ($1::uuid[] IS NULL OR a.app_id = ANY($1))
            ORDER BY a.app_id, a.slot, a.epoch
            """);
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var instances = new List<(AppId App, InstanceInput Instance)>();
        while (await reader.ReadAsync(cancellation))
        {
            instances.Add((new AppId(reader.GetGuid(0)), new InstanceInput
            {
                Id = new InstanceId(reader.GetGuid(1)),
                Slot = reader.GetInt32(2),
                Epoch = reader.GetInt64(3),
                Revision = reader.GetInt32(4),
                RestartGeneration = reader.GetInt64(5),
                Host = reader.IsDBNull(6) ? null : new HostId(reader.GetGuid(6)),
                Desired = Enum.Parse<DesiredState>(reader.GetString(7)),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(8),
                StopReason = reader.IsDBNull(17) ? null : reader.GetString(17),
                Run = reader.IsDBNull(18) ? null : reader.GetInt32(18),
                Outcome = reader.IsDBNull(19) ? null : Enum.Parse<InstanceOutcome>(reader.GetString(19)),
                PendingReason = reader.IsDBNull(9) ? null : reader.GetString(9),
                Observed = reader.IsDBNull(10) ? null : ReadObserved(reader),
            }));
        }
        return instances.ToLookup(i => i.App, i => i.Instance);
    }

    /// <inheritdoc/>
    public async Task<Dictionary<(AppId, int), AppSpec>> ReadSpecsAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT r.app_id, r.number, r.spec, r.part_digests::text FROM revisions r JOIN apps p ON p.id = r.app_id
            WHERE ($1::uuid[] IS NULL OR r.app_id = ANY($1))
              AND (r.number = p.revision
                   OR EXISTS (SELECT 1 FROM assignments a WHERE a.app_id = r.app_id AND a.revision = r.number AND a.ended_at IS NULL)
                   OR EXISTS (SELECT 1 FROM runs u WHERE u.app_id = r.app_id AND u.revision = r.number AND u.ended_at IS NULL)
                   OR r.number IN (SELECT unnest(ARRAY[o.base_revision, o.to_revision] || ARRAY(SELECT v::int FROM jsonb_each_text(o.slots) AS e(k, v)))
                                   FROM (SELECT * FROM rollouts WHERE app_id = r.app_id ORDER BY generation DESC LIMIT 1) o))
            """);
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var specs = new Dictionary<(AppId, int), AppSpec>();
        while (await reader.ReadAsync(cancellation))
        {
            specs[(new AppId(reader.GetGuid(0)), reader.GetInt32(1))] = SpecCodec.FromCanonical(reader.GetString(2)).WithPartDigests(PartsJson.ReadDigests(reader.IsDBNull(3) ? null : reader.GetString(3)));
        }
        return specs;
    }

    /// <inheritdoc/>
    public async Task<ILookup<AppId, RevisionImage>> ReadImagesAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT r.app_id, r.number, r.image_digest, r.resolves_anew, l.lacks FROM revisions r JOIN apps a ON a.id = r.app_id
            CROSS JOIN LATERAL (SELECT r.part_digests IS NULL AND (r.spec -> 'sidecars' <> '[]' OR jsonb_exists(r.spec, 'initContainers')) AS lacks) l
            WHERE (r.image_digest IS NULL OR l.lacks OR r.number = a.revision) AND ($1::uuid[] IS NULL OR r.app_id = ANY($1))
            """);
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(AppId App, RevisionImage Image)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((new AppId(reader.GetGuid(0)), new RevisionImage(reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(3), !reader.IsDBNull(4) && reader.GetBoolean(4))));
        }
        return rows.ToLookup(r => r.App, r => r.Image);
    }

    /// <inheritdoc/>
    public async Task<ILookup<AppId, PulledImage>> ReadPullsAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"SELECT p.app_id, {PullReading.Columns} FROM {PullReading.Source} WHERE $1::uuid[] IS NULL OR p.app_id = ANY($1) ORDER BY p.app_id, p.host_id");
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(AppId App, PulledImage Image)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((new AppId(reader.GetGuid(0)), PullReading.Read(reader, 1)));
        }
        return rows.ToLookup(r => r.App, r => r.Image);
    }

    /// <inheritdoc/>
    public async Task<ILookup<AppId, (int Slot, long Epoch)>> ReadEpochsAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            "SELECT a.id, s.slot, s.epoch FROM slots s JOIN apps a ON a.team_id = s.team_id AND a.name = s.app_name WHERE $1::uuid[] IS NULL OR a.id = ANY($1)");
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(AppId App, int Slot, long Epoch)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((new AppId(reader.GetGuid(0)), reader.GetInt32(1), reader.GetInt64(2)));
        }
        return rows.ToLookup(r => r.App, r => (r.Slot, r.Epoch));
    }

    /// <inheritdoc/>
    public async Task<ILookup<AppId, (int Slot, string Volume, HostId Host)>> ReadVolumesAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT DISTINCT ON (a.id, v.slot, v.name) a.id, v.slot, v.name, v.host_id
            FROM volumes v JOIN apps a ON a.team_id = v.team_id AND a.name = v.app_name
            WHERE v.remove_at IS NULL AND ($1::uuid[] IS NULL OR a.id = ANY($1))
            ORDER BY a.id, v.slot, v.name, v.last_used_at DESC
            """);
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(AppId App, int Slot, string Volume, HostId Host)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((new AppId(reader.GetGuid(0)), reader.GetInt32(1), reader.GetString(2), new HostId(reader.GetGuid(3))));
        }
        return rows.ToLookup(r => r.App, r => (r.Slot, r.Volume, r.Host));
    }

    /// <inheritdoc/>
    public async Task<ILookup<AppId, SlotFailure>> ReadFailuresAsync(Guid[]? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT app_id, slot, host_id, stop_at, stop_reason, revision FROM assignments
            WHERE stop_failure <> 'None' AND stop_at > clock_timestamp() - interval '10 minutes' AND host_id IS NOT NULL
              AND ($1::uuid[] IS NULL OR app_id = ANY($1))
            """);
        AddIds(command, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(AppId App, SlotFailure Failure)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((new AppId(reader.GetGuid(0)), new SlotFailure(reader.GetInt32(1), new HostId(reader.GetGuid(2)), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4), reader.GetInt32(5))));
        }
        return rows.ToLookup(r => r.App, r => r.Failure);
    }

    /// <inheritdoc/>
    public Task<ActiveRebalance?> ReadRebalanceAsync(CancellationToken cancellation) => RebalanceReader.ReadAsync(source, cancellation);

    private static Observed ReadObserved(NpgsqlDataReader reader) => new()
    {
        State = Enum.Parse<InstanceState>(reader.GetString(10)),
        Health = Enum.Parse<Health>(reader.GetString(11)),
        Failure = Enum.Parse<InstanceFailure>(reader.GetString(12)),
        Reason = reader.GetString(13),
        ReadySince = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        At = reader.GetFieldValue<DateTimeOffset>(15),
        ImageDigest = reader.IsDBNull(16) ? null : reader.GetString(16),
        ExitCode = reader.IsDBNull(20) ? null : reader.GetInt32(20),
        FinishedAt = reader.IsDBNull(21) ? null : reader.GetFieldValue<DateTimeOffset>(21),
        PartDigests = reader.IsDBNull(22) ? ImmutableDictionary<string, string>.Empty : PartsJson.DigestsOf(PartsJson.Read(reader.GetString(22))),
    };

    private static void AddIds(NpgsqlCommand command, Guid[]? ids) =>
        command.Parameters.Add(new() { Value = (object?)ids ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Uuid });
}
