using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Show 2: replicas are spread evenly, and go when they are wanted no more.</summary>
public sealed class ScaleTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Replicas_are_spread_over_the_hosts_and_go_with_the_scale()
    {
        await Api.PutAppAsync("web", Specs.Forever(3));
        Say("3 run", await Cluster.RunsAsync("web", 3, Patience));
        await EachHostHasAsync(1);

        await Api.ScaleAsync("web", 12);
        Assert.Equal(12, (await Api.AppAsync("web")).Replicas.Desired);
        Say("12 run", await Cluster.RunsAsync("web", 12, Patience));
        await EachHostHasAsync(4);

        await Api.ScaleAsync("web", 0);
        Say("none left", await Cluster.RunsAsync("web", 0, TimeSpan.FromSeconds(2 + 5)));
        await BystandersAreUntouchedAsync();
    }

    private async Task EachHostHasAsync(int count)
    {
        var found = await Cluster.Engines.ContainersAsync("web");
        Assert.All(Hosts.All, host => Assert.Equal(count, found.Count(c => c.Host.Number == host.Number)));
        var instances = await Api.InstancesAsync("web");
        Assert.Equal(found.Select(c => (c.Slot, c.Epoch, c.Host.Name, c.Id)).Order(), instances.Select(i => (i.Slot, i.Epoch, i.Host!, i.ContainerId!)).Order());
    }
}
