using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Hosts: list, register, edit, cordon, drain, activate, confirm as lost, remove.</summary>
internal static class HostEndpoints
{
    private static readonly QueryParameter Force = new("force", "Removes it although it carries instances or volumes: its containers are stopped and removed and replaced elsewhere. Volumes stay on the engine with their data, and what needs it waits until the engine is registered again, or starts empty where its volume says onHostLoss: startEmpty.", QueryType.Flag) { Default = "false" };

    private static readonly QueryParameter For = new("for", "Why it would leave: drain (the default), reboot or loss.") { Words = Words.ChoicesOf<LeavingKind>(), Default = "drain" };

    public static void Map(RouteGroupBuilder api)
    {
        var hosts = api.MapGroup("/hosts").WithTags("Hosts");
        hosts.MapGet("", ListAsync).Describe("listHosts", "All hosts by name.").Paged<HostBody>();
        hosts.MapGet("/{name}", GetAsync).Describe("getHost", "One host.", 404).Gives<HostBody>().Query();
        hosts.MapPut("/{name}", PutAsync).Describe("putHost", "Registers or changes a host. It is tried before it is stored.", 403, 409, 413, 415, 422)
            .Takes<HostRequestBody>().Gives<HostBody>().Gives<HostBody>(201).Query();
        MapAvailability(hosts, "cordon", Availability.Cordoned, "Takes no new instances; keeps those it has.");
        MapAvailability(hosts, "drain", Availability.Draining, "Takes no new instances; those it has move away within each app's bounds.");
        MapAvailability(hosts, "activate", Availability.Active, "Takes instances again.");
        hosts.MapGet("/{name}/plan", PlanAsync).Describe("planHost", "What would become of every instance there if the host were drained, rebooted or lost; changes nothing.", 403, 404)
            .Gives<LeavingPlanBody>().Query(For);
        hosts.MapGet("/{name}/leaving", ProgressAsync).Describe("getLeaving", "How far a drain or a planned reboot has come: what is still to leave and what it waits for.", 404)
            .Gives<LeavingProgressBody>().Query();
        hosts.MapPost("/{name}/reboot", RebootAsync).Describe("rebootHost",
                "Announces a reboot, which is not Portal's to do: what its apps may not miss moves first; then its loss moves nothing for a while, and once it is back it is active again.", 403, 404, 413, 415)
            .Takes<RebootRequestBody>(required: false).Gives<HostBody>(202).Query();
        hosts.MapPost("/{name}/confirm-loss", ConfirmLossAsync).Describe("confirmHostLoss",
                "Says that a host that does not answer is lost, where Portal lost most of its hosts at once and therefore suspects itself.", 403, 404, 413, 415)
            .Gives<HostBody>(202).Query();
        hosts.MapDelete("/{name}", DeleteAsync).Describe("deleteHost", "Forgets a host.", 403, 404, 409)
            .Produces(StatusCodes.Status204NoContent).Query(Force);
    }

    private static void MapAvailability(RouteGroupBuilder hosts, string verb, Availability availability, string summary) =>
        hosts.MapPost($"/{{name}}/{verb}", async (string name, IHostService service, HttpContext http) =>
        {
            new QueryReader(http).Done();
            await Bodies.ReadNoneAsync(http);
            Names.Seek("host", name);
            var host = await service.SetAvailabilityAsync(http.Actor(), name, availability, http.RequestAborted);
            return Answers.Json(HostBody.Of(host), StatusCodes.Status202Accepted);
        }).Describe($"{verb}Host", summary, 403, 404, 409, 413, 415, 422).Gives<HostBody>(202).Query();

    private static async Task<IResult> ListAsync(IHostService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        var hosts = await service.ListAsync(http.Actor(), http.RequestAborted);
        return Answers.Json(Paging.Of(hosts, page, h => h.Name, HostBody.Of));
    }

    private static async Task<IResult> GetAsync(string name, IHostService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("host", name);
        return Answers.Json(HostBody.Of(await service.GetAsync(http.Actor(), name, http.RequestAborted)));
    }

    private static async Task<IResult> PutAsync(string name, IHostService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var request = await Bodies.ReadHostAsync(http, query, Names.Check("name", name));
        var (host, created) = await service.PutAsync(http.Actor(), name, request, http.RequestAborted);
        return Answers.Put(http, HostBody.Of(host), created, Paths.Host(name));
    }

    private static async Task<IResult> PlanAsync(string name, IHostService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var kind = query.Word<LeavingKind>("for") ?? LeavingKind.Drain;
        query.Done();
        Names.Seek("host", name);
        return Answers.Json(LeavingPlanBody.Of(await service.PlanAsync(http.Actor(), name, kind, http.RequestAborted)));
    }

    private static async Task<IResult> ProgressAsync(string name, IHostService service, ILiveState live, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("host", name);
        var host = await service.GetAsync(http.Actor(), name, http.RequestAborted);
        return Answers.Json(LeavingProgressBody.Of(host, HostProgress.Of(live.Current.For(http.Actor()), host)));
    }

    private static async Task<IResult> RebootAsync(string name, IHostService service, HttpContext http)
    {
        var wait = await Bodies.ReadRebootAsync(http, new QueryReader(http));
        Names.Seek("host", name);
        return Answers.Json(HostBody.Of(await service.RebootAsync(http.Actor(), name, wait, http.RequestAborted)), StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ConfirmLossAsync(string name, IHostService service, IHostLoss loss, HttpContext http)
    {
        new QueryReader(http).Done();
        await Bodies.ReadNoneAsync(http);
        Names.Seek("host", name);
        var host = await service.GetAsync(http.Actor(), name, http.RequestAborted);
        if (!http.Actor().IsAdministrator)
        {
            throw new RefusedException(RefusalKind.Forbidden, "Only administrators may confirm that a host is lost.");
        }
        return await loss.ConfirmAsync(http.Actor(), host.Id, http.RequestAborted)
            ? Answers.Json(HostBody.Of(host), StatusCodes.Status202Accepted) : throw RefusedException.NotFound($"host {name}");
    }

    private static async Task<IResult> DeleteAsync(string name, IHostService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var force = query.Flag("force");
        query.Done();
        Names.Seek("host", name);
        await service.DeleteAsync(http.Actor(), name, force, http.RequestAborted);
        return Answers.Gone();
    }
}
