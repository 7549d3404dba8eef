using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>Endpoint metadata: an endpoint of the API. <paramref name="Public"/> ones need no token.</summary>
internal sealed record ApiEndpoint(bool Public);

/// <summary>
/// What every request under the API's paths goes through: it says who asks, holds them to the limits, and turns whatever
/// goes wrong, in the framework too, into a problem.
/// </summary>
internal sealed class ApiPipeline(RequestDelegate next, ApiAuthenticator authenticator, RequestLimiter limiter, ILogger<ApiPipeline> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(Protect, http.Response);
        try
        {
            await RunAsync(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await Problems.WriteAsync(http, Problems.Of(http.Response.StatusCode));
            }
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
            logger.LogDebug("{Method} {Path} was given up by its caller", http.Request.Method, http.Request.Path);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var problem = Problems.From(e);
            if (problem.Status == StatusCodes.Status500InternalServerError)
            {
                logger.LogError(e, "{Method} {Path} failed, request {Request}", http.Request.Method, http.Request.Path, http.TraceIdentifier);
                problem = problem with { Detail = $"Something went wrong inside Portal. It was logged as request {http.TraceIdentifier}." };
            }
            await Problems.WriteAsync(http, problem, (e as HttpRefusal)?.RetryAfterSeconds);
        }
    }

    private async Task RunAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        var known = endpoint?.Metadata.GetMetadata<ApiEndpoint>();
        if (endpoint is RouteEndpoint && known is null)
        {
            // A page with a catch-all route must not answer for the API.
            await Problems.WriteAsync(http, Problems.Of(StatusCodes.Status404NotFound));
        }
        else if (known is null or { Public: true } || await AdmitAsync(http))
        {
            await next(http);
        }
    }

    private async Task<bool> AdmitAsync(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var secret = ApiAuthenticator.Secret(http);
        var key = secret is null ? null : RequestLimiter.KeyOf(secret);
        var tries = http.Request.Headers.Authorization.Count > 0;
        if (tries && limiter.WaitBeforeTrying(address, key) is > 0 and var wait)
        {
            return await SlowDownAsync(http, "Too many wrong tokens came from this address.", wait);
        }
        if (await authenticator.AuthenticateAsync(http, http.RequestAborted) is not { } actor)
        {
            if (tries)
            {
                limiter.CountFailure(address, key);
            }
            await Problems.WriteAsync(http, Problems.Of(StatusCodes.Status401Unauthorized,
                tries ? "The token is unknown, revoked or expired." : "Send a token: Authorization: Bearer <token>."));
            return false;
        }
        if (limiter.Take(key ?? Caller(actor)) is > 0 and var pause)
        {
            return await SlowDownAsync(http, "This caller sends too many requests.", pause);
        }
        http.SetActor(actor);
        return true;
    }

    /// <summary>Answers hold secrets and change by the second: nobody keeps them, nobody guesses their type.</summary>
    private static Task Protect(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        return Task.CompletedTask;
    }

    private static string Caller(Actor actor) => actor.UserId?.ToString() ?? actor.Name;

    private static async Task<bool> SlowDownAsync(HttpContext http, string why, int seconds)
    {
        await Problems.WriteAsync(http, Problems.Of(StatusCodes.Status429TooManyRequests, why), seconds);
        return false;
    }
}
