using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Portal.Tests.Web.Api;

/// <summary>Holds every answer of the API against its description: the status must be described, and the body be as the schema says.</summary>
internal sealed class DescribedAnswers
{
    private const string RouteHeader = "X-Test-Route";
    private readonly SemaphoreSlim _gate = new(1);
    private JsonElement? _document;

    /// <summary>A middleware that tells the test which endpoint answered.</summary>
    public static Task TellRouteAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<Portal.Api.Http.ApiEndpoint>() is not null)
        {
            http.Response.OnStarting(() =>
            {
                http.Response.Headers[RouteHeader] = "/" + endpoint.RoutePattern.RawText!.Trim('/');
                return Task.CompletedTask;
            });
        }
        return next(http);
    }

    public async Task CheckAsync(HttpClient client, HttpResponseMessage response, string text)
    {
        if (!response.Headers.TryGetValues(RouteHeader, out var routes) || routes.Single().Contains("/openapi/", StringComparison.Ordinal))
        {
            return;
        }
        var document = await DocumentAsync(client);
        var what = $"{response.RequestMessage!.Method} {routes.Single()} answering {(int)response.StatusCode}";
        var operation = document.GetProperty("paths").GetProperty(routes.Single()).GetProperty(response.RequestMessage.Method.Method.ToLowerInvariant());
        Assert.True(operation.GetProperty("responses").TryGetProperty(((int)response.StatusCode).ToString(), out var described), $"{what} is not described");
        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null)
        {
            Assert.False(described.TryGetProperty("content", out _), $"{what} has a body by its description");
            return;
        }
        Assert.True(described.GetProperty("content").TryGetProperty(type, out var media), $"{what} as {type} is not described");
        if (type.EndsWith("json", StringComparison.Ordinal) && type != "application/x-ndjson")
        {
            var faults = new SchemaCheck(document).Check(media.GetProperty("schema"), JsonDocument.Parse(text).RootElement);
            Assert.True(faults.Count == 0, $"{what} is not as described: {string.Join("; ", faults)}");
        }
    }

    private async Task<JsonElement> DocumentAsync(HttpClient client)
    {
        await _gate.WaitAsync();
        try
        {
            _document ??= JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json")).RootElement;
            return _document.Value;
        }
        finally
        {
            _gate.Release();
        }
    }
}
