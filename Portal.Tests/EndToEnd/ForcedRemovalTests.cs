using System.Net;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A host that is removed by force is left clean; what has its data there waits for it, and goes on with it.</summary>
public sealed class ForcedRemovalTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Data_waits_for_its_host_to_be_registered_again()
    {
        await Api.PutAppAsync("base", Specs.Forever(1).WithVolume());
        await Api.PutAppAsync("web", Specs.Forever(3));
        await Cluster.RunsAsync("base", 1, Soon);
        await Cluster.RunsAsync("web", 3, Soon);
        var holder = Assert.Single(await Cluster.Engines.ContainersAsync("base"));
        var host = Hosts[holder.Host.Number];
        await host.DockerAsync("exec", holder.Id, "sh", "-c", "echo kept > /data/file");

        var refused = await Api.SendAsync(HttpMethod.Delete, $"hosts/{host.Name}");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("default/base.1 data", refused.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await Api.SendAsync(HttpMethod.Delete, $"hosts/{host.Name}?force=true")).Status);

        Assert.Empty(await host.ContainersAsync(Cluster.Engines.Label));
        await Cluster.RunsAsync("web", 3, Soon);
        await Until.NothingIsWrongAsync(Soon, "the replica with data waits", async () =>
        {
            var app = await Api.AppAsync("base");
            return (await Cluster.Engines.ContainersAsync("base")).Count > 0 ? "it runs elsewhere, without its data"
                : !app.Status.Equals("pending", StringComparison.OrdinalIgnoreCase) || !app.Reason.Contains("a host that was removed", StringComparison.Ordinal) ? $"it is {app.Status}: {app.Reason}" : null;
        });

        await Api.PutHostAsync(host);
        Say("ran again after its host was registered", await Cluster.RunsAsync("base", 1, Soon));
        var again = Assert.Single(await Cluster.Engines.ContainersAsync("base"));
        Assert.Equal(host.Number, again.Host.Number);
        Assert.Equal("kept", (await host.DockerAsync("exec", again.Id, "cat", "/data/file")).Trim());
        await BystandersAreUntouchedAsync();
    }
}
