using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A container as its engine shows it.</summary>
internal sealed record SeenContainer(TestHost Host, string Id, string Name, string State, string App, int Slot, long Epoch, int Revision)
{
    public bool IsRunning => State == "running";

    public override string ToString() => $"{Name} {State} on {Host.Name}";
}

/// <summary>Asks engines themselves, through their own sockets, what carries a cluster's label. It works while they are cut off.</summary>
internal sealed class EngineObserver(IReadOnlyList<TestHost> hosts, string clusterId) : IDisposable
{
    private readonly Dictionary<TestHost, HttpClient> _clients = hosts.ToDictionary(h => h, Connect);

    /// <summary>The clusters whose mark is on an engine.</summary>
    public static async Task<HashSet<string>> ClustersOnAsync(TestHost host)
    {
        var ids = await host.DockerAsync("volume", "ls", "--filter", "label=portal.host", "--format", "{{.Label \"portal.cluster\"}}");
        return [.. ids.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    public string Label => $"portal.cluster={clusterId}";

    /// <summary>Every container of the cluster, stopped ones too.</summary>
    /// <param name="app">Only of this app.</param>
    /// <param name="except">An engine that is frozen and would not answer.</param>
    public async Task<IReadOnlyList<SeenContainer>> ContainersAsync(string? app = null, TestHost? except = null)
    {
        var found = await Task.WhenAll(hosts.Where(h => h.Number != except?.Number).Select(ListAsync));
        return [.. found.SelectMany(f => f).Where(c => app is null || c.App == app).OrderBy(c => c.Name, StringComparer.Ordinal)];
    }

    /// <summary>Begins to write down what happens to an app's containers.</summary>
    public Task<EngineRecording> RecordAsync(string app) => EngineRecording.StartAsync(_clients.Values, Label, app);

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private async Task<IEnumerable<SeenContainer>> ListAsync(TestHost host)
    {
        var filters = Uri.EscapeDataString(JsonSerializer.Serialize(new { label = new[] { Label } }));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var body = await _clients[host].GetStringAsync(new Uri($"/containers/json?all=1&filters={filters}", UriKind.Relative), patience.Token);
        return JsonDocument.Parse(body).RootElement.EnumerateArray().Select(c => Read(host, c)).ToList();
    }

    private static SeenContainer Read(TestHost host, JsonElement container)
    {
        var labels = container.GetProperty("Labels");
        return new SeenContainer(host, container.GetProperty("Id").GetString()!, container.GetProperty("Names")[0].GetString()!.TrimStart('/'), container.GetProperty("State").GetString()!,
            labels.GetProperty("portal.app").GetString()!, (int)Number(labels, "portal.slot"), Number(labels, "portal.epoch"), (int)Number(labels, "portal.revision"));
    }

    private static long Number(JsonElement labels, string key) => long.Parse(labels.GetProperty(key).GetString()!, CultureInfo.InvariantCulture);

    private static HttpClient Connect(TestHost host)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(host.Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://engine"), Timeout = Timeout.InfiniteTimeSpan };
    }
}
