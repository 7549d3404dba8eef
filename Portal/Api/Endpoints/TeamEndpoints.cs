using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Teams.</summary>
internal static class TeamEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var teams = api.MapGroup("/teams").WithTags("Teams");
        teams.MapGet("", ListAsync).Describe("listTeams", "Teams that the caller may see, by name.").Paged<TeamBody>();
        teams.MapGet("/{team}", GetAsync).Describe("getTeam", "One team.", 404).Gives<TeamBody>().Query();
        teams.MapPut("/{team}", PutAsync).Describe("putTeam", "Makes or changes a team. What is left out of its quota is unbounded.", 403, 409, 413, 415, 422)
            .Takes<TeamRequestBody>().Gives<TeamBody>().Gives<TeamBody>(201).Query();
        teams.MapDelete("/{team}", DeleteAsync).Describe("deleteTeam", "Deletes a team that has no apps.", 403, 404, 409)
            .Produces(StatusCodes.Status204NoContent).Query();
    }

    private static async Task<IResult> ListAsync(ITeamService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        return Answers.Json(Paging.Of(await service.ListAsync(http.Actor(), http.RequestAborted), page, t => t.Name, TeamBody.Of));
    }

    private static async Task<IResult> GetAsync(string team, ITeamService service, HttpContext http)
    {
        new QueryReader(http).Done();
        var teams = await service.ListAsync(http.Actor(), http.RequestAborted);
        return Answers.Json(TeamBody.Of(teams.FirstOrDefault(t => t.Name == team) ?? throw RefusedException.NotFound($"team {team}")));
    }

    private static async Task<IResult> PutAsync(string team, ITeamService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var (displayName, quota) = await Bodies.ReadTeamAsync(http, query, Names.Check("team", team));
        var (view, created) = await service.PutAsync(http.Actor(), team, displayName, quota, http.RequestAborted);
        return Answers.Put(http, TeamBody.Of(view), created, Paths.Team(team));
    }

    private static async Task<IResult> DeleteAsync(string team, ITeamService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("team", team);
        await service.DeleteAsync(http.Actor(), team, http.RequestAborted);
        return Answers.Gone();
    }
}
