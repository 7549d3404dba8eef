using System.Diagnostics;

namespace Portal.Tests.EndToEnd;

/// <summary>Asks for what pages show and scales an app up and down, over and over, and keeps the slowest answer.</summary>
internal sealed class LatencyProbe : IAsyncDisposable
{
    private const string App = "elsewhere";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _end = new();
    private readonly PortalApi _api;
    private readonly string[] _pages;
    private Task _run = Task.CompletedTask;

    private LatencyProbe(PortalApi api, string app)
    {
        _api = api;
        _pages = ["apps", "hosts", "services", $"{PortalApi.Path(app)}/instances", $"{PortalApi.Path(app)}/events"];
    }

    public int Count { get; private set; }

    public TimeSpan Slowest { get; private set; }

    /// <param name="api">Whom to ask.</param>
    /// <param name="app">The app to look at.</param>
    /// <param name="hostName">Where the app lives that is scaled.</param>
    public static async Task<LatencyProbe> StartAsync(PortalApi api, string app, string hostName)
    {
        var probe = new LatencyProbe(api, app);
        await api.PutAppAsync(App, Specs.Forever(0).On($"host.name == {hostName}"));
        probe._run = probe.RunAsync();
        return probe;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _run;
        await _api.DeleteAppAsync(App);
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        for (var round = 1; !_end.IsCancellationRequested; round++)
        {
            foreach (var page in _pages)
            {
                await TimeAsync(() => _api.SendAsync(HttpMethod.Get, page));
            }
            await TimeAsync(() => _api.SendAsync(HttpMethod.Post, $"{PortalApi.Path(App)}/scale", new { replicas = round / 10 % 2 }));
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    private async Task TimeAsync(Func<Task<Answer>> call)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await call();
        Assert.True(answer.Succeeded, $"{answer.Status}: {answer.Body}");
        Slowest = Stopwatch.GetElapsedTime(started) is var took && took > Slowest ? took : Slowest;
        Count++;
    }
}
