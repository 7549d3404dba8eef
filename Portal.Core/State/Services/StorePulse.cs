using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Telemetry;

namespace Portal.Core.State.Services;

/// <summary>Tells a store that hangs from one that has much to do: a call may last while the store answers others, and no longer.</summary>
internal sealed class StorePulse(NpgsqlDataSource source, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ToAnswer = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private Task? _beat;

    /// <summary>Awaits a call.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer it, nor a question that takes no time. The call may go on by itself.</exception>
    public async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        var (began, outcome) = (time.GetTimestamp(), "ok");
        try
        {
            return await StoreFailures.GuardAsync(() => AwaitAsync(call()));
        }
        catch (Exception e)
        {
            outcome = e is RefusedException ? "refused" : e is StoreUnavailableException ? "away" : "failed";
            throw;
        }
        finally
        {
            PortalMeter.StoreCallDuration.Record(time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    private async Task<T> AwaitAsync<T>(Task<T> call)
    {
        while (true)
        {
            try
            {
                return await call.WaitAsync(Patience, time);
            }
            catch (TimeoutException) when (!call.IsCompleted)
            {
                await Task.WhenAny(Beat().WaitAsync(ToAnswer, time), call).Unwrap();
            }
        }
    }

    // One for all who wait: a question that was not answered yet is not put again.
    private Task Beat()
    {
        lock (_gate)
        {
            return _beat is { IsCompleted: false } ? _beat : _beat = AskAsync();
        }
    }

    private async Task AskAsync()
    {
        await using var command = source.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync();
    }
}
