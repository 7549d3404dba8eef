using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Writers;

namespace Portal.Core.State.Readers;

/// <summary>Finds the last lines of containers that are gone.</summary>
internal interface IKeptLogs
{
    /// <summary>What was kept of a container; null if nothing was.</summary>
    Task<KeptLog?> FindAsync(string containerId, CancellationToken cancellation);
}

/// <inheritdoc/>
internal sealed class KeptLogs(NpgsqlDataSource source) : IKeptLogs
{
    /// <inheritdoc/>
    public async Task<KeptLog?> FindAsync(string containerId, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("SELECT instance_id, container, first_at, last_at, lines, is_whole, text FROM instance_logs WHERE container_id = $1");
        command.Parameters.Add(new() { Value = containerId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return !await reader.ReadAsync(cancellation) ? null : new KeptLog(containerId, new InstanceId(reader.GetGuid(0)), reader.GetString(1),
            reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetInt32(4), reader.GetBoolean(5), reader.GetFieldValue<byte[]>(6));
    }
}
