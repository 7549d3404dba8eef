using System.Collections.Immutable;
using Npgsql;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>What an instance used on average over a while.</summary>
/// <param name="App">Its app.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Cpu">Cores; null where it was not measured twice yet.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Samples">From how many ticks, one each two seconds.</param>
/// <param name="NewestAt">Of when the newest of them is.</param>
public sealed record InstanceAverage(AppId App, InstanceId Instance, double? Cpu, double Memory, int Samples, DateTimeOffset NewestAt);

/// <summary>Averages for who decides by them, in any process: read from the store, without a question of rights.</summary>
public interface IUsageReader
{
    /// <summary>Averages of every instance of these apps that was measured since then; those of which nothing is known are not in it.</summary>
    /// <exception cref="NpgsqlException">The store did not answer.</exception>
    Task<ImmutableArray<InstanceAverage>> ReadAppsAsync(IReadOnlyCollection<AppId> apps, DateTimeOffset since, CancellationToken cancellation);
}

/// <inheritdoc/>
internal sealed class UsageReader(NpgsqlDataSource source) : IUsageReader
{
    /// <inheritdoc/>
    public async Task<ImmutableArray<InstanceAverage>> ReadAppsAsync(IReadOnlyCollection<AppId> apps, DateTimeOffset since, CancellationToken cancellation)
    {
        if (apps.Count == 0)
        {
            return [];
        }
        await using var command = source.CreateCommand(
            """
            SELECT s.app_id, s.instance_id, avg(m.cpu), avg(m.memory::float8), count(*)::int, max(m.at)
            FROM metric_samples m JOIN metric_series s ON s.id = m.series_id
            WHERE m.at >= $1 AND s.app_id = ANY($2) GROUP BY 1, 2 ORDER BY 1, 2
            """);
        command.Parameters.Add(new() { Value = since });
        command.Parameters.Add(new() { Value = apps.Select(a => a.Value).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var averages = ImmutableArray.CreateBuilder<InstanceAverage>();
        while (await reader.ReadAsync(cancellation))
        {
            averages.Add(new InstanceAverage(new AppId(reader.GetGuid(0)), new InstanceId(reader.GetGuid(1)), reader.IsDBNull(2) ? null : reader.GetDouble(2),
                reader.GetDouble(3), reader.GetInt32(4), new DateTimeOffset(reader.GetDateTime(5))));
        }
        return averages.ToImmutable();
    }
}
