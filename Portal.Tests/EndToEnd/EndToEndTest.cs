using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// A Portal of the test's own on real engines, told apart by its cluster, and a container without labels on every host that
/// nothing may touch. At the end only what is this cluster's is removed.
/// </summary>
[Collection(EngineCollection.Name), Trait("needs", "engine")]
public abstract class EndToEndTest(TestHosts hosts) : IAsyncLifetime
{
    private readonly List<TestCluster> _clusters = [];
    private Bystanders? _bystanders;

    protected TestHosts Hosts { get; } = hosts;

    private protected TestCluster Cluster => _clusters[0];

    private protected PortalProcess Portal => Cluster.Portal;

    private protected PortalApi Api => Cluster.Api;

    /// <summary>How long an unreachable host is waited for.</summary>
    protected virtual string Grace => "15s";

    /// <summary>What Portal has in its environment besides.</summary>
    protected virtual IReadOnlyDictionary<string, string> PortalEnvironment { get; } = new Dictionary<string, string>();

    /// <summary>The hosts that are registered at the beginning.</summary>
    protected virtual IEnumerable<TestHost> FirstHosts => Hosts.All;

    public async ValueTask InitializeAsync()
    {
        _bystanders = await Bystanders.StartAsync(Hosts.All);
        await AddClusterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts.All)
        {
            await host.ThawAsync();
            await host.UncutAsync();
        }
        foreach (var cluster in _clusters)
        {
            if (TestContext.Current.TestState?.Result != TestResult.Passed)
            {
                Say($"--- what Portal printed\n{cluster.Portal.Log}");
            }
            await cluster.DisposeAsync();
        }
        await _bystanders!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>One more Portal, on the same engines.</summary>
    private protected async Task<TestCluster> AddClusterAsync()
    {
        var cluster = new TestCluster(Hosts.All, PortalEnvironment);
        _clusters.Add(cluster);
        var took = await cluster.Portal.StartAsync();
        Say($"Portal was ready after {took.TotalSeconds:0.0} s");
        foreach (var host in FirstHosts)
        {
            await cluster.RegisterAsync(host, Grace);
        }
        return cluster;
    }

    /// <summary>The containers without labels are those of the beginning, and never stopped.</summary>
    protected Task BystandersAreUntouchedAsync() => _bystanders!.AreUntouchedAsync();

    /// <summary>A number that a variable of the environment sets.</summary>
    protected static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    protected static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    protected static void Say(string what, TimeSpan took) => Say($"{what}: {took.TotalSeconds:0.00} s");
}
