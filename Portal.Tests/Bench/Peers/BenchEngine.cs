using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.Bench.Peers;

/// <summary>One engine over its bare HTTP API, by the same transport that Portal is given.</summary>
internal sealed class BenchEngine(TestHost host) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(host.TcpEndpoint.Replace("tcp://", "http://", StringComparison.Ordinal)), Timeout = Timeout.InfiniteTimeSpan };

    public TestHost Host { get; } = host;

    /// <summary>Creates and starts one container, and nothing else.</summary>
    public async Task RunAsync(string name, BenchNetwork network, string label, CancellationToken cancellation)
    {
        using var created = await _http.PostAsJsonAsync(Relative($"/containers/create?name={name}"), Body(network, label), cancellation);
        await RequireAsync(created, cancellation);
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("Id").GetString();
        using var started = await _http.PostAsync(Relative($"/containers/{id}/start"), content: null, cancellation);
        await RequireAsync(started, cancellation);
    }

    /// <summary>The ids of the containers with a label, stopped ones too.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string label, CancellationToken cancellation)
    {
        var filters = Uri.EscapeDataString(JsonSerializer.Serialize(new { label = new[] { label } }));
        while (true)
        {
            using var answer = await _http.GetAsync(Relative($"/containers/json?all=1&filters={filters}"), cancellation);
            // This engine refuses the whole list when a container goes while it is made.
            if (answer.StatusCode != HttpStatusCode.NotFound)
            {
                await RequireAsync(answer, cancellation);
                var listed = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
                return [.. listed.EnumerateArray().Select(c => c.GetProperty("Id").GetString()!)];
            }
        }
    }

    /// <summary>As <c>docker rm -f</c>.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        using var removed = await _http.DeleteAsync(Relative($"/containers/{id}?force=1&v=1"), cancellation);
        await RequireAsync(removed, cancellation);
    }

    /// <summary>Lines of the engine's events, from when the task is done.</summary>
    public async Task<Stream> WatchStartsAsync(string label, CancellationToken cancellation)
    {
        var filters = JsonSerializer.Serialize(new { type = new[] { "container" }, label = new[] { label }, @event = new[] { "start" } });
        return await _http.GetStreamAsync(Relative($"/events?filters={Uri.EscapeDataString(filters)}"), cancellation);
    }

    public void Dispose() => _http.Dispose();

    private static object Body(BenchNetwork network, string label)
    {
        var labels = new Dictionary<string, string> { [label.Split('=')[0]] = label.Split('=')[1] };
        return network == BenchNetwork.Host
            ? new { Image = BenchNetworks.Image, Labels = labels, HostConfig = new { NetworkMode = "host" } }
            : new
            {
                Image = BenchNetworks.Image,
                Labels = labels,
                ExposedPorts = new Dictionary<string, object> { ["8080/tcp"] = new { } },
                HostConfig = new { NetworkMode = BenchNetworks.Bridge, PortBindings = new Dictionary<string, object> { ["8080/tcp"] = new[] { new { HostPort = "" } } } },
                NetworkingConfig = new { EndpointsConfig = new Dictionary<string, object> { [BenchNetworks.Bridge] = new { Aliases = new[] { "scale" } } } },
            };
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private static async Task RequireAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{answer.RequestMessage?.RequestUri} was answered with {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }
}
