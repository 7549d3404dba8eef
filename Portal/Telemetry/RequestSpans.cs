using Microsoft.AspNetCore.Http.Features;

namespace Portal.Telemetry;

/// <summary>What the span of a request says: method, route and status, never the path or the query, which may hold a code.</summary>
internal static class RequestSpans
{
    public static async Task TellAsync(HttpContext http, RequestDelegate next)
    {
        var span = http.Features.Get<IHttpActivityFeature>()?.Activity;
        try
        {
            await next(http);
        }
        finally
        {
            if (span is { IsAllDataRequested: true })
            {
                var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
                span.DisplayName = route is null ? http.Request.Method : $"{http.Request.Method} {route}";
                span.SetTag("http.request.method", http.Request.Method).SetTag("http.route", route).SetTag("http.response.status_code", http.Response.StatusCode);
            }
        }
    }
}
