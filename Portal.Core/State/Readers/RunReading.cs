using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Jobs;

namespace Portal.Core.State.Readers;

/// <summary>A run's columns, in the order in which readers select them.</summary>
internal static class RunReading
{
    public const string Columns = "number, cause, scheduled_at, by, message, revision, completions, parallelism, retries, deadline, status, reason, created_at, started_at, ended_at, succeeded, failed, kept";

    public static RunState Read(NpgsqlDataReader reader, int first) => new()
    {
        Number = reader.GetInt32(first),
        Cause = Enum.Parse<RunCause>(reader.GetString(first + 1)),
        ScheduledAt = Time(reader, first + 2),
        By = reader.GetString(first + 3),
        Message = reader.IsDBNull(first + 4) ? null : reader.GetString(first + 4),
        Revision = reader.GetInt32(first + 5),
        Completions = reader.GetInt32(first + 6),
        Parallelism = reader.GetInt32(first + 7),
        Retries = reader.GetInt32(first + 8),
        Deadline = reader.IsDBNull(first + 9) ? null : reader.GetTimeSpan(first + 9),
        Status = Enum.Parse<RunStatus>(reader.GetString(first + 10)),
        Reason = reader.GetString(first + 11),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(first + 12),
        StartedAt = Time(reader, first + 13),
        EndedAt = Time(reader, first + 14),
        Succeeded = reader.GetInt32(first + 15),
        Failed = reader.GetInt32(first + 16),
        Kept = reader.GetBoolean(first + 17),
    };

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
