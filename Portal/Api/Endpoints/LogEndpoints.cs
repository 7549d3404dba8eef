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
    private static readonly QueryParameter Text = new("q", "Only lines that contain that text.");
    private static readonly QueryParameter Run = new("run", "Of a job: only of that run, of its ended instances too while they are kept. Without it, a job's newest run.", QueryType.Integer) { Minimum = 1, Maximum = int.MaxValue };
    private static readonly QueryParameter Instance = new("instance", "Only of the instance with that id.");

    private static readonly QueryParameter Container = new("container", "Of which container of each instance: `main`, or the name of a sidecar or init container; `all` for all of them.") { Default = "main" };

    public static void Map(RouteGroupBuilder root) =>
        root.MapGet("/teams/{team}/apps/{app}/logs", ReadAsync).WithTags("Apps")
            .Describe("readLogs", "Lines of all instances merged, each with its instance, as ndjson or plain text.", 404, 406, 422)
            .Produces<LogLineBody>(StatusCodes.Status200OK, LogFormat.NdJson, LogFormat.Plain).Query(Follow, Tail, Since, Text, Run, Instance, Container);

    private static async Task ReadAsync(string team, string app, IAppService service, TimeProvider time, IHostApplicationLifetime lifetime, HttpContext http)
    {
        var query = new QueryReader(http);
        var request = new LogRequest(ReadInstance(query), query.Flag("follow"), query.Integer("tail"), ReadSince(query, time), query.Text("q"), query.Text("container"), query.Integer("run"));
        query.Done();
        var format = LogFormat.Choose(http.Request.GetTypedHeaders().Accept);
        Names.Seek("app", team, app);
        await service.GetAsync(http.Actor(), team, app, http.RequestAborted);

        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var lines = service.ReadLogsAsync(http.Actor(), team, app, request, either.Token);
        try
        {
            await LogWriter.WriteAsync(http.Response, format, lines, request.Follow, time, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Portal stops; the reader comes back with since.
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

    private static DateTimeOffset? ReadSince(QueryReader query, TimeProvider time)
    {
        if (query.Text("since") is not { } text)
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
        query.Fault("since", "must be a time such as 2026-01-31T12:00:00Z, or a duration such as 10m");
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
