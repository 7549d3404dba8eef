using Npgsql;

namespace Portal.Core.State;

/// <summary>Ready once the store answers with a schema that has what every Portal has.</summary>
internal sealed class StoreReadiness(NpgsqlDataSource source, TimeProvider time) : IReadiness
{
    private static readonly TimeSpan ToAnswer = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<string?> NotReadyReasonAsync(CancellationToken cancellation)
    {
        try
        {
            // Against a server that hangs the driver's own time-outs add up: of the connection, the command and its cancellation.
            return await CountAsync(cancellation).WaitAsync(ToAnswer, time, cancellation) is > 0L ? null : "The store is being set up.";
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return "The store's migrations are not done.";
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return "The store does not answer.";
        }
    }

    private async Task<object?> CountAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("SELECT count(*) FROM cluster");
        command.CommandTimeout = (int)ToAnswer.TotalSeconds;
        return await command.ExecuteScalarAsync(cancellation);
    }
}
