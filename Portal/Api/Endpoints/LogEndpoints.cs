using Microsoft.Net.Http.Headers;
using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>An app's output, all instances merged.</summary>
internal static class LogEndpoints
{
    private static readonly QueryParameter Follow = new("follow", "Goes on as lines come.", QueryType.Flag) { Default = "false" };
    private static readonly QueryParameter Tail = new("tail", "At most so many of the last lines of each instance; all where it is not named.", QueryType.Integer) { Minimum = 0, Maximum = 1_000_000 };
    private static readonly QueryParameter Since = new("since", "Only from then on: a time, or a duration such as 10m that ends now.");
    private static readonly QueryParameter Until = new("until", "Only up to then: a time, or a duration such as 10m ago. Not with follow.");
    private static readonly QueryParameter Ended = new("ended", "Those of instances that ended too: the last lines of each were kept, of the latest 50.", QueryType.Flag) { Default = "false" };
    private static readonly QueryParameter Markers = new("markers", "Lines of Portal's own between them, whose stream is `portal`: who joined, who left. While nothing comes an empty line tells that all is well.", QueryType.Flag) { Default = "false" };
    private static readonly QueryParameter Format = new("format", "As which type it comes, for callers that cannot say what they accept.") { Words = ["ndjson", "text"] };
    private static readonly QueryParameter Text = new("q", "Only lines that contain that text.");
    private static readonly QueryParameter Run = new("run", "Of a job: only of that run, of its ended instances too while they are kept. Without it, a job's newest run.", QueryType.Integer) { Minimum = 1, Maximum = int.MaxValue };
    private static readonly QueryParameter Instance = new("instance", "Only of the instance with that id.");

    private static readonly QueryParameter Container = new("container", "Of which container of each instance: `main`, or the name of a sidecar or init container; `all` for all of them.") { Default = "main" };

    public static void Map(RouteGroupBuilder root) =>
        root.MapGet("/teams/{team}/apps/{app}/logs", ReadAsync).WithTags("Apps")
            .Describe("readLogs", "Lines of all instances merged, each with its instance, as ndjson or plain text.", 404, 406, 422)
            .Produces<LogLineBody>(StatusCodes.Status200OK, LogFormat.NdJson, LogFormat.Plain).Query(Follow, Tail, Since, Until, Text, Run, Instance, Container, Ended, Markers, Format);

    private static async Task ReadAsync(string team, string app, IAppService service, RightsWatch rights, TimeProvider time, IHostApplicationLifetime lifetime, HttpContext http)
    {
        var query = new QueryReader(http);
        var request = new LogRequest(ReadInstance(query), query.Flag("follow"), query.Integer("tail"), ReadTime(query, "since", time), query.Text("q"), query.Text("container"), query.Integer("run"),
            ReadTime(query, "until", time), query.Flag("ended"), query.Flag("markers"));
        var named = ReadFormat(query);
        if (request is { Follow: true, Until: not null })
        {
            query.Fault("until", "cannot be followed: what comes later is not wanted");
        }
        query.Done();
        var format = named ?? LogFormat.Choose(http.Request.GetTypedHeaders().Accept);
        Names.Seek("app", team, app);
        await service.GetAsync(http.Actor(), team, app, http.RequestAborted);

        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await using var watch = rights.Begin(http, either, (actor, cancellation) => service.GetAsync(actor, team, app, cancellation));
        var lines = service.ReadLogsAsync(http.Actor(), team, app, request, either.Token);
        try
        {
            await LogWriter.WriteAsync(http.Response, format, lines, request.Follow, beats: request is { Follow: true, Markers: true }, time, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested || watch.IsOver)
        {
            // Portal stops, and the reader comes back with since; or they may no longer read, and learn it when they come back.
        }
    }

    private static InstanceId? ReadInstance(QueryReader query)
    {
        if (query.Text("instance") is not { } text)
        {
            return null;
        }
        if (Guid.TryParse(text, out var id))
        {
            return new InstanceId(id);
        }
        query.Fault("instance", "must be an instance's id");
        return null;
    }

    private static string? ReadFormat(QueryReader query)
    {
        switch (query.Text("format"))
        {
            case null:
                return null;
            case "ndjson":
                return LogFormat.NdJson;
            case "text":
                return LogFormat.Plain;
            default:
                query.Fault("format", "must be one of ndjson, text");
                return null;
        }
    }

    private static DateTimeOffset? ReadTime(QueryReader query, string name, TimeProvider time)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }
        if (Rfc3339.TryParse(text, out var at))
        {
            return at;
        }
        if (DurationText.TryParse(text, out var ago))
        {
            return time.GetUtcNow() - ago;
        }
        query.Fault(name, "must be a time such as 2026-01-31T12:00:00Z, or a duration such as 10m");
        return null;
    }
}

/// <summary>How log lines are written.</summary>
internal static class LogFormat
{
    public const string NdJson = "application/x-ndjson";
    public const string Plain = "text/plain";

    /// <summary>What the caller likes best of the two; ndjson where they do not say.</summary>
    public static string Choose(IList<MediaTypeHeaderValue> accepted)
    {
        if (accepted.Count == 0)
        {
            return NdJson;
        }
        foreach (var type in accepted.Where(t => t.Quality is not 0).OrderByDescending(t => t.Quality ?? 1))
        {
            if (type.MatchesAllTypes || type.MediaType.Equals(NdJson, StringComparison.OrdinalIgnoreCase)
                || type.MediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase))
            {
                return NdJson;
            }
            if (type.MatchesMediaType(Plain))
            {
                return Plain;
            }
        }
        throw new HttpRefusal(StatusCodes.Status406NotAcceptable, $"Logs come as {NdJson} or {Plain}.");
    }
}
