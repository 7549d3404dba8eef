using System.Globalization;
using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Runs of jobs: list, show, start, cancel.</summary>
internal static class RunEndpoints
{
    private const string One = "/teams/{team}/apps/{app}/runs";

    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("").WithTags("Jobs");
        api.MapGet(One, ListAsync).Describe("listRuns", "A job's runs that are kept, newest first.", 404, 422).Paged<RunBody>();
        api.MapGet(One + "/{run}", GetAsync).Describe("getRun", "A run with its instances: every attempt, with its exit code.", 404, 422).Gives<RunDetailsBody>().Query();
        api.MapPost(One, StartAsync).Describe("startRun", "Asks for a run, beside those that the job has by itself. Where runs do not overlap, it is refused while one is under way.", 403, 404, 409, 413, 415, 422)
            .Takes<RunRequestBody>(required: false).Gives<RunAskedBody>(202).Query().Changes();
        api.MapPost(One + "/{run}/cancel", CancelAsync).Describe("cancelRun", "Ends a run that is under way: its instances are stopped.", 403, 404, 409, 413, 415, 422)
            .Gives<GenerationBody>(202).Query().Changes();
    }

    private static async Task<IResult> ListAsync(string team, string app, IJobService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        Names.Seek("app", team, app);
        var runs = await service.ListRunsAsync(http.Actor(), team, app, http.RequestAborted);
        return Answers.Json(Paging.Of(runs, page, r => (int.MaxValue - r.Number).ToString("D10", CultureInfo.InvariantCulture), RunBody.Of));
    }

    private static async Task<IResult> GetAsync(string team, string app, string run, IJobService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("app", team, app);
        return Answers.Json(RunDetailsBody.Of(await service.GetRunAsync(http.Actor(), team, app, Seek(run), http.RequestAborted)));
    }

    private static async Task<IResult> StartAsync(string team, string app, IJobService service, IAppService apps, HttpContext http)
    {
        var message = await Bodies.ReadRunAsync(http, new QueryReader(http));
        Names.Seek("app", team, app);
        var options = await Changes.ReadAsync(http, apps, team, app, message);
        var (changed, run) = await service.RunAsync(http.Actor(), team, app, options, http.RequestAborted);
        Answers.Tag(http, changed);
        return Answers.Json(new RunAskedBody(changed.Generation, run), StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> CancelAsync(string team, string app, string run, IJobService service, IAppService apps, HttpContext http)
    {
        new QueryReader(http).Done();
        await Bodies.ReadNoneAsync(http);
        Names.Seek("app", team, app);
        var options = await Changes.ReadAsync(http, apps, team, app);
        return Answers.Accepted(http, await service.CancelRunAsync(http.Actor(), team, app, Seek(run), options, http.RequestAborted));
    }

    private static int Seek(string run) => int.TryParse(run, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw RefusedException.NotFound($"run {run}");
}
