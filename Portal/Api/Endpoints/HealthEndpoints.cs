using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.State;

namespace Portal.Api.Endpoints;

/// <summary>Whether this process lives, and whether it can serve. Without a token, for load balancers.</summary>
internal static class HealthEndpoints
{
    /// <summary>A store that hangs is as good as none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder root, string suffix = "")
    {
        var health = root.MapGroup("").WithTags("Health").WithMetadata(new ApiEndpoint(Public: true));
        health.MapGet("/healthz", () => Answers.Json(new LivenessBody("alive"))).Describe("getHealth" + suffix, "Whether this process lives.").Gives<LivenessBody>();
        health.MapGet("/readyz", ReadyAsync).Describe("getReadiness" + suffix, "Whether it can serve: its store answers and has its schema.", 503).Gives<LivenessBody>();
    }

    private static async Task<IResult> ReadyAsync(IReadiness readiness, TimeProvider time, HttpContext http)
    {
        var reason = await ReasonAsync(readiness, time, http.RequestAborted);
        if (reason is null)
        {
            return Answers.Json(new LivenessBody("ready"));
        }
        await Problems.WriteAsync(http, Problems.Of(StatusCodes.Status503ServiceUnavailable, reason));
        return Results.Empty;
    }

    private static async Task<string?> ReasonAsync(IReadiness readiness, TimeProvider time, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await readiness.NotReadyReasonAsync(either.Token).WaitAsync(either.Token);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return "The store does not answer.";
        }
    }
}
