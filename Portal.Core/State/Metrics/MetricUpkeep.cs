using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Portal.Core.State.Metrics;

/// <summary>Makes partitions ahead, rolls ticks up to minutes and minutes to ten minutes, and drops what is older than it is kept. Of several processes one does it at a time.</summary>
public sealed class MetricUpkeep : BackgroundService
{
    /// <summary>"metric" in ASCII.</summary>
    private const long Lock = 0x6d6574726963;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private readonly NpgsqlDataSource _source;
    private readonly MetricRetention _kept;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly MetricPartitions _partitions;
    private readonly MetricRollup _rollup;

    /// <summary>Looks after that store.</summary>
    public MetricUpkeep(NpgsqlDataSource source, MetricRetention kept, TimeProvider time, ILogger<MetricUpkeep> log)
    {
        (_source, _kept, _time, _log) = (source, kept, time, log);
        _partitions = new MetricPartitions(source);
        _rollup = new MetricRollup(source, _partitions);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: a background service that throws ends the process.
                _log.LogWarning("Stored figures could not be looked after ({Reason}); trying again", e.Message);
            }
            await Task.Delay(Every, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Does everything that is due.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation);
        await using (var take = new NpgsqlCommand($"SELECT pg_try_advisory_lock({Lock})", connection))
        {
            if (await take.ExecuteScalarAsync(cancellation) is not true)
            {
                return;
            }
        }
        try
        {
            var now = _time.GetUtcNow();
            await _partitions.EnsureAsync(MetricTables.All, now, now, cancellation);
            await _rollup.RunAsync(now, cancellation);
            await DropAsync(now, cancellation);
        }
        finally
        {
            await using var give = new NpgsqlCommand($"SELECT pg_advisory_unlock({Lock})", connection);
            await give.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private async Task DropAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using (var own = _source.CreateCommand("DELETE FROM scaling_figures WHERE at < $1"))
        {
            own.Parameters.Add(new() { Value = now - _kept.Minutes });
            await own.ExecuteNonQueryAsync(cancellation);
        }
        var dropped = 0;
        foreach (var (tables, kept) in new[] { (MetricTables.Samples, _kept.Samples), (MetricTables.Minutes, _kept.Minutes), (MetricTables.TenMinutes, _kept.TenMinutes) })
        {
            foreach (var table in tables)
            {
                dropped += await _partitions.DropAsync(table, now - kept, cancellation);
            }
        }
        if (dropped > 0)
        {
            await using var forget = _source.CreateCommand("DELETE FROM metric_series WHERE last_at < $1");
            forget.Parameters.Add(new() { Value = now - _kept.TenMinutes });
            await forget.ExecuteNonQueryAsync(cancellation);
        }
    }
}
