using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Requests at a steady rate, each on a connection of its own, spread over a service's healthy endpoints as the catalog names them. The catalog is
/// asked every 200 ms, as a simple client would, or watched.
/// </summary>
internal sealed class CatalogLoad : IAsyncDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _end = new();
    private readonly SocketsHttpHandler _handler = new() { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false };
    private readonly HttpClient _http;
    private readonly ConcurrentBag<string> _failures = [];
    private readonly List<Task> _work = [];
    private Uri[] _endpoints = [];
    private long _sent;

    private CatalogLoad() => _http = new HttpClient(_handler) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Requests sent so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>What went wrong, a line a request.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public static async Task<CatalogLoad> StartAsync(PortalApi api, string service, int perSecond, bool watches = false)
    {
        var load = new CatalogLoad();
        await load.LookAsync(api, service);
        load._work.Add(watches ? load.WatchAsync(api, service) : load.LookAgainAsync(api, service));
        load._work.Add(load.SendAsync(perSecond));
        return load;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_work);
        _http.Dispose();
        _end.Dispose();
    }

    private async Task LookAgainAsync(PortalApi api, string service)
    {
        using var timer = new PeriodicTimer(Refresh, TimeProvider.System);
        while (await NextAsync(timer))
        {
            await LookAsync(api, service);
        }
    }

    private async Task WatchAsync(PortalApi api, string service)
    {
        try
        {
            await foreach (var (what, data) in api.WatchAsync("services", _end.Token))
            {
                var told = what == "snapshot" ? data.GetProperty("items").EnumerateArray().ToList() : what == "changed" ? [data.GetProperty("item")] : [];
                foreach (var seen in told.Where(s => s.GetProperty("name").GetString() == service))
                {
                    Take(seen.GetProperty("endpoints").EnumerateArray().Where(e => e.GetProperty("ready").GetBoolean()));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
    }

    private async Task LookAsync(PortalApi api, string service)
    {
        var answer = await api.SendAsync(HttpMethod.Get, $"services/{service}?healthy=true");
        Take(answer.Json.GetProperty("endpoints").EnumerateArray());
    }

    private void Take(IEnumerable<JsonElement> endpoints) =>
        _endpoints = [.. endpoints.Select(e => new Uri($"http://{e.GetProperty("address").GetString()}:{e.GetProperty("port").GetInt32()}/"))];

    private async Task SendAsync(int perSecond)
    {
        var under = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / perSecond, TimeProvider.System);
        for (var n = 0; await NextAsync(timer); n++)
        {
            under.Add(RequestAsync(n));
            under.RemoveAll(t => t.IsCompleted);
        }
        await Task.WhenAll(under);
    }

    private async Task RequestAsync(int n)
    {
        var endpoints = _endpoints;
        Interlocked.Increment(ref _sent);
        if (endpoints.Length == 0)
        {
            _failures.Add("no healthy endpoint");
            return;
        }
        var endpoint = endpoints[n % endpoints.Length];
        try
        {
            using var answer = await _http.GetAsync(endpoint);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                _failures.Add($"{endpoint} answered {answer.StatusCode}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            _failures.Add($"{endpoint}: {e.InnerException?.Message ?? e.Message}");
        }
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_end.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
