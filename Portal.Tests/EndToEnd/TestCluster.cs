using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>One Portal, and what its engines say of it.</summary>
internal sealed class TestCluster(IReadOnlyList<TestHost> hosts, IReadOnlyDictionary<string, string>? environment = null) : IAsyncDisposable
{
    private EngineObserver? _engines;

    public PortalProcess Portal { get; } = new() { Environment = environment ?? new Dictionary<string, string>() };

    public PortalApi Api => Portal.Api;

    public EngineObserver Engines => _engines ?? throw new InvalidOperationException("No host was registered.");

    /// <summary>The value of the label <c>portal.cluster</c>.</summary>
    public string? Id { get; private set; }

    /// <summary>Registers a host. The first one's new mark tells the cluster's id.</summary>
    public async Task RegisterAsync(TestHost host, string grace, object? labels = null)
    {
        var others = Id is null ? await EngineObserver.ClustersOnAsync(host) : [];
        await Api.PutHostAsync(host, labels, grace);
        if (Id is null)
        {
            Id = Assert.Single(await EngineObserver.ClustersOnAsync(host), id => !others.Contains(id));
            _engines = new EngineObserver(hosts, Id);
        }
    }

    /// <summary>Awaits that the engines run exactly what is described: so many containers of the app, one a slot, and the API says so too.</summary>
    public Task<TimeSpan> RunsAsync(string app, int count, TimeSpan within, TestHost? except = null) =>
        Until.NothingIsWrongAsync(within, $"{count} of {app} run", () => WrongAsync(app, count, except));

    /// <summary>What is not as described, or null.</summary>
    public async Task<string?> WrongAsync(string app, int count, TestHost? except = null)
    {
        var found = await Engines.ContainersAsync(app, except);
        if (found.Count != count || found.Any(c => !c.IsRunning))
        {
            return $"{found.Count(c => c.IsRunning)} run, there are {string.Join(", ", found)}; {await SayAsync(app)}";
        }
        if (found.Select(c => c.Slot).Distinct().Count() != count)
        {
            return $"two share a slot: {string.Join(", ", found)}";
        }
        var seen = await Api.AppAsync(app);
        return seen.ObservedGeneration < seen.Generation ? "the controller has not seen the last change"
            : seen.Replicas.Running != count ? $"the engines run {count}, the API says {seen.Replicas.Running} ({seen.Status}, {seen.Reason})"
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        if (Id is not null)
        {
            await Task.WhenAll(hosts.Select(RemoveAllAsync));
        }
        _engines?.Dispose();
    }

    private async Task<string> SayAsync(string app)
    {
        var seen = await Api.AppAsync(app);
        var instances = (await Api.InstancesAsync(app)).Where(i => i.State != "Running").Select(i => $"{i.Slot}.{i.Epoch} {i.State} on {i.Host ?? "no host"}: {i.Reason}");
        return $"the API says {seen.Status}, {seen.Reason} [{string.Join("; ", instances)}]";
    }

    private async Task RemoveAllAsync(TestHost host)
    {
        await host.RemoveContainersAsync(Engines.Label);
        foreach (var kind in (string[])["volume", "network"])
        {
            var names = (await host.DockerAsync(kind, "ls", "-q", "--filter", $"label={Engines.Label}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (names.Length > 0)
            {
                await host.DockerAsync([kind, "rm", .. names]);
            }
        }
    }
}
