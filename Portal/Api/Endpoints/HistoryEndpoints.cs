using System.Collections.Immutable;
using System.Text.Json;
using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Api.Endpoints;

/// <summary>Events and audit, newest first.</summary>
internal static class HistoryEndpoints
{
    private static readonly QueryParameter App = new("app", "Only of that app.");
    private static readonly QueryParameter Least = new("severity", "Only at least so severe.") { Words = Words.Of<Severity>() };
    private static readonly QueryParameter Kind = new("kind", "Only of that kind, such as AppScaled; several separated by commas; Rollout* for all that begin so.");
    private static readonly QueryParameter Text = new("q", "Only with that text in message, kind, app or host, whatever the case.");
    private static readonly QueryParameter Format = new("format", "`json` or `csv`.") { Default = "json" };
    private const int PageSize = 1000;
    private const int MostDownloaded = 100_000;
    private static readonly QueryParameter From = new("from", "Only from then on.", QueryType.Time);
    private static readonly QueryParameter To = new("to", "Only before then.", QueryType.Time);

    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("").WithTags("History");
        api.MapGet("/events", ListEventsAsync).Describe("listEvents", "Events that the caller may see, newest first.")
            .Paged<EventBody>(QueryParameters.Team, App, QueryParameters.Host, Least, Kind, Text, From, To);
        api.MapGet("/teams/{team}/apps/{app}/events", ListAppEventsAsync).Describe("listAppEvents", "Events of an app, newest first.", 404)
            .Paged<EventBody>(QueryParameters.Host, Least, Kind, Text, From, To);
        api.MapGet("/events/download", DownloadAsync).Describe("downloadEvents", $"As listEvents, in one file of at most {MostDownloaded} events.", 403)
            .Produces<ImmutableArray<EventBody>>(StatusCodes.Status200OK, RequestBody.Json, EventCsv.MediaType).Query(QueryParameters.Team, App, QueryParameters.Host, Least, Kind, Text, From, To, Format);
        api.MapGet("/audit", ListAuditAsync).Describe("listAudit", "Who did what, newest first; administrators only.", 403).Paged<AuditBody>();
    }

    private static async Task DownloadAsync(IHistoryService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var format = query.Text("format") ?? "json";
        if (format is not ("json" or "csv"))
        {
            query.Fault("format", "must be json or csv");
        }
        var csv = format == "csv";
        var wanted = ReadFilters(query) with { Team = query.Text("team"), App = query.Text("app"), Limit = PageSize };
        query.Done();
        http.Response.ContentType = csv ? EventCsv.MediaType : RequestBody.Json;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"events.{(csv ? "csv" : "json")}\"";
        var page = await service.ListEventsAsync(http.Actor(), wanted, http.RequestAborted);
        await http.Response.WriteAsync(csv ? EventCsv.Head : "[", http.RequestAborted);
        for (var written = 0; !page.IsEmpty && written < MostDownloaded; page = page.Length < PageSize ? [] : await service.ListEventsAsync(http.Actor(), wanted with { After = page[^1].Id }, http.RequestAborted))
        {
            foreach (var e in page.Select(EventBody.Of))
            {
                var line = csv ? EventCsv.LineOf(e) : (written == 0 ? "\n" : ",\n") + JsonSerializer.Serialize(e, ApiJson.Options);
                await http.Response.WriteAsync(line, http.RequestAborted);
                written++;
            }
        }
        await http.Response.WriteAsync(csv ? "" : "\n]\n", http.RequestAborted);
    }

    private static async Task<IResult> ListEventsAsync(IHistoryService service, HttpContext http)
    {
        var query = new QueryReader(http);
        return await AnswerAsync(service, http, query, Read(query) with { Team = query.Text("team"), App = query.Text("app") });
    }

    private static async Task<IResult> ListAppEventsAsync(string team, string app, IHistoryService service, IAppService apps, HttpContext http)
    {
        var query = new QueryReader(http);
        var wanted = Read(query) with { Team = team, App = app };
        query.Done();
        Names.Seek("app", team, app);
        await apps.GetAsync(http.Actor(), team, app, http.RequestAborted);
        return await AnswerAsync(service, http, query, wanted);
    }

    private static async Task<IResult> ListAuditAsync(IHistoryService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        var after = page.Number(query);
        query.Done();
        var entries = await service.ListAuditAsync(http.Actor(), after, page.Limit + 1, http.RequestAborted);
        return Answers.Json(Paging.OfCut(entries, page.Limit, a => a.Id, AuditBody.Of));
    }

    private static EventQuery Read(QueryReader query)
    {
        var page = query.Page();
        return ReadFilters(query) with { After = page.Number(query), Limit = page.Limit };
    }

    private static EventQuery ReadFilters(QueryReader query) => new()
    {
        Host = query.Text("host"),
        Severity = query.Word<Severity>("severity"),
        Kind = query.Text("kind"),
        Text = query.Text("q"),
        From = query.Time("from"),
        To = query.Time("to"),
    };

    private static async Task<IResult> AnswerAsync(IHistoryService service, HttpContext http, QueryReader query, EventQuery wanted)
    {
        query.Done();
        var events = await service.ListEventsAsync(http.Actor(), wanted with { Limit = wanted.Limit + 1 }, http.RequestAborted);
        return Answers.Json(Paging.OfCut(events, wanted.Limit, e => e.Id, EventBody.Of));
    }
}
