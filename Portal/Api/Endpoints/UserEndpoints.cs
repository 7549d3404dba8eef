using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Users, tokens, and who asks.</summary>
internal static class UserEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users");
        users.MapGet("", ListAsync).Describe("listUsers", "All users; administrators only.", 403).Paged<UserBody>();
        users.MapPost("", CreateAsync).Describe("createUser", "Makes a user; answers with a one-time link to set the password, valid for a day.", 403, 409, 413, 415, 422)
            .Takes<UserRequestBody>().Gives<NewUserBody>(201).Query();
        users.MapDelete("/{id}", DeleteAsync).Describe("deleteUser", "Removes a user and their tokens. The last administrator stays.", 403, 404, 409, 422)
            .Produces(StatusCodes.Status204NoContent).Query();
        users.MapPost("/{id}/link", LinkAsync).Describe("createUserLink", "A new one-time link to set the password.", 403, 404, 409, 413, 415, 422)
            .Gives<LinkBody>(201).Query();

        var tokens = api.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapGet("", ListTokensAsync).Describe("listTokens", "The caller's tokens, without their secrets; an administrator sees all.", 403).Paged<TokenBody>();
        tokens.MapPost("", CreateTokenAsync).Describe("createToken", "Makes a token that can do no more than the caller. It is shown this once. One made by a token expires with that at the latest, and is revoked with it.", 403, 404, 409, 413, 415, 422)
            .Takes<TokenRequestBody>().Gives<NewTokenBody>(201).Query();
        tokens.MapDelete("/{id}", DeleteTokenAsync).Describe("deleteToken", "Revokes a token, and those made by it.", 403, 404)
            .Produces(StatusCodes.Status204NoContent).Query();

        api.MapGet("/me", MeAsync).WithTags("Users").Describe("getMe", "Who asks, and what they may do where.").Gives<MeBody>().Query();
    }

    private static async Task<IResult> ListAsync(IUserService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        return Answers.Json(Paging.Of(await service.ListAsync(http.Actor(), http.RequestAborted), page, u => $"{u.Email} {u.Id}", UserBody.Of));
    }

    private static async Task<IResult> CreateAsync(IUserService service, HttpContext http)
    {
        var (email, administrator) = await Bodies.ReadUserAsync(http, new QueryReader(http));
        var (user, link) = await service.CreateAsync(http.Actor(), email, administrator, http.RequestAborted);
        return Answers.Json(new NewUserBody(user.Id, user.Email, user.IsAdministrator, user.HasPassword, Wire.Time(user.CreatedAt), Absolute(http, link)), StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteAsync(string id, IUserService service, HttpContext http)
    {
        new QueryReader(http).Done();
        await service.DeleteAsync(http.Actor(), Names.SeekId("user", id), http.RequestAborted);
        return Answers.Gone();
    }

    private static async Task<IResult> LinkAsync(string id, IUserService service, HttpContext http)
    {
        new QueryReader(http).Done();
        await Bodies.ReadNoneAsync(http);
        var link = await service.CreateLinkAsync(http.Actor(), Names.SeekId("user", id), http.RequestAborted);
        return Answers.Json(new LinkBody(Absolute(http, link)), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListTokensAsync(ITokenService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        return Answers.Json(Paging.Of(await service.ListAsync(http.Actor(), http.RequestAborted), page, t => $"{t.Name} {t.Id}", TokenBody.Of));
    }

    private static async Task<IResult> CreateTokenAsync(ITokenService service, RequestLimiter limiter, HttpContext http)
    {
        var wanted = await Bodies.ReadTokenAsync(http, new QueryReader(http));
        // Tokens that no user made share one count.
        if (limiter.TakeNewToken(http.Actor().UserId?.ToString() ?? "") is > 0 and var wait)
        {
            throw new HttpRefusal(StatusCodes.Status429TooManyRequests, "Too many tokens were made within a minute.", wait);
        }
        var (secret, t) = await service.CreateAsync(http.Actor(), wanted.Name, wanted.ExpiresIn, wanted.Team, wanted.Role, http.RequestAborted);
        return Answers.Json(new NewTokenBody(t.Id, t.Name, secret, t.Team, t.Role, t.IsAdministrator, Wire.Time(t.CreatedAt), Wire.Time(t.ExpiresAt)), StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteTokenAsync(string id, ITokenService service, HttpContext http)
    {
        new QueryReader(http).Done();
        await service.DeleteAsync(http.Actor(), Names.SeekId("token", id), http.RequestAborted);
        return Answers.Gone();
    }

    private static async Task<IResult> MeAsync(ITeamService service, HttpContext http)
    {
        new QueryReader(http).Done();
        var actor = http.Actor();
        var teams = await service.ListAsync(actor, http.RequestAborted);
        return Answers.Json(new MeBody(actor.Name, actor.UserId, actor.IsAdministrator,
            [.. teams.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => new MyTeamBody(t.Name, t.DisplayName, actor.Roles.TryGetValue(t.Id, out var role) ? role : null))]));
    }

    private static string Absolute(HttpContext http, string path) => $"{http.Request.Scheme}://{http.Request.Host}{path}";
}
