using System.Globalization;
using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State;
using Portal.Core.State.Live;
using Portal.Core.State.Views;
using Portal.Telemetry;

namespace Portal.Api.Endpoints;

/// <summary>What Prometheus asks for: figures, and where to find those of apps. Below the API's base, and where Prometheus looks by itself.</summary>
internal static class PrometheusEndpoints
{
    private static readonly QueryParameter Service = new("service", "Only of the service of that name.");

    public static void Map(IEndpointRouteBuilder root, string suffix = "")
    {
        var prometheus = root.MapGroup("").WithTags("Observation").WithMetadata(new ApiEndpoint(Public: false)).AnswersAsAll();
        prometheus.MapGet("/metrics", ReadAsync).Describe("readMetrics" + suffix, "What the caller may see, in the text format of Prometheus: apps, instances, hosts and services; for administrators Portal itself too.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Query();
        prometheus.MapGet("/sd/prometheus", ListTargetsAsync).Describe("listPrometheusTargets" + suffix, "Ready endpoints of services over TCP, as targets for http_sd_configs. Apps with the label prometheus.scrape=false are left out.")
            .Gives<PrometheusTargetBody[]>().Query(QueryParameters.Team, Service);
    }

    /// <summary>Where there are neither pages nor API: what the process measures of itself.</summary>
    public static void MapProcess(IEndpointRouteBuilder root, string suffix = "") =>
        root.MapGroup("").WithTags("Observation").WithMetadata(new ApiEndpoint(Public: false)).AnswersAsAll()
            .MapGet("/metrics", ReadProcess).Describe("readProcessMetrics" + suffix, "What this process measures of itself, in the text format of Prometheus; administrators only.", 403)
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Query();

    private static IResult ReadProcess(MeterRecorder meters, HttpContext http)
    {
        new QueryReader(http).Done();
        if (!http.Actor().IsAdministrator)
        {
            throw new RefusedException(RefusalKind.Forbidden, "What Portal measures of itself is for administrators. Figures of apps are at the processes that serve pages and API.");
        }
        var writer = new PrometheusWriter();
        meters.Write(writer);
        return Results.Text(writer.ToString(), PrometheusWriter.ContentType);
    }

    private static async Task<IResult> ReadAsync(ILiveState live, MeterRecorder meters, UsageWatch usage, TimeProvider time, HttpContext http)
    {
        new QueryReader(http).Done();
        var actor = http.Actor();
        var snapshot = await live.LoadedAsync(time, http.RequestAborted);
        var writer = new PrometheusWriter();
        if (actor.IsAdministrator)
        {
            meters.Write(writer);
            writer.Family("portal_snapshot_age_seconds", SeriesKind.Gauge, "How old what is told of apps and hosts is.");
            writer.Line("portal_snapshot_age_seconds", "", Math.Max(0, (time.GetUtcNow() - (snapshot.StaleSince ?? snapshot.At)).TotalSeconds));
        }
        // What is stale is left out, for a figure would say that it is of now.
        if (snapshot.StaleSince is null)
        {
            new ObservedMetrics(writer, snapshot.For(actor), usage.Read()).Write();
        }
        return Results.Text(writer.ToString(), PrometheusWriter.ContentType);
    }

    private static async Task<IResult> ListTargetsAsync(ILiveState live, TimeProvider time, HttpContext http)
    {
        var query = new QueryReader(http);
        var (team, service) = (query.Text("team"), query.Text("service"));
        query.Done();
        var snapshot = await live.LoadedAsync(time, http.RequestAborted);
        if (snapshot.StaleSince is { } since)
        {
            // Prometheus keeps the targets that it has.
            throw new StoreUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The store has not answered since {since:O}."));
        }
        return Answers.Json(PrometheusTargets.Of(snapshot.For(http.Actor()), team, service).ToArray());
    }
}
