using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Asks a running instance once for its health.</summary>
internal static class HealthTryEndpoints
{
    private static readonly QueryParameter Instance = new("instance", "The id of the instance to ask; left out, one that runs, a ready one if there is any.");

    public static void Map(RouteGroupBuilder root) =>
        root.MapPost("/teams/{team}/apps/{app}/health/try", TryAsync).WithTags("Apps")
            .Describe("tryHealth", "Asks a running instance once, from the agents' side, by the policy in the body or the app's own; changes nothing.", 403, 404, 413, 415, 422)
            .Takes<HealthPolicyBody>(required: false).Gives<HealthTryBody>().Query(Instance);

    private static async Task<IResult> TryAsync(string team, string app, IHealthTrial trial, HttpContext http)
    {
        var query = new QueryReader(http);
        var instance = query.Text("instance");
        if (instance is not null && !Guid.TryParse(instance, out _))
        {
            query.Fault("instance", "must be the id of an instance");
        }
        var policy = await Bodies.ReadHealthAsync(http, query);
        Names.Seek("app", team, app);
        return Answers.Json(HealthTryBody.Of(await trial.TryAsync(http.Actor(), team, app, policy, instance is null ? null : new InstanceId(Guid.Parse(instance)), http.RequestAborted)));
    }
}
