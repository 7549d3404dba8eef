using Npgsql;
using Portal.Core.Domain;

namespace Portal.Agents.Hosts;

/// <summary>How the agents share the hosts.</summary>
internal interface IHostShares
{
    /// <summary>Says that this agent is there, and forgets those that have long gone.</summary>
    Task AppearAsync(CancellationToken cancellation);

    /// <summary>Says that this agent is gone.</summary>
    Task DisappearAsync(CancellationToken cancellation);

    /// <summary>How many hosts are this agent's share, and which nobody has.</summary>
    Task<(int Share, HashSet<HostId> Free)> ReadAsync(CancellationToken cancellation);
}

/// <summary>How the agents share the hosts: each lets the others know that it is there, and takes as many as are its share.</summary>
internal sealed class HostShares(NpgsqlDataSource source, AgentIdentity identity, HostWorkerOptions options) : IHostShares
{
    private string Name => $"agent:{identity.Name}";

    /// <inheritdoc/>
    public async Task AppearAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            WITH old AS (DELETE FROM heartbeats WHERE name LIKE 'agent:%' AND name <> $1 AND expires_at < clock_timestamp() - interval '1 hour')
            INSERT INTO heartbeats (name, term, expires_at) VALUES ($1, 0, clock_timestamp() + $2)
            ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at
            """);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = options.LeaseLength });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task DisappearAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("DELETE FROM heartbeats WHERE name = $1");
        command.Parameters.Add(new() { Value = Name });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<(int Share, HashSet<HostId> Free)> ReadAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            """
            SELECT (SELECT count(*) FROM hosts), (SELECT count(*) FROM heartbeats WHERE name LIKE 'agent:%' AND expires_at > clock_timestamp()),
                   ARRAY(SELECT h.id FROM hosts h LEFT JOIN heartbeats b ON b.name = 'host:' || h.id
                         WHERE b.expires_at IS NULL OR b.expires_at < clock_timestamp())
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (hosts, agents) = (reader.GetInt64(0), Math.Max(1, reader.GetInt64(1)));
        return ((int)((hosts + agents - 1) / agents), [.. reader.GetFieldValue<Guid[]>(2).Select(id => new HostId(id))]);
    }
}
