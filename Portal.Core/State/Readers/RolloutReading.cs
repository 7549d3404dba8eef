using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Core.State.Readers;

/// <summary>A rollout's columns, in the order in which both readers select them.</summary>
internal static class RolloutReading
{
    public static RolloutState Read(NpgsqlDataReader reader, int first) => new()
    {
        Generation = reader.GetInt64(first),
        From = reader.IsDBNull(first + 1) ? null : reader.GetInt32(first + 1),
        To = reader.GetInt32(first + 2),
        Base = reader.GetInt32(first + 3),
        Slots = ReadSlots(reader.GetString(first + 4)),
        Status = Enum.Parse<RolloutStatus>(reader.GetString(first + 5)),
        Reason = reader.GetString(first + 6),
        Outcome = reader.IsDBNull(first + 7) ? null : Enum.Parse<RolloutStatus>(reader.GetString(first + 7)),
        Step = reader.GetInt32(first + 8),
        StepReachedAt = Time(reader, first + 9),
        Available = reader.GetInt32(first + 10),
        By = reader.GetString(first + 11),
        Message = reader.IsDBNull(first + 12) ? null : reader.GetString(first + 12),
        StartedAt = reader.GetFieldValue<DateTimeOffset>(first + 13),
        ProgressAt = reader.GetFieldValue<DateTimeOffset>(first + 14),
        EndedAt = Time(reader, first + 15),
        PreparedAt = Time(reader, first + 16),
    };

    public static string WriteSlots(ImmutableSortedDictionary<int, int> slots) => JsonSerializer.Serialize(slots);

    public static ImmutableSortedDictionary<int, int> ReadSlots(string json) =>
        json == "{}" ? ImmutableSortedDictionary<int, int>.Empty : JsonSerializer.Deserialize<ImmutableSortedDictionary<int, int>>(json)!;

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
