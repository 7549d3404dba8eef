using Portal.Api.Contracts;
using Portal.Core.State.Views;

namespace Portal.Api.Http;

/// <summary>What endpoints answer with.</summary>
internal static class Answers
{
    public static IResult Json<T>(T body, int status = StatusCodes.Status200OK) => Results.Json(body, ApiJson.Options, RequestBody.Json, status);

    /// <summary>201 with the place of what is new, or 200.</summary>
    public static IResult Put<T>(HttpContext http, T body, bool created, string path)
    {
        if (created)
        {
            http.Response.Headers.Location = path;
        }
        return Json(body, created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary>An app, with its generation as the ETag.</summary>
    public static IResult App(HttpContext http, AppView app, bool created = false)
    {
        Tag(http, app);
        return Put(http, AppBody.Of(app), created, Paths.App(app.Team, app.Name));
    }

    /// <summary>An accepted change of intent.</summary>
    public static IResult Accepted(HttpContext http, AppView app)
    {
        Tag(http, app);
        return Json(new GenerationBody(app.Generation), StatusCodes.Status202Accepted);
    }

    public static IResult Gone() => Results.NoContent();

    public static void Tag(HttpContext http, AppView app) => http.Response.Headers.ETag = $"\"{app.Generation}\"";
}

/// <summary>Paths of the API, for Location.</summary>
internal static class Paths
{
    public const string Base = "/api/v1";

    public static string App(string team, string app) => $"{Base}/teams/{team}/apps/{app}";
    public static string Host(string name) => $"{Base}/hosts/{name}";
    public static string Service(string team, string name) => $"{Base}/teams/{team}/services/{name}";
    public static string Team(string name) => $"{Base}/teams/{name}";
}
