using System.Globalization;
using Portal.Api.Http;
using Portal.Api.Watch;
using Portal.Core.Domain;
using Portal.Core.State.Live;

namespace Portal.Api.Endpoints;

/// <summary>Live changes as server-sent events.</summary>
internal static class WatchEndpoints
{
    private static readonly QueryParameter Kinds = new("kinds", "Which kinds, separated by commas: apps, instances, hosts, services. All where it is not named.");

    public static void Map(RouteGroupBuilder root) =>
        root.MapGet("/watch", WatchAsync).WithTags("Live").Describe("watch",
                "Live changes as server-sent events.")
            .WithDescription("First a `snapshot` event per kind: `{kind, items}`. Then `changed`: `{kind, key, item}`, and `removed`: `{kind, key}`. Items are as in the lists; keys are "
                + "`team/name` for apps and services, the name for hosts, the id for instances. Ids can be resumed from; an id of another run of Portal, or one too old, gets new snapshots.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").Query(Kinds)
            .WithMetadata(new HeaderMetadata("Last-Event-ID", "The id of the last event seen; the stream goes on behind it."));

    private static async Task WatchAsync(ILiveState live, WatchHub hub, WatchOptions options, ApiAuthenticator authenticator, TimeProvider time, IHostApplicationLifetime lifetime, HttpContext http)
    {
        var query = new QueryReader(http);
        var kinds = ReadKinds(query);
        query.Done();
        await live.LoadedAsync(time, http.RequestAborted);
        var response = http.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";

        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var stream = new WatchStream(response, hub, kinds, either.Token);
        try
        {
            await RunAsync(hub, stream, options, authenticator, time, http, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The reader left, or Portal stops; it resumes with its last id.
        }
    }

    private static async Task RunAsync(WatchHub hub, WatchStream stream, WatchOptions options, ApiAuthenticator authenticator, TimeProvider time, HttpContext http, CancellationToken cancellation)
    {
        var actor = http.Actor();
        var seen = ReadLastId(http, hub);
        await stream.OpenAsync();
        var (spokenAt, checkedAt) = (time.GetTimestamp(), time.GetTimestamp());
        while (true)
        {
            var batch = hub.Read(seen);
            if (batch.Table is not null || batch.Changes.Count > 0)
            {
                await stream.SendAsync(batch, actor);
                spokenAt = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(spokenAt) >= options.Heartbeat)
            {
                await stream.SendCommentAsync("heartbeat");
                spokenAt = time.GetTimestamp();
            }
            seen = batch.Number;
            if (time.GetElapsedTime(checkedAt) >= options.Recheck)
            {
                checkedAt = time.GetTimestamp();
                if (await RecheckAsync(authenticator, actor, http, cancellation) is not { } present)
                {
                    return;
                }
                seen = SeesTheSame(actor, present) ? seen : null;
                actor = present;
            }
            await WaitAsync(hub, batch.Number, options.Heartbeat, time, cancellation);
        }
    }

    private static async Task WaitAsync(WatchHub hub, long seen, TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await hub.WaitAsync(seen).WaitAsync(longest, time, cancellation);
        }
        catch (TimeoutException)
        {
            // Nothing happened; say so.
        }
    }

    /// <summary>Who the reader is by now; null if their token or session works no more.</summary>
    private static async Task<Actor?> RecheckAsync(ApiAuthenticator authenticator, Actor actor, HttpContext http, CancellationToken cancellation)
    {
        try
        {
            return await authenticator.AuthenticateAsync(http, cancellation);
        }
        catch (Exception e) when (Problems.From(e).Status == StatusCodes.Status503ServiceUnavailable)
        {
            // While the store is away nobody's rights change.
            return actor;
        }
    }

    private static bool SeesTheSame(Actor one, Actor other) => one.IsAdministrator == other.IsAdministrator && one.Roles.Count == other.Roles.Count
        && one.Roles.All(r => other.Roles.TryGetValue(r.Key, out var role) && role == r.Value);

    private static List<WatchKind> ReadKinds(QueryReader query)
    {
        if (query.Text("kinds") is not { } text)
        {
            return [.. Enum.GetValues<WatchKind>()];
        }
        var kinds = new List<WatchKind>();
        foreach (var word in text.Split(','))
        {
            if (Words.TryParse<WatchKind>(word.Trim(), out var kind))
            {
                kinds.Add(kind);
            }
            else
            {
                query.Fault("kinds", $"'{word}' is none of {string.Join(", ", Words.ChoicesOf<WatchKind>())}.");
            }
        }
        return [.. kinds.Distinct()];
    }

    private static long? ReadLastId(HttpContext http, WatchHub hub)
    {
        var id = http.Request.Headers["Last-Event-ID"].ToString();
        return id.StartsWith(hub.Run + "-", StringComparison.Ordinal)
            && long.TryParse(id.AsSpan(hub.Run.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
