using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.State.Views;

namespace Portal.Core.State.Readers;

/// <summary>One host's row as a view.</summary>
internal static class HostRowReader
{
    public static HostView Read(NpgsqlDataReader reader)
    {
        var availability = Enum.Parse<Availability>(reader.GetString(5));
        var reachability = reader.IsDBNull(8) ? Reachability.Unknown : Enum.Parse<Reachability>(reader.GetString(8));
        var instances = reader.GetInt32(19);
        var reboot = !reader.GetBoolean(23) ? null : new PlannedReboot(reader.GetFieldValue<DateTimeOffset>(24), reader.IsDBNull(25) ? TimeSpan.Zero : reader.GetTimeSpan(25), Time(reader, 11));
        availability = reboot is null ? availability : Availability.Cordoned;
        return new HostView
        {
            Id = new HostId(reader.GetGuid(0)),
            Name = reader.GetString(1),
            Endpoint = reader.GetString(2),
            Address = reader.GetString(3),
            Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(4))!.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Availability = availability,
            Grace = reader.GetTimeSpan(6),
            CertificateExpiresAt = Time(reader, 7),
            Reachability = reachability,
            Reboot = reboot,
            AvailabilityAt = Time(reader, 26),
            Left = reader.GetInt32(27),
            State = reboot is not null ? "Rebooting" : StateOf(availability, reachability, instances),
            Reason = Text(reader, 9) ?? (reachability == Reachability.Unknown ? "not contacted yet" : ""),
            Since = Time(reader, 10),
            LastSeenAt = Time(reader, 11),
            EngineVersion = Text(reader, 12),
            Os = Text(reader, 13),
            OsName = Text(reader, 14),
            Architecture = Text(reader, 15),
            Capacity = reader.IsDBNull(16) ? default : new Resources(reader.GetInt32(16), reader.GetInt64(17)),
            Foreign = reader.IsDBNull(18) ? [] : JsonSerializer.Deserialize<ImmutableArray<ForeignContainer>>(reader.GetString(18)),
            Instances = instances,
            Reserved = new Resources(reader.GetDouble(20), reader.GetInt64(21)),
            Cluster = reader.GetString(22),
        };
    }

    private static string StateOf(Availability availability, Reachability reachability, int instances) => (availability, reachability) switch
    {
        (_, Reachability.Unreachable) => "Unreachable",
        (_, Reachability.Suspect) => "Suspect",
        (Availability.Draining, _) => instances > 0 ? "Draining" : "Drained",
        (Availability.Cordoned, _) => "Cordoned",
        (_, Reachability.Unknown) => "Unknown",
        _ => "Ready",
    };

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
