using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Portal.Core.State.Services;

/// <summary>Tells apart what the store's driver throws: the store is away, a race was lost, or anything else.</summary>
internal static class StoreFailures
{
    // A name or key taken meanwhile, a row gone meanwhile, a serialisation failure, a deadlock.
    private static readonly HashSet<string> Races = [PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.ForeignKeyViolation, PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected];

    /// <summary>Whether the same change, made anew, sees what the other one did.</summary>
    public static bool IsRace(Exception e) =>
        e is DbUpdateConcurrencyException || (Find<PostgresException>(e) is { } said && Races.Contains(said.SqlState));

    /// <summary>Whether the store did not answer, or not in time.</summary>
    public static bool IsAway(Exception e) =>
        Find<PostgresException>(e) is { } said ? said.IsTransient && !Races.Contains(said.SqlState)
        : Find<NpgsqlException>(e) is not null || Find<TimeoutException>(e) is not null;

    /// <summary>Runs a call; where the store is away, says so.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new StoreUnavailableException("The store does not answer.", e);
        }
    }

    // EF wraps what the driver throws.
    private static T? Find<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }
        return null;
    }
}
