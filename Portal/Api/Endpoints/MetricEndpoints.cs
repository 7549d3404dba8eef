using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;

namespace Portal.Api.Endpoints;

/// <summary>Figures over time.</summary>
internal static class MetricEndpoints
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(30);
    private static readonly QueryParameter App = new("app", "Only of that app; needs its team.");
    private static readonly QueryParameter Instance = new("instance", "Only of the instance with that id.");

    private static readonly QueryParameter Measured = new("metric",
        "What: `cpu` in cores, `memory` and `disk` in bytes, `netRx`, `netTx`, `blockRead` and `blockWrite` in bytes a second, `restarts` so far, running `instances`. Must be named. `disk` is of hosts only.")
    { Words = Words.ChoicesOf<Metric>() };

    internal static readonly QueryParameter From = new("from", "From then on; an hour before `to` where it is not named.", QueryType.Time);
    internal static readonly QueryParameter To = new("to", "Up to then; now where it is not named.", QueryType.Time);
    private static readonly QueryParameter Step = new("step", "Distance between points, rounded up to two seconds; the finest that gives about 600 where it is not named.", QueryType.Duration);

    private static readonly QueryParameter By = new("by",
        "What a series is of; `instance` where it is not named, and `host` where nothing but a host is. Of an app or team it is the sum over its instances; of a host, without team, app and instance, CPU and memory are of the whole machine where that can be known.")
    { Words = Words.ChoicesOf<MetricGrouping>() };

    public static void Map(RouteGroupBuilder root) =>
        root.MapGet("/metrics/query", QueryAsync).WithTags("Metrics")
            .Describe("queryMetrics", "Figures over time of what the caller may see.", 404).Gives<MetricsBody>()
            .Query(QueryParameters.Team, App, Instance, QueryParameters.Host, Measured, From, To, Step, By);

    private static async Task<IResult> QueryAsync(IMetricService service, TimeProvider time, HttpContext http)
    {
        var query = new QueryReader(http);
        var wanted = Read(query, time.GetUtcNow());
        query.Done();
        return Answers.Json(MetricsBody.Of(await service.QueryAsync(http.Actor(), wanted, http.RequestAborted)));
    }

    private static MetricQuery Read(QueryReader query, DateTimeOffset now)
    {
        var (from, to) = RangeOf(query, now);
        var read = new MetricQuery
        {
            Metric = query.Word<Metric>("metric") ?? Missing(query),
            By = MetricGrouping.Instance,
            Team = query.Text("team"),
            App = query.Text("app"),
            Instance = query.Text("instance") is { } id ? ReadInstance(query, id) : null,
            Host = query.Text("host"),
            From = from,
            To = to,
            Step = query.Duration("step", LongestStep),
        };
        var usual = read is { Host: not null, Team: null, App: null, Instance: null } ? MetricGrouping.Host : MetricGrouping.Instance;
        return read with { By = query.Word<MetricGrouping>("by") ?? usual };
    }

    /// <summary>The range that <see cref="From"/> and <see cref="To"/> name.</summary>
    internal static (DateTimeOffset From, DateTimeOffset To) RangeOf(QueryReader query, DateTimeOffset now) =>
        query.Time("to") is var to && query.Time("from") is { } from ? (from, to ?? now) : ((to ?? now) - Usual, to ?? now);

    private static Metric Missing(QueryReader query)
    {
        if (query.Text("metric") is null)
        {
            query.Fault("metric", $"must be named: one of {string.Join(", ", Words.ChoicesOf<Metric>())}");
        }
        return default;
    }

    private static InstanceId? ReadInstance(QueryReader query, string text)
    {
        if (Guid.TryParse(text, out var id))
        {
            return new InstanceId(id);
        }
        query.Fault("instance", "must be an instance's id");
        return null;
    }
}
