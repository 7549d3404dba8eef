using System.Net;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A deleted app leaves nothing but its volumes, and its name can be used again.</summary>
public sealed class DeletionTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Deleted_it_leaves_only_its_volumes()
    {
        await Api.PutAppAsync("base", Specs.Forever(3).WithVolume());
        await Cluster.RunsAsync("base", 3, Patience);
        var before = await Cluster.Engines.ContainersAsync("base");
        var volumes = await VolumesAsync();
        Assert.Equal(3, volumes.Count);

        await Api.DeleteAppAsync("base");
        Say("gone", await Until.NothingIsWrongAsync(Patience, "no container is left", async () =>
            (await Cluster.Engines.ContainersAsync()).Select(c => c.ToString()).FirstOrDefault()));
        Assert.Equal(HttpStatusCode.NotFound, (await Api.SendAsync(HttpMethod.Get, PortalApi.Path("base"))).Status);
        Assert.Equal(volumes, await VolumesAsync());

        await Api.PutAppAsync("base", Specs.Forever(1));
        await Cluster.RunsAsync("base", 1, Patience);
        Assert.True(Assert.Single(await Cluster.Engines.ContainersAsync("base")).Epoch > before.Max(c => c.Slot == 1 ? c.Epoch : 0));
        await BystandersAreUntouchedAsync();
    }

    private async Task<IReadOnlyList<string>> VolumesAsync()
    {
        var names = await Task.WhenAll(Hosts.All.Select(h => h.DockerAsync("volume", "ls", "--filter", $"label={Cluster.Engines.Label}", "--filter", "label=portal.app=base", "--format", $"{{{{.Name}}}} on {h.Name}")));
        return [.. names.SelectMany(n => n.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal)];
    }
}
