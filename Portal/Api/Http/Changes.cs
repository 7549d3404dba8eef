using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Http;

/// <summary>The options of a change, from the request's headers.</summary>
internal static class Changes
{
    public static async Task<ChangeOptions> ReadAsync(HttpContext http, IAppService service, string team, string app, string? message = null)
    {
        var wanted = Precondition.Read(http);
        if (!wanted.MustExist)
        {
            return new ChangeOptions(wanted.Generation, message);
        }
        try
        {
            var present = await service.GetAsync(http.Actor(), team, app, http.RequestAborted);
            return new ChangeOptions(present.Generation, message);
        }
        catch (RefusedException e) when (e.Kind == RefusalKind.NotFound)
        {
            throw new RefusedException(RefusalKind.Conflict, $"If-Match wants an app that is there, and there is no app {team}/{app}.");
        }
    }
}
