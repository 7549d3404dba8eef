using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Scaling;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Core.State.Readers;

/// <summary>Reads what the autoscaler looks at. Checks nobody's rights.</summary>
public sealed class ScalingReader(NpgsqlDataSource source)
{
    /// <summary>Apps whose policy is in force, or those named whatever they have.</summary>
    public async Task<ImmutableArray<ScaledApp>> ReadAsync(IReadOnlyCollection<Guid>? ids, CancellationToken cancellation)
    {
        var apps = await ReadAppsAsync(ids, cancellation);
        var instances = (await ReadInstancesAsync([.. apps.Select(a => a.Id.Value)], cancellation)).ToLookup(i => i.App, i => i.Instance);
        return [.. apps.Select(a => a with { Instances = [.. instances[a.Id]] })];
    }

    private async Task<List<ScaledApp>> ReadAppsAsync(IReadOnlyCollection<Guid>? ids, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT a.id, a.team_id, t.name, a.name, a.generation, a.spec::text, a.replicas, a.stopped, s.looked_at, s.why, s.recommended, s.document::text, s.reason,
                   (SELECT max(d.at) FROM scaling_decisions d WHERE d.app_id = a.id)
            FROM apps a JOIN teams t ON t.id = a.team_id LEFT JOIN scaling_status s ON s.app_id = a.id
            WHERE a.deleted_at IS NULL AND (a.id = ANY($1) OR $1::uuid[] IS NULL AND a.spec -> 'scaling' ->> 'enabled' = 'true')
            ORDER BY a.id
            """);
        command.Parameters.Add(new() { Value = (object?)ids?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        var apps = new List<ScaledApp>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var looked = !reader.IsDBNull(8);
            apps.Add(new ScaledApp
            {
                Id = new AppId(reader.GetGuid(0)),
                TeamId = new TeamId(reader.GetGuid(1)),
                Team = reader.GetString(2),
                Name = reader.GetString(3),
                Generation = reader.GetInt64(4),
                Spec = SpecCodec.FromCanonical(reader.GetString(5)),
                Replicas = reader.GetInt32(6),
                Stopped = reader.GetBoolean(7),
                LookedAt = looked ? reader.GetFieldValue<DateTimeOffset>(8) : null,
                Why = looked && Enum.TryParse<ScalingWhy>(reader.GetString(9), out var why) ? why : null,
                Recommended = looked ? reader.GetInt32(10) : null,
                Document = looked ? ScalingDocument.Read(reader.GetString(11)) : null,
                Reason = looked ? reader.GetString(12) : "",
                DecidedAt = reader.IsDBNull(13) ? null : reader.GetFieldValue<DateTimeOffset>(13),
            });
        }
        return apps;
    }

    private async Task<List<(AppId App, ScalableInstance Instance)>> ReadInstancesAsync(Guid[] apps, CancellationToken cancellation)
    {
        var instances = new List<(AppId, ScalableInstance)>();
        if (apps.Length == 0)
        {
            return instances;
        }
        await using var command = source.CreateCommand(
            """
            SELECT a.app_id, a.id, a.slot, o.ready_since, s.reachability = 'Reachable', h.address, CASE WHEN o.state = 'Running' THEN o.ports::text END
            FROM assignments a LEFT JOIN observations o ON o.id = a.id LEFT JOIN hosts h ON h.id = a.host_id LEFT JOIN host_status s ON s.host_id = a.host_id
            WHERE a.app_id = ANY($1) AND a.ended_at IS NULL AND a.desired = 'Run'
            ORDER BY a.app_id, a.slot, a.epoch
            """);
        command.Parameters.Add(new() { Value = apps });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            DateTimeOffset? ready = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3);
            instances.Add((new AppId(reader.GetGuid(0)), new ScalableInstance(new InstanceId(reader.GetGuid(1)), reader.GetInt32(2), ready, ready is not null && !reader.IsDBNull(4) && reader.GetBoolean(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? [] : JsonSerializer.Deserialize<ImmutableArray<InstancePort>>(reader.GetString(6)))));
        }
        return instances;
    }
}
