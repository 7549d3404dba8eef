using System.Diagnostics;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>What fits nowhere waits with its reason and runs once something fits; global apps follow hosts; data keep their slot in place.</summary>
public sealed class PlacementTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected override IEnumerable<TestHost> FirstHosts => [Hosts[1], Hosts[2]];

    [Fact]
    public async Task What_fits_nowhere_waits_with_its_reason_and_runs_once_a_host_fits()
    {
        await Api.PutAppAsync("picky", Specs.Forever(1).On("host.labels.zone == a"));
        await Until.NothingIsWrongAsync(Patience, "it waits with its reason", async () =>
            await Api.InstancesAsync("picky") is [{ State: "Pending", Host: null } waiting] && waiting.Reason.Contains("hosts fit", StringComparison.Ordinal) ? null : (await Api.AppAsync("picky")).Reason);
        var app = await Api.AppAsync("picky");
        Say(app.Reason);
        Assert.Equal("Pending", app.Status);
        Assert.Contains("zone", app.Reason, StringComparison.Ordinal);

        await Api.PutHostAsync(Hosts[2], new { zone = "a" }, Grace);
        var started = Stopwatch.GetTimestamp();
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(2), "it is placed", async () => (await Api.InstancesAsync("picky"))[0].Host == "h2" ? null : "no host");
        Say("placed after a host fitted", Stopwatch.GetElapsedTime(started));
        await Cluster.RunsAsync("picky", 1, Patience);
    }

    [Fact]
    public async Task A_global_app_runs_on_every_host_and_on_those_that_join_later()
    {
        await Api.PutAppAsync("everywhere", Specs.Forever().With("kind", "global"));
        await Cluster.RunsAsync("everywhere", 2, Patience);

        await Cluster.RegisterAsync(Hosts[3], Grace);

        Say("on the new host", await Cluster.RunsAsync("everywhere", 3, Patience));
        Assert.Equal([1, 2, 3], (await Cluster.Engines.ContainersAsync("everywhere")).Select(c => c.Host.Number).Order());
    }

    [Fact]
    public async Task A_slot_stays_where_its_data_are()
    {
        await Api.PutAppAsync("base", Specs.Forever(4).WithVolume().With("update", new { order = "stopFirst", maxUnavailable = 4, minReady = "0s" }));
        await Cluster.RunsAsync("base", 4, Patience);
        var before = await Cluster.Engines.ContainersAsync("base");
        foreach (var container in before)
        {
            await container.Host.DockerAsync("exec", container.Id, "sh", "-c", $"echo {container.Slot} > /data/slot");
        }

        await Api.PutAppAsync("base", Specs.Forever(4, version: 2).WithVolume().With("update", new { order = "stopFirst", maxUnavailable = 4, minReady = "0s" }));
        await Until.NothingIsWrongAsync(Patience, "all were replaced", async () =>
            await Cluster.WrongAsync("base", 4) ?? ((await Cluster.Engines.ContainersAsync("base")).Any(c => before.Any(b => b.Id == c.Id)) ? "an old one is there" : null));
        await DataAreThereAsync();

        await Api.ScaleAsync("base", 1);
        await Cluster.RunsAsync("base", 1, Patience);
        await Api.ScaleAsync("base", 4);
        await Cluster.RunsAsync("base", 4, Patience);
        await DataAreThereAsync();
    }

    private async Task DataAreThereAsync()
    {
        foreach (var container in await Cluster.Engines.ContainersAsync("base"))
        {
            Assert.Equal($"{container.Slot}", await container.Host.DockerAsync("exec", container.Id, "cat", "/data/slot"));
        }
    }
}
