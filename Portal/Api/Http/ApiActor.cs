using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>Who makes the present request, once known.</summary>
internal static class ApiActor
{
    public static Actor Actor(this HttpContext http) => http.Features.Get<Actor>()
        ?? throw new InvalidOperationException("An endpoint that needs an actor was reached without one.");

    public static void SetActor(this HttpContext http, Actor actor) => http.Features.Set(actor);
}
