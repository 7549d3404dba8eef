using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>The SQL of queries. What is put into its text comes from enumerations and our own names only.</summary>
internal static class MetricSql
{
    /// <summary>Series by team, app, instance, host, and when they were written.</summary>
    public const string Choose =
        """
        SELECT id, team_name, app_name, instance_id, slot, host_name FROM metric_series
        WHERE ($1::uuid[] IS NULL OR team_id = ANY($1)) AND ($2::text IS NULL OR app_name = $2) AND ($3::uuid IS NULL OR instance_id = $3)
          AND ($4::uuid IS NULL OR host_id = $4) AND last_at >= $5 AND first_at < $6
        """;

    /// <summary>How far the tables reach.</summary>
    public const string Stored =
        """
        SELECT (SELECT min(at) FROM host_samples), (SELECT min(at) FROM host_minutes),
               (SELECT done_until FROM metric_rollups WHERE name = 'minutes'), (SELECT done_until FROM metric_rollups WHERE name = 'ten_minutes'),
               (SELECT min(at) FROM host_ten_minutes)
        """;

    /// <summary>
    /// Figures of instances. Those of a group are summed up: what its instances used at all ticks of a step, over the number of ticks; so one that was
    /// there for half of the step counts half, and the two that a replacement leads through are not counted as two.
    /// </summary>
    public static string Instances(Metric metric, ImmutableArray<MetricSegment> segments, bool isSummed)
    {
        var (sum, count) = metric == Metric.Restarts ? ("max(v)", "1") : ("sum(v * n)", "sum(n)");
        var each = $"WITH each AS (SELECT series_id, date_bin(@step, at, @origin) AS bucket, {sum} AS v, {count} AS n FROM ({Union("metric", "series_id", Column(metric), segments)}) r WHERE v IS NOT NULL GROUP BY 1, 2)";
        if (!isSummed || metric == Metric.Restarts)
        {
            return $"{each} SELECT g.number, e.bucket, sum(e.v / e.n)::float8 FROM each e JOIN {Groups("int")} ON g.id = e.series_id GROUP BY 1, 2 ORDER BY 1, 2";
        }
        return $"""
            {each}, per_host AS (SELECT host_id, date_bin(@step, at, @origin) AS bucket, sum(n) AS n FROM ({Union("host", "host_id", "1", segments)}) h GROUP BY 1, 2),
            ticks AS (SELECT bucket, max(n) AS n FROM per_host GROUP BY 1)
            SELECT g.number, e.bucket, (sum(e.v) / greatest(max(t.n), max(e.n)))::float8
            FROM each e JOIN {Groups("int")} ON g.id = e.series_id LEFT JOIN ticks t ON t.bucket = e.bucket GROUP BY 1, 2 ORDER BY 1, 2
            """;
    }

    /// <summary>Figures of hosts as machines.</summary>
    public static string Machines(Metric metric, ImmutableArray<MetricSegment> segments)
    {
        var column = metric switch
        {
            Metric.Cpu => "cpu",
            Metric.Memory => "memory::float8",
            Metric.Disk => "disk_used::float8",
            _ => "instances",
        };
        return $"""
            SELECT g.number, date_bin(@step, at, @origin) AS bucket, (sum(v * n) / sum(n))::float8
            FROM ({Union("host", "host_id", column, segments)}) r JOIN {Groups("uuid")} ON g.id = r.host_id WHERE v IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
            """;
    }

    private static string Groups(string type) => $"unnest(@ids::{type}[], @groups::int[]) AS g(id, number)";

    private static string Union(string what, string id, string column, ImmutableArray<MetricSegment> segments)
    {
        var chosen = what == "metric" ? " AND series_id = ANY(@ids)" : "";
        return segments.IsEmpty
            ? $"SELECT {id}, at, {column} AS v, 1 AS n FROM {what}_samples WHERE false"
            : string.Join(" UNION ALL ", segments.Select((s, i) =>
                $"SELECT {id}, at, {column} AS v, {(s.Table == "samples" ? "1" : "samples")} AS n FROM {what}_{s.Table} WHERE at >= @from{i} AND at < @to{i}{chosen}"));
    }

    private static string Column(Metric metric) => metric switch
    {
        Metric.Cpu => "cpu",
        Metric.Memory => "memory::float8",
        Metric.NetRx => "net_rx",
        Metric.NetTx => "net_tx",
        Metric.BlockRead => "block_read",
        Metric.BlockWrite => "block_write",
        Metric.Restarts => "restarts",
        _ => "1",
    };
}
