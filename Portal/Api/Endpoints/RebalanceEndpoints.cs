using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Rebalancing: plan, start, stop, look, and whether it follows when a host joins.</summary>
internal static class RebalanceEndpoints
{
    private delegate Task<RebalanceView> Change(IRebalanceService service, Actor actor, CancellationToken cancellation);

    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("/rebalance").WithTags("Hosts");
        api.MapGet("", GetAsync).Describe("getRebalance", "Where the last rebalance stands, with its moves.", 403).Gives<RebalanceBody>().Query();
        api.MapGet("/plan", PlanAsync).Describe("planRebalance", "Every move from fuller to emptier hosts that would be made; changes nothing.", 403).Gives<RebalancePlanBody>().Query();
        api.MapPut("", PutAsync).Describe("putRebalance", "Sets whether a rebalance follows when a host joins.", 403, 413, 415).Takes<RebalanceRequestBody>().Gives<RebalanceBody>().Query();
        MapChange(api, "", "startRebalance", "Moves instances, a few at once within each app's bounds, until no single move spreads them better.", (s, actor, cancellation) => s.StartAsync(actor, cancellation));
        MapChange(api, "/stop", "stopRebalance", "Stops it: what has begun finishes, nothing further moves.", (s, actor, cancellation) => s.StopAsync(actor, cancellation));
    }

    private static void MapChange(RouteGroupBuilder api, string path, string name, string summary, Change change) =>
        api.MapPost(path, async (IRebalanceService service, HttpContext http) =>
        {
            new QueryReader(http).Done();
            await Bodies.ReadNoneAsync(http);
            return Answers.Json(RebalanceBody.Of(await change(service, http.Actor(), http.RequestAborted)), StatusCodes.Status202Accepted);
        }).Describe(name, summary, 403, 409, 413, 415).Gives<RebalanceBody>(202).Query();

    private static async Task<IResult> GetAsync(IRebalanceService service, HttpContext http)
    {
        new QueryReader(http).Done();
        return Answers.Json(RebalanceBody.Of(await service.GetAsync(http.Actor(), http.RequestAborted)));
    }

    private static async Task<IResult> PlanAsync(IRebalanceService service, HttpContext http)
    {
        new QueryReader(http).Done();
        return Answers.Json(RebalancePlanBody.Of(await service.PlanAsync(http.Actor(), http.RequestAborted)));
    }

    private static async Task<IResult> PutAsync(IRebalanceService service, HttpContext http)
    {
        var onJoin = await Bodies.ReadRebalanceAsync(http, new QueryReader(http));
        return Answers.Json(RebalanceBody.Of(await service.SetOnJoinAsync(http.Actor(), onJoin, http.RequestAborted)));
    }
}
