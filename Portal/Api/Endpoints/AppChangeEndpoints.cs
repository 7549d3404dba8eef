using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Api.Endpoints;

/// <summary>Changes of an app's intent: deploy, scale, restart, stop, start.</summary>
internal static class AppChangeEndpoints
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly QueryParameter Wait = new("wait", "Answers when the rollout has ended, waiting at most this long, up to 1h: 200 only where it succeeded, else 422 with the reason.", QueryType.Duration);

    private delegate Task<AppView> Change(IAppService service, Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);

    public static void Map(RouteGroupBuilder root)
    {
        var apps = root.MapGroup("/teams/{team}/apps/{app}").WithTags("Apps");
        apps.MapPost("/deploy", DeployAsync).Describe("deployApp", "Changes only the image, resolves its tag anew, and replaces every instance within the bounds.", 403, 404, 409, 413, 415, 422)
            .Takes<DeployRequestBody>(required: false).Gives<AppBody>().Gives<GenerationBody>(202).Query(Wait).Changes();
        apps.MapPost("/scale", ScaleAsync).Describe("scaleApp", "Sets the replica count; makes no revision.", 403, 404, 409, 413, 415, 422)
            .Takes<ScaleRequestBody>().Gives<GenerationBody>(202).Query().Changes();
        MapPlain(apps, "restart", "Replaces every instance within the bounds, same revision.",
            (service, actor, team, app, options, cancellation) => service.RestartAsync(actor, team, app, options, cancellation));
        MapPlain(apps, "stop", "Stops it; its data stays. Neither a put nor a scale ends it.",
            (service, actor, team, app, options, cancellation) => service.StopAsync(actor, team, app, options, cancellation));
        MapPlain(apps, "start", "Ends a stop.",
            (service, actor, team, app, options, cancellation) => service.StartAsync(actor, team, app, options, cancellation));
    }

    private static void MapPlain(RouteGroupBuilder apps, string verb, string summary, Change change) =>
        apps.MapPost($"/{verb}", async (string team, string app, IAppService service, HttpContext http) =>
        {
            new QueryReader(http).Done();
            await Bodies.ReadNoneAsync(http);
            Names.Seek("app", team, app);
            var options = await Changes.ReadAsync(http, service, team, app);
            return Answers.Accepted(http, await change(service, http.Actor(), team, app, options, http.RequestAborted));
        }).Describe($"{verb}App", summary, 403, 404, 409, 413, 415, 422).Gives<GenerationBody>(202).Query().Changes();

    private static async Task<IResult> ScaleAsync(string team, string app, IAppService service, HttpContext http)
    {
        var replicas = await Bodies.ReadScaleAsync(http, new QueryReader(http));
        Names.Seek("app", team, app);
        var options = await Changes.ReadAsync(http, service, team, app);
        return Answers.Accepted(http, await service.ScaleAsync(http.Actor(), team, app, replicas, options, http.RequestAborted));
    }

    private static async Task<IResult> DeployAsync(string team, string app, IAppService service, SettledWaiter waiter, HttpContext http)
    {
        var query = new QueryReader(http);
        var wait = query.Duration("wait", LongestWait);
        var (image, message) = await Bodies.ReadDeployAsync(http, query);
        Names.Seek("app", team, app);
        var options = await Changes.ReadAsync(http, service, team, app, message);
        var deployed = await service.DeployAsync(http.Actor(), team, app, image, options, http.RequestAborted);
        if (wait is not { } longest)
        {
            return Answers.Accepted(http, deployed);
        }
        await waiter.WaitAsync(deployed, longest, http.RequestAborted);
        return Answers.App(http, await service.GetAsync(http.Actor(), team, app, http.RequestAborted));
    }
}
