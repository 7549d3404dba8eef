using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Apps: list, read, put, plan, delete.</summary>
internal static class AppEndpoints
{
    private const string OfTeam = "/teams/{team}/apps";
    private const string One = OfTeam + "/{app}";

    private static readonly QueryParameter Status = new("status", "Only with that status.") { Words = Words.Of<AppStatus>() };
    private static readonly QueryParameter Text = new("q", "Only whose name, team or image contains that text.");
    private static readonly QueryParameter Volumes = new("volumes", "Its volumes go too.", QueryType.Flag) { Default = "false" };

    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("").WithTags("Apps");
        api.MapGet("/apps", ListAsync).Describe("listApps", "Apps that the caller may see, by team and name.")
            .Paged<AppBody>(QueryParameters.Team, Status, QueryParameters.Host, Text);
        api.MapGet(OfTeam, ListOfTeamAsync).Describe("listTeamApps", "A team's apps, by name.", 404)
            .Paged<AppBody>(QueryParameters.Team, Status, QueryParameters.Host, Text);
        api.MapGet(One, GetAsync).Describe("getApp", "One app.", 404).Gives<AppBody>().Query().WithMetadata(new TagMetadata());
        api.MapPut(One, PutAsync).Describe("putApp", "Creates or changes an app. The same spec again changes nothing.", 403, 404, 409, 413, 415, 422)
            .Takes<SpecBody>(yaml: true).Gives<AppBody>().Gives<AppBody>(201).Query(QueryParameters.Message).Changes()
            .WithMetadata(new HeaderMetadata("If-None-Match", "Only *: the app must not be there. Otherwise 409."));
        api.MapPost(One + "/plan", PlanAsync).Describe("planApp", "What a put would do; changes nothing.", 403, 404, 409, 413, 415, 422)
            .Takes<SpecBody>(yaml: true).Gives<PlanBody>().Query();
        api.MapDelete(One, DeleteAsync).Describe("deleteApp", "Deletes an app: its containers stop and go, its volumes only if asked.", 403, 404, 409, 422)
            .Produces(StatusCodes.Status202Accepted).Query(Volumes)
            .WithMetadata(new HeaderMetadata("If-Match", "The generation that the app must have, such as \"3\". Otherwise 409."));
        api.MapGet(One + "/revisions", ListRevisionsAsync).Describe("listRevisions", "Sealed specs, newest first.", 404).Paged<RevisionBody>();
        api.MapGet(One + "/revisions/{number}", GetRevisionAsync).Describe("getRevision", "One sealed spec.", 404).Gives<RevisionBody>().Query();
        api.MapGet(One + "/volumes", ListVolumesAsync).Describe("listVolumes", "Where its volumes lie.", 404).Paged<VolumeBody>();
    }

    private static async Task<IResult> ListAsync(IAppService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var (page, filter) = ReadFilter(query);
        query.Done();
        return Answers.Json(Paging.Of(await service.ListAsync(http.Actor(), filter, http.RequestAborted), page, a => $"{a.Team}/{a.Name}", AppBody.Of));
    }

    private static async Task<IResult> ListOfTeamAsync(string team, IAppService service, ITeamService teams, HttpContext http)
    {
        var query = new QueryReader(http);
        var (page, filter) = ReadFilter(query);
        query.Done();
        if (!(await teams.ListAsync(http.Actor(), http.RequestAborted)).Any(t => t.Name == team))
        {
            throw RefusedException.NotFound($"team {team}");
        }
        var apps = filter.Team is null || filter.Team == team ? await service.ListAsync(http.Actor(), filter with { Team = team }, http.RequestAborted) : [];
        return Answers.Json(Paging.Of(apps, page, a => a.Name, AppBody.Of));
    }

    private static (PageRequest Page, AppQuery Filter) ReadFilter(QueryReader query) =>
        (query.Page(), new AppQuery(query.Text("team"), query.Word<AppStatus>("status"), query.Text("host"), query.Text("q")));

    private static async Task<IResult> GetAsync(string team, string app, IAppService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("app", team, app);
        return Answers.App(http, await service.GetAsync(http.Actor(), team, app, http.RequestAborted));
    }

    private static async Task<IResult> PutAsync(string team, string app, IAppService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var message = query.Text("message");
        var request = await Bodies.ReadAppAsync(http, query, [.. Names.Check("team", team), .. Names.Check("app", app)]);
        var options = await Changes.ReadAsync(http, service, team, app, message);
        var result = await service.PutAsync(http.Actor(), team, app, request, options, http.RequestAborted);
        return Answers.App(http, result.App, result.Created);
    }

    private static async Task<IResult> PlanAsync(string team, string app, IAppService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var request = await Bodies.ReadAppAsync(http, query, [.. Names.Check("team", team), .. Names.Check("app", app)]);
        return Answers.Json(PlanBody.Of(await service.PlanAsync(http.Actor(), team, app, request, http.RequestAborted)));
    }

    private static async Task<IResult> DeleteAsync(string team, string app, IAppService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var volumes = query.Flag("volumes");
        query.Done();
        Names.Seek("app", team, app);
        await service.DeleteAsync(http.Actor(), team, app, volumes, await Changes.ReadAsync(http, service, team, app), http.RequestAborted);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListRevisionsAsync(string team, string app, IAppService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        Names.Seek("app", team, app);
        var revisions = await service.ListRevisionsAsync(http.Actor(), team, app, http.RequestAborted);
        return Answers.Json(Paging.Of(revisions, page, r => (int.MaxValue - r.Number).ToString("D10"), RevisionBody.Of));
    }

    private static async Task<IResult> GetRevisionAsync(string team, string app, string number, IAppService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("app", team, app);
        var revisions = await service.ListRevisionsAsync(http.Actor(), team, app, http.RequestAborted);
        return Answers.Json(RevisionBody.Of(revisions.FirstOrDefault(r => r.Number.ToString() == number) ?? throw RefusedException.NotFound("revision of that number")));
    }

    private static async Task<IResult> ListVolumesAsync(string team, string app, IAppService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        Names.Seek("app", team, app);
        var volumes = await service.ListVolumesAsync(http.Actor(), team, app, http.RequestAborted);
        return Answers.Json(Paging.Of(volumes, page, v => $"{v.Slot:D10} {v.Name} {v.Volume}", VolumeBody.Of));
    }
}
