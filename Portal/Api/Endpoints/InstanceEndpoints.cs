using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Instances of an app, and why each is where it is.</summary>
internal static class InstanceEndpoints
{
    private static readonly QueryParameter Ended = new("ended", "Those that ended, instead of live and unplaced ones.", QueryType.Flag) { Default = "false" };

    public static void Map(RouteGroupBuilder root)
    {
        var instances = root.MapGroup("/teams/{team}/apps/{app}/instances").WithTags("Apps");
        instances.MapGet("", ListAsync).Describe("listInstances", "Its instances, by slot and epoch.", 404).Paged<InstanceBody>(Ended);
        instances.MapGet("/{id}/placement", GetPlacementAsync)
            .Describe("getPlacement", "Each host's verdict on an instance: the filter that refused it and why, or its scores.", 404).Gives<PlacementBody>().Query();
    }

    private static async Task<IResult> ListAsync(string team, string app, IAppService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        var ended = query.Flag("ended");
        query.Done();
        Names.Seek("app", team, app);
        var instances = await service.ListInstancesAsync(http.Actor(), team, app, ended, http.RequestAborted);
        return Answers.Json(Paging.Of(instances, page, i => $"{i.Slot:D10}.{i.Epoch:D20}.{i.Id}", i => InstanceBody.Of(team, app, i)));
    }

    private static async Task<IResult> GetPlacementAsync(string team, string app, string id, IAppService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("app", team, app);
        var instance = new InstanceId(Names.SeekId("instance", id));
        return Answers.Json(PlacementBody.Of(await service.GetPlacementAsync(http.Actor(), team, app, instance, http.RequestAborted)));
    }
}
