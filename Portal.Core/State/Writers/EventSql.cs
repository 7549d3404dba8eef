using Npgsql;
using NpgsqlTypes;

namespace Portal.Core.State.Writers;

/// <summary>The one way events get into the store.</summary>
public static class EventSql
{
    /// <summary>Adds the insertion of events to a batch.</summary>
    public static void AddEvents(NpgsqlBatch batch, IReadOnlyList<EventDraft> events, DateTimeOffset now)
    {
        if (events.Count == 0)
        {
            return;
        }
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO events (at, severity, kind, message, team_id, app_id, app_name, host_id, host_name, instance_id, trace_id)
            SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(Text(events.Select(e => (string?)e.Severity.ToString())));
        command.Parameters.Add(Text(events.Select(e => (string?)e.Kind)));
        command.Parameters.Add(Text(events.Select(e => (string?)e.Message)));
        command.Parameters.Add(Ids(events.Select(e => e.Team?.Value)));
        command.Parameters.Add(Ids(events.Select(e => e.App?.Value)));
        command.Parameters.Add(Text(events.Select(e => e.AppName)));
        command.Parameters.Add(Ids(events.Select(e => e.Host?.Value)));
        command.Parameters.Add(Text(events.Select(e => e.HostName)));
        command.Parameters.Add(Ids(events.Select(e => e.Instance?.Value)));
        command.Parameters.Add(Text(events.Select(e => e.TraceId)));
        batch.BatchCommands.Add(command);
    }

    internal static NpgsqlParameter Text(IEnumerable<string?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    internal static NpgsqlParameter Ids(IEnumerable<Guid?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    internal static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    internal static NpgsqlParameter Numbers(IEnumerable<long?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
}
