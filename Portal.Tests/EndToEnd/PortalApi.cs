using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>What the API says of an app, as far as these tests ask.</summary>
internal sealed record SeenApp(string Name, long Generation, long ObservedGeneration, int Revision, string Status, string Reason, SeenReplicas Replicas, string Image, string? ImageDigest, SeenRollout? Rollout);

/// <summary>What the API says of a rollout.</summary>
internal sealed record SeenRollout(long Generation, int? From, int To, string Status, string Reason);

internal sealed record SeenReplicas(int Desired, int Running, int Healthy, int Updated);

/// <summary>What the API says of an instance.</summary>
internal sealed record SeenInstance(Guid Id, int Slot, long Epoch, int Revision, string? Host, string State, string Reason, string Cause, string? ContainerId, DateTimeOffset? ObservedAt);

/// <summary>What the API says of a host.</summary>
internal sealed record SeenHost(string Name, string Availability, string Reachability, string State, string Reason, int Instances, DateTimeOffset? LastSeenAt, SeenForeign[] Foreign);

internal sealed record SeenForeign(string Id, string Name, bool Quarantined);

internal sealed record SeenEvent(DateTimeOffset At, string Severity, string Kind, string Message);

/// <summary>An answer as it came.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, TimeSpan? RetryAfter, TimeSpan Took)
{
    public bool Succeeded => (int)Status is >= 200 and < 300;

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>The HTTP API of one Portal, with a token.</summary>
internal sealed partial class PortalApi(string address, string token) : IDisposable
{
    private sealed record Page<T>(T[] Items, string? Next);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(address),
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    public async Task<SeenHost> PutHostAsync(TestHost host, object? labels = null, string grace = "15s") =>
        Read<SeenHost>(await RequireAsync(HttpMethod.Put, $"hosts/{host.Name}", new { endpoint = host.TcpEndpoint, address = host.Address, labels = labels ?? new { }, grace }));

    public async Task<SeenApp> PutAppAsync(string app, object spec) => Read<SeenApp>(await RequireAsync(HttpMethod.Put, Path(app), spec));

    public async Task<SeenApp> AppAsync(string app) => ReadApp(await RequireAsync(HttpMethod.Get, Path(app)));

    public Task ScaleAsync(string app, int replicas) => RequireAsync(HttpMethod.Post, $"{Path(app)}/scale", new { replicas });

    public Task PostAsync(string path, object? body = null) => RequireAsync(HttpMethod.Post, path, body);

    /// <summary>What is answered to a question that must succeed.</summary>
    public async Task<JsonElement> AskAsync(string path) => (await RequireAsync(HttpMethod.Get, path)).Json;

    public Task PutAsync(string path, object body) => RequireAsync(HttpMethod.Put, path, body);

    public Task DeleteAppAsync(string app) => RequireAsync(HttpMethod.Delete, Path(app));

    public Task<SeenInstance[]> InstancesAsync(string app) => ListAsync<SeenInstance>($"{Path(app)}/instances");

    /// <summary>An app's rollouts, newest first.</summary>
    public Task<SeenRollout[]> RolloutsAsync(string app) => ListAsync<SeenRollout>($"{Path(app)}/rollouts");

    public Task<SeenHost[]> HostsAsync() => ListAsync<SeenHost>("hosts");

    public async Task<SeenHost> HostAsync(TestHost host) => Read<SeenHost>(await RequireAsync(HttpMethod.Get, $"hosts/{host.Name}"));

    public Task<SeenEvent[]> EventsAsync(string app) => ListAsync<SeenEvent>($"{Path(app)}/events");

    public static SeenApp ReadApp(Answer answer) => Read<SeenApp>(answer);

    public static string Path(string app) => $"teams/default/apps/{app}";

    /// <summary>Sends a request and gives whatever was answered.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path.StartsWith('/') ? path : $"/api/v1/{path}", UriKind.Relative))
        {
            Content = content ?? (body is null ? null : JsonContent.Create(body, options: Json)),
        };
        var started = Stopwatch.GetTimestamp();
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, text, response.Headers.RetryAfter?.Delta, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>What a watch tells, event by event, until cancelled.</summary>
    public async IAsyncEnumerable<(string Event, JsonElement Data)> WatchAsync(string kinds, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(new Uri($"/api/v1/watch?kinds={kinds}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var stream = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellation);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellation))
        {
            yield return (item.EventType, JsonDocument.Parse(item.Data).RootElement);
        }
    }

    public static HttpContent Raw(byte[] body, string mediaType = "application/json") =>
        new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    public static HttpContent Raw(string body) => Raw(Encoding.UTF8.GetBytes(body));

    public void Dispose() => _http.Dispose();

    private async Task<Answer> RequireAsync(HttpMethod method, string path, object? body = null)
    {
        var answer = await SendAsync(method, path, body);
        return answer.Succeeded ? answer : throw new InvalidOperationException($"{method} {path} was answered with {answer.Status}: {answer.Body}");
    }

    private async Task<T[]> ListAsync<T>(string path) => Read<Page<T>>(await RequireAsync(HttpMethod.Get, $"{path}?limit=1000")).Items;

    private static T Read<T>(Answer answer) => JsonSerializer.Deserialize<T>(answer.Body, Json)!;
}
