using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Members of a team, and its registries.</summary>
internal static class MemberEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var members = api.MapGroup("/teams/{team}/members").WithTags("Teams");
        members.MapGet("", ListAsync).Describe("listMembers", "A team's members.", 403, 404).Paged<MemberBody>();
        members.MapPut("/{user}", PutAsync).Describe("putMember", "Sets a member's role; the user is named by id or e-mail address.", 403, 404, 409, 413, 415, 422)
            .Takes<MemberRequestBody>().Gives<MemberBody>().Gives<MemberBody>(201).Query();
        members.MapDelete("/{user}", DeleteAsync).Describe("deleteMember", "Removes a member.", 403, 404, 409)
            .Produces(StatusCodes.Status204NoContent).Query();

        var registries = api.MapGroup("/teams/{team}/registries").WithTags("Teams");
        registries.MapGet("", ListRegistriesAsync).Describe("listRegistries", "A team's registries, without passwords.", 403, 404).Paged<RegistryBody>();
        registries.MapPut("/{host}", PutRegistryAsync).Describe("putRegistry", "Sets the credentials of a registry.", 403, 404, 409, 413, 415, 422)
            .Takes<RegistryRequestBody>().Gives<RegistryBody>().Gives<RegistryBody>(201).Query();
        registries.MapDelete("/{host}", DeleteRegistryAsync).Describe("deleteRegistry", "Forgets the credentials of a registry.", 403, 404, 409)
            .Produces(StatusCodes.Status204NoContent).Query();
    }

    private static async Task<IResult> ListAsync(string team, ITeamService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        Names.Seek("team", team);
        var members = await service.ListMembersAsync(http.Actor(), team, http.RequestAborted);
        return Answers.Json(Paging.Of(members, page, m => $"{m.Email} {m.UserId}", MemberBody.Of));
    }

    private static async Task<IResult> PutAsync(string team, string user, ITeamService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var role = await Bodies.ReadMemberAsync(http, query);
        Names.Seek("team", team);
        var (member, created) = await service.PutMemberAsync(http.Actor(), team, Names.SeekUser(user), role, http.RequestAborted);
        return Answers.Put(http, MemberBody.Of(member), created, $"{Paths.Team(team)}/members/{member.UserId}");
    }

    private static async Task<IResult> DeleteAsync(string team, string user, ITeamService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("team", team);
        await service.DeleteMemberAsync(http.Actor(), team, Names.SeekUser(user), http.RequestAborted);
        return Answers.Gone();
    }

    private static async Task<IResult> ListRegistriesAsync(string team, ITeamService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        Names.Seek("team", team);
        var registries = await service.ListRegistriesAsync(http.Actor(), team, http.RequestAborted);
        return Answers.Json(Paging.Of(registries, page, r => r.Host, RegistryBody.Of));
    }

    private static async Task<IResult> PutRegistryAsync(string team, string host, ITeamService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var (username, password) = await Bodies.ReadRegistryAsync(http, query, Names.CheckRegistry(host));
        Names.Seek("team", team);
        var (registry, created) = await service.PutRegistryAsync(http.Actor(), team, host, username, password, http.RequestAborted);
        return Answers.Put(http, RegistryBody.Of(registry), created, $"{Paths.Team(team)}/registries/{Uri.EscapeDataString(host)}");
    }

    private static async Task<IResult> DeleteRegistryAsync(string team, string host, ITeamService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("team", team);
        if (Names.CheckRegistry(host).Any())
        {
            throw RefusedException.NotFound("registry of that name");
        }
        await service.DeleteRegistryAsync(http.Actor(), team, host, http.RequestAborted);
        return Answers.Gone();
    }
}
