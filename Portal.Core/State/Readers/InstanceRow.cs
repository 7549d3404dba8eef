using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Views;

namespace Portal.Core.State.Readers;

/// <summary>One instance's row as a view.</summary>
internal static class InstanceRow
{
    public const string Select =
        """
        SELECT a.id, a.app_id, a.slot, a.epoch, a.revision, a.host_id, a.desired, a.cause, a.stop_reason, a.pending_reason, a.created_at, a.ended_at,
               h.name, h.address, s.reachability, s.last_seen_at,
               o.state, o.health, o.reason, o.container_id, o.ports, o.restarts, o.exit_code, o.started_at, o.ready_since, o.observed_at, o.parts::text, r.spec ->> 'image',
               a.run, a.outcome, a.kept, o.finished_at, o.image_digest, o.observed_by, r.spec -> 'labels' ->> 'version', r.spec -> 'labels' ->> 'weight'
        FROM assignments a LEFT JOIN observations o ON o.id = a.id LEFT JOIN revisions r ON r.app_id = a.app_id AND r.number = a.revision LEFT JOIN hosts h ON h.id = a.host_id LEFT JOIN host_status s ON s.host_id = a.host_id
        """;

    public static InstanceView Read(NpgsqlDataReader reader, DateTimeOffset now)
    {
        var desired = Enum.Parse<DesiredState>(reader.GetString(6));
        var host = Text(reader, 12);
        var lost = Text(reader, 14) == nameof(Reachability.Unreachable);
        var ended = Time(reader, 11);
        var seen = !reader.IsDBNull(16);
        var state = ended is not null ? InstanceState.Stopped
            : reader.IsDBNull(5) ? InstanceState.Pending
            : lost ? InstanceState.Unknown
            : desired == DesiredState.Stop ? InstanceState.Stopping
            : seen ? Enum.Parse<InstanceState>(reader.GetString(16)) : InstanceState.Assigned;
        var ran = seen && reader.GetString(16) == nameof(InstanceState.Running);
        var running = (state == InstanceState.Running || state == InstanceState.Unknown && ran && desired == DesiredState.Run) && !reader.IsDBNull(20);
        var view = new InstanceView
        {
            Id = new InstanceId(reader.GetGuid(0)),
            AppId = new AppId(reader.GetGuid(1)),
            Slot = reader.GetInt32(2),
            Epoch = reader.GetInt64(3),
            Revision = reader.GetInt32(4),
            HostId = reader.IsDBNull(5) ? null : new HostId(reader.GetGuid(5)),
            Host = host,
            Desired = desired,
            State = state,
            Health = lost ? Health.Unknown : seen ? Enum.Parse<Health>(reader.GetString(17)) : Health.None,
            Ready = !lost && desired == DesiredState.Run && !reader.IsDBNull(24),
            Reason = Text(reader, 9) ?? (lost ? LostReason(host, Time(reader, 15), now) : Text(reader, 8) is { } stop && desired == DesiredState.Stop ? stop : Text(reader, 18) ?? ""),
            Cause = reader.GetString(7),
            ContainerId = Text(reader, 19),
            Address = Text(reader, 13),
            Ports = running ? JsonSerializer.Deserialize<ImmutableArray<InstancePort>>(reader.GetString(20)) : [],
            Restarts = seen ? reader.GetInt32(21) : 0,
            ExitCode = reader.IsDBNull(22) ? null : reader.GetInt32(22),
            StartedAt = Time(reader, 23),
            ObservedAt = Time(reader, 25),
            ObservedBy = Text(reader, 33) is { Length: > 0 } by ? by : null,
            VersionLabel = Text(reader, 34) is { Length: > 0 } label ? label : null,
            Weight = WeightOf(Text(reader, 35)),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(10),
            EndedAt = ended,
            Run = reader.IsDBNull(28) ? null : reader.GetInt32(28),
            Outcome = reader.IsDBNull(29) ? null : Enum.Parse<InstanceOutcome>(reader.GetString(29)),
            IsKept = reader.GetBoolean(30),
            FinishedAt = Time(reader, 31),
        };
        return view with { Containers = ContainersOf(view, seen ? PartsJson.Read(reader.GetString(26)) : [], Text(reader, 27) ?? "", Text(reader, 32)) };
    }

    private static ImmutableArray<ContainerView> ContainersOf(InstanceView view, ImmutableArray<ObservedPart> parts, string image, string? digest) =>
        parts.IsEmpty ? [ContainerView.Alone(view, image, digest)]
        : [.. parts.Select(ContainerView.Of).Select(c => c.Kind == PartKind.Main ? c with { ImageDigest = digest } : c).Select(c => view.State switch
        {
            InstanceState.Unknown => c with { State = PartState.Unknown, Health = Health.Unknown },
            InstanceState.Stopped when c.State is not (PartState.Completed or PartState.Failed) => c with { State = PartState.Stopped },
            _ => c,
        })];

    private static string LostReason(string? host, DateTimeOffset? seen, DateTimeOffset now) =>
        $"host {host} cannot be reached{(seen is { } at ? $", last seen {DurationWords(now - at)} ago" : "")}";

    private static string DurationWords(TimeSpan span) =>
        span < TimeSpan.FromMinutes(2) ? $"{span.TotalSeconds:0} s" : span < TimeSpan.FromHours(2) ? $"{span.TotalMinutes:0} min" : $"{span.TotalHours:0} h";

    /// <summary>What a label <c>weight</c> says; one that says nothing that can be used counts as none.</summary>
    internal static int WeightOf(string? label) => int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight <= 1000 ? weight : 1;

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
