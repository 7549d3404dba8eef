using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State;
using Portal.Core.State.Live;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Api.Endpoints;

/// <summary>The catalog: services with their endpoints.</summary>
internal static class ServiceEndpoints
{
    private static readonly QueryParameter Healthy = new("healthy", "Only endpoints that are ready: healthy, or running with nothing that checks them.", QueryType.Flag) { Default = "false" };

    public static void Map(RouteGroupBuilder root)
    {
        var services = root.MapGroup("/services").WithTags("Catalog");
        services.MapGet("", ListAsync).Describe("listServices", "Services that the caller may see, by team and name.").Paged<ServiceBody>(QueryParameters.Team, Healthy);
        services.MapGet("/{name}", GetAsync).Describe("getService", "One service. Where several teams have one of that name, the team must be named.", 404)
            .Gives<ServiceBody>().Query(QueryParameters.Team, Healthy);
        var registered = root.MapGroup("/teams/{team}/services/{name}").WithTags("Catalog");
        registered.MapGet("", GetRegisteredAsync).Describe("getRegisteredService", "One service that a team registered from outside Portal.", 404).Gives<ServiceBody>().Query();
        registered.MapPut("", PutAsync).Describe("putService", "Registers a service from outside Portal, or changes it. With a ttl it lives by heartbeats, and this counts as one; with a probe Portal asks it.", 403, 404, 409, 413, 415, 422)
            .Takes<ServiceRequestBody>().Gives<ServiceBody>().Gives<ServiceBody>(201).Query();
        registered.MapPost("/heartbeat", BeatAsync).Describe("beatService", "Keeps a service with a ttl alive for that long from now on. Where it answers 404 the service has to be registered again.", 403, 404, 413, 415, 422)
            .Gives<ServiceBody>().Query();
        registered.MapDelete("", DeleteAsync).Describe("deleteService", "Takes a registered service out of the catalog.", 403, 404).Produces(StatusCodes.Status204NoContent).Query();
    }

    private static async Task<IResult> GetRegisteredAsync(string team, string name, IExternalServices services, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("service", team, name);
        return Answers.Json(ServiceBody.Of(await services.GetAsync(http.Actor(), team, name, http.RequestAborted)));
    }

    private static async Task<IResult> PutAsync(string team, string name, IExternalServices services, HttpContext http)
    {
        var query = new QueryReader(http);
        var request = await Bodies.ReadServiceAsync(http, query, Names.Check("name", name));
        Names.Seek("team", team);
        var (view, created) = await services.PutAsync(http.Actor(), team, name, request, http.RequestAborted);
        return Answers.Put(http, ServiceBody.Of(view), created, Paths.Service(team, name));
    }

    private static async Task<IResult> BeatAsync(string team, string name, IExternalServices services, HttpContext http)
    {
        new QueryReader(http).Done();
        await Bodies.ReadNoneAsync(http);
        Names.Seek("service", team, name);
        return Answers.Json(ServiceBody.Of(await services.BeatAsync(http.Actor(), team, name, http.RequestAborted)));
    }

    private static async Task<IResult> DeleteAsync(string team, string name, IExternalServices services, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("service", team, name);
        await services.DeleteAsync(http.Actor(), team, name, http.RequestAborted);
        return Answers.Gone();
    }

    private static async Task<IResult> ListAsync(ILiveState live, TimeProvider time, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        var healthy = query.Flag("healthy");
        var team = query.Text("team");
        query.Done();
        var services = Read(await live.LoadedAsync(time, http.RequestAborted), http, team);
        return Answers.Json(Paging.Of(services, page, s => $"{s.Team}/{s.Name}", s => ServiceBody.Of(s, healthy)));
    }

    private static async Task<IResult> GetAsync(string name, ILiveState live, TimeProvider time, HttpContext http)
    {
        var query = new QueryReader(http);
        var healthy = query.Flag("healthy");
        var team = query.Text("team");
        query.Done();
        var found = Read(await live.LoadedAsync(time, http.RequestAborted), http, team).Where(s => s.Name == name).ToList();
        if (found.Count > 1)
        {
            query.Fault("team", $"must be named: {string.Join(", ", found.Select(s => s.Team))} have a service {name}");
            query.Done();
        }
        return Answers.Json(ServiceBody.Of(found.FirstOrDefault() ?? throw RefusedException.NotFound("service of that name"), healthy));
    }

    private static IEnumerable<ServiceView> Read(LiveSnapshot snapshot, HttpContext http, string? team) =>
        snapshot.StaleSince is { } since ? throw new StoreUnavailableException($"The store has not answered since {since:O}.")
            : snapshot.For(http.Actor()).Services.Where(s => team is null || s.Team == team);
}
