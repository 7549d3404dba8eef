using System.Collections.Immutable;
using Npgsql;
using Portal.Core.Domain;

namespace Portal.Core.State.Readers;

/// <summary>Reads rebalances. They come one after the other: the oldest that has not ended is the one under way.</summary>
internal static class RebalanceReader
{
    public static async Task<ActiveRebalance?> ReadAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT r.id, r.asked_at, r.asked_by, r.host_id, r.stopped_at IS NOT NULL, coalesce(p.remaining, 0), coalesce(p.reason, '')
            FROM rebalances r LEFT JOIN rebalance_progress p ON p.rebalance_id = r.id WHERE p.ended_at IS NULL ORDER BY r.asked_at, r.id LIMIT 1
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return null;
        }
        var id = reader.GetGuid(0);
        var moves = await ReadMovesAsync(source, id, cancellation);
        return new ActiveRebalance(id, reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.IsDBNull(3) ? null : new HostId(reader.GetGuid(3)), reader.GetBoolean(4),
            reader.GetInt32(5), reader.GetString(6), [.. moves.Where(m => !m.IsOver).Select(m => m.Move)], [.. moves.Where(m => m.IsOver).Select(m => (m.Move.App, m.Move.Slot))]);
    }

    private static async Task<List<(ActiveMove Move, bool IsOver)>> ReadMovesAsync(NpgsqlDataSource source, Guid id, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            "SELECT app_id, instance_id, slot, from_host_id, to_host_id, reason, ended_at IS NOT NULL FROM rebalance_moves WHERE rebalance_id = $1 ORDER BY decided_at, instance_id");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var moves = new List<(ActiveMove, bool)>();
        while (await reader.ReadAsync(cancellation))
        {
            moves.Add((new ActiveMove(new AppId(reader.GetGuid(0)), new InstanceId(reader.GetGuid(1)), reader.GetInt32(2), new HostId(reader.GetGuid(3)), new HostId(reader.GetGuid(4)),
                reader.GetString(5)), reader.GetBoolean(6)));
        }
        return moves;
    }
}
