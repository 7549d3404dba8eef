using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>A terminal in a container, over a WebSocket.</summary>
internal static class ConsoleEndpoints
{
    private static readonly QueryParameter Container = new("container", "In which container of the instance: `main`, or the name of a sidecar.") { Default = "main" };
    private static readonly QueryParameter Command = new("command", "What is begun, with its arguments; words with a space stand in quotes. No shell reads it.") { Default = "/bin/sh" };
    private static readonly QueryParameter Columns = new("cols", "The terminal's width in characters.", QueryType.Integer) { Minimum = 2, Maximum = 1000, Default = "80" };
    private static readonly QueryParameter Rows = new("rows", "The terminal's height in characters.", QueryType.Integer) { Minimum = 1, Maximum = 1000, Default = "24" };

    public static void Map(RouteGroupBuilder root) =>
        root.MapGet("/teams/{team}/apps/{app}/instances/{id}/exec", OpenAsync).WithTags("Apps")
            .Describe("openConsole", "A WebSocket with a terminal in a container, for Deployers: binary messages are what is typed and shown; the text message `{\"type\":\"resize\",\"cols\":80,\"rows\":24}` changes its size. "
                + "Portal tells by text messages `idle` (with `seconds` left) and `ended` (with `reason` and `exitCode`). A browser must come from Portal's own pages.", 403, 404, 409, 422, 426)
            .Produces(StatusCodes.Status101SwitchingProtocols).Query(Container, Command, Columns, Rows);

    private static async Task OpenAsync(string team, string app, string id, IConsoleService consoles, RightsWatch rights, TimeProvider time, IHostApplicationLifetime lifetime, HttpContext http)
    {
        var query = new QueryReader(http);
        var request = new ConsoleRequest(query.Text("container"), query.Text("command"), query.Integer("cols") ?? 80, query.Integer("rows") ?? 24);
        query.Done();
        Names.Seek("app", team, app);
        var instance = new InstanceId(Names.SeekId("instance", id));
        if (!http.WebSockets.IsWebSocketRequest)
        {
            // Whoever may not is told so; a script cannot read why its WebSocket was refused.
            await consoles.CheckAsync(http.Actor(), team, app, instance, http.RequestAborted);
            throw new HttpRefusal(StatusCodes.Status426UpgradeRequired, "This is a WebSocket: ask for it as one.");
        }
        if (http.Request.Headers.Origin.Count > 0 && !ApiAuthenticator.IsOfOwnOrigin(http.Request))
        {
            throw new RefusedException(RefusalKind.Forbidden, "A console is opened from Portal's own pages, not from another site.");
        }
        var session = await consoles.OpenAsync(http.Actor(), team, app, instance, request, http.RequestAborted);
        var (reason, exitCode) = ("the connection broke", (int?)null);
        try
        {
            using var revoked = new CancellationTokenSource();
            await using var watch = rights.Begin(http, revoked, (actor, cancellation) => consoles.CheckAsync(actor, team, app, instance, cancellation));
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            using var relay = new ConsoleRelay(socket, session.Exec, consoles.Idle, time);
            (reason, exitCode) = await relay.RunAsync(revoked.Token, () => watch.Why, lifetime.ApplicationStopping, http.RequestAborted);
        }
        finally
        {
            await session.EndAsync(reason, exitCode);
        }
    }
}
