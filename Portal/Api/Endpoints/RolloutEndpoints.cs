using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Api.Endpoints;

/// <summary>Rollouts: list, steer, roll back.</summary>
internal static class RolloutEndpoints
{
    private const string One = "/teams/{team}/apps/{app}";
    private static readonly QueryParameter App = new("app", "Only of apps of that name.");
    private static readonly QueryParameter Status = new("status", "Only with that status.") { Words = Words.Of<RolloutStatus>() };

    private delegate Task<AppView> Steer(IRolloutService service, Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);

    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("").WithTags("Rollouts");
        api.MapGet("/rollouts", ListAllAsync).Describe("listAllRollouts", "The latest rollouts of the apps that the caller may see, newest first.")
            .Paged<RolloutBody>(QueryParameters.Team, App, Status);
        api.MapGet(One + "/rollouts", ListAsync).Describe("listRollouts", "An app's rollouts, newest first.", 404).Paged<RolloutBody>();
        api.MapPost(One + "/rollback", RollbackAsync).Describe("rollbackApp", "Goes back to a revision, with the image that ran then; by default the last one that succeeded before.", 403, 404, 409, 413, 415, 422)
            .Takes<RollbackRequestBody>(required: false).Gives<GenerationBody>(202).Query().Changes();
        MapSteer(api, "pause", "Lets the rollout hold; what fails meanwhile is healed.", (s, actor, team, app, options, cancellation) => s.PauseAsync(actor, team, app, options, cancellation));
        MapSteer(api, "resume", "Lets a paused rollout go on.", (s, actor, team, app, options, cancellation) => s.ResumeAsync(actor, team, app, options, cancellation));
        MapSteer(api, "cancel", "Ends the rollout: it goes back to the revision before, within the bounds.", (s, actor, team, app, options, cancellation) => s.CancelAsync(actor, team, app, options, cancellation));
        MapSteer(api, "promote", "Ends the rollout's wait at a canary step.", (s, actor, team, app, options, cancellation) => s.PromoteAsync(actor, team, app, options, cancellation));
    }

    private static void MapSteer(RouteGroupBuilder api, string verb, string summary, Steer steer) =>
        api.MapPost($"{One}/rollout/{verb}", async (string team, string app, IRolloutService service, IAppService apps, HttpContext http) =>
        {
            new QueryReader(http).Done();
            await Bodies.ReadNoneAsync(http);
            Names.Seek("app", team, app);
            var options = await Changes.ReadAsync(http, apps, team, app);
            return Answers.Accepted(http, await steer(service, http.Actor(), team, app, options, http.RequestAborted));
        }).Describe($"{verb}Rollout", summary, 403, 404, 409, 413, 415, 422).Gives<GenerationBody>(202).Query().Changes();

    private static async Task<IResult> ListAllAsync(IRolloutService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        var filter = new RolloutQuery(query.Text("team"), query.Text("app"), query.Word<RolloutStatus>("status"));
        query.Done();
        var rollouts = await service.ListAllAsync(http.Actor(), filter, http.RequestAborted);
        return Answers.Json(Paging.Of(rollouts, page, r => $"{long.MaxValue - r.State.StartedAt.UtcTicks:D19} {r.Team}/{r.App} {r.State.Generation:D19}", RolloutBody.Of));
    }

    private static async Task<IResult> ListAsync(string team, string app, IRolloutService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        Names.Seek("app", team, app);
        var rollouts = await service.ListAsync(http.Actor(), team, app, http.RequestAborted);
        return Answers.Json(Paging.Of(rollouts, page, r => (long.MaxValue - r.State.Generation).ToString("D19"), RolloutBody.Of));
    }

    private static async Task<IResult> RollbackAsync(string team, string app, IRolloutService service, IAppService apps, HttpContext http)
    {
        var (revision, message) = await Bodies.ReadRollbackAsync(http, new QueryReader(http));
        Names.Seek("app", team, app);
        var options = await Changes.ReadAsync(http, apps, team, app, message);
        return Answers.Accepted(http, await service.RollbackAsync(http.Actor(), team, app, revision, options, http.RequestAborted));
    }
}
