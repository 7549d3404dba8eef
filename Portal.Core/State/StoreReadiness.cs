using Npgsql;

namespace Portal.Core.State;

/// <summary>Ready once the store answers with a schema that has what every Portal has.</summary>
internal sealed class StoreReadiness(NpgsqlDataSource source) : IReadiness
{
    private const int SecondsToAnswer = 2;

    /// <inheritdoc/>
    public async Task<string?> NotReadyReasonAsync(CancellationToken cancellation)
    {
        try
        {
            await using var command = source.CreateCommand("SELECT count(*) FROM cluster");
            command.CommandTimeout = SecondsToAnswer;
            return await command.ExecuteScalarAsync(cancellation) is > 0L ? null : "The store is being set up.";
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
}
