using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Two Portals on the same engines, with the same names, never touch each other's containers.</summary>
public sealed class SharedEngineTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Two_Portals_share_engines_in_peace()
    {
        var other = await AddClusterAsync();
        Assert.NotEqual(Cluster.Id, other.Id);
        await Api.PutAppAsync("web", Specs.Forever(3));
        await other.Api.PutAppAsync("web", Specs.Forever(3));
        await Cluster.RunsAsync("web", 3, Patience);
        await other.RunsAsync("web", 3, Patience);
        var before = await other.Engines.ContainersAsync();

        await Api.PutAppAsync("web", Specs.Forever(6, version: 2).WithUpdate("startFirst", surge: 6, minReady: "0s"));
        await Cluster.RunsAsync("web", 6, Patience);
        await Api.DeleteAppAsync("web");
        await Until.NothingIsWrongAsync(Patience, "the first one's app is gone", async () =>
            (await Cluster.Engines.ContainersAsync()).Select(c => c.ToString()).FirstOrDefault());

        Assert.Equal(before, await other.Engines.ContainersAsync());
        await other.Portal.KillAsync();
        await other.Portal.StartAsync();
        await other.RunsAsync("web", 3, Patience);
        Assert.Equal(before, await other.Engines.ContainersAsync());
    }
}
