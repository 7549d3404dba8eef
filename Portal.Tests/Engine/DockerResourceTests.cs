using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Networks, volumes and images of a real engine.</summary>
public sealed class DockerResourceTests(TestHosts hosts) : EngineTestBase(hosts)
{
    private Dictionary<string, string> Labels => new() { ["test.engine"] = Run };

    [Fact]
    public async Task Networks_are_created_once_listed_by_label_and_removed()
    {
        var engine = Connect(1);
        var name = $"n.{Run}";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.CreateNetworkAsync(name, Labels, Cancellation)));

        var network = Assert.Single(await engine.ListNetworksAsync(Label, Cancellation));
        Assert.Equal((name, Run), (network.Name, network.Labels["test.engine"]));
        Assert.Contains(await engine.ListNetworksAsync(null, Cancellation), n => n.Name == "bridge");

        var id = await StartAsync(engine, Request("a") with { Network = name });
        Assert.NotEmpty((await engine.InspectContainerAsync(id, Cancellation))!.Addresses[name]);
        await FailsAsync(EngineError.Conflict, () => engine.RemoveNetworkAsync(name, Cancellation));
        await engine.RemoveContainerAsync(id, force: true, Cancellation);
        await engine.RemoveNetworkAsync(name, Cancellation);
        await engine.RemoveNetworkAsync(name, Cancellation);
        Assert.Empty(await engine.ListNetworksAsync(Label, Cancellation));
    }

    [Fact]
    public async Task Volumes_are_created_once_listed_by_label_and_removed()
    {
        var engine = Connect(1);
        var name = $"v.{Run}";
        var made = await engine.CreateVolumeAsync(name, Labels, Cancellation);
        var again = await engine.CreateVolumeAsync(name, new Dictionary<string, string>(), Cancellation);

        Assert.Equal((name, Run), (made.Name, made.Labels["test.engine"]));
        Assert.Equal(Run, again.Labels["test.engine"]);
        Assert.NotNull(Assert.Single(await engine.ListVolumesAsync(Label, Cancellation)).CreatedAt);

        var id = await engine.CreateContainerAsync(Request("a") with { Volumes = [new(name, "/data", false)] }, Cancellation);
        await FailsAsync(EngineError.Conflict, () => engine.RemoveVolumeAsync(name, Cancellation));
        await engine.RemoveContainerAsync(id, force: true, Cancellation);
        await engine.RemoveVolumeAsync(name, Cancellation);
        await engine.RemoveVolumeAsync(name, Cancellation);
        Assert.Empty(await engine.ListVolumesAsync(Label, Cancellation));
    }

    [Fact]
    public async Task Images_are_inspected_listed_and_removed()
    {
        var engine = Connect(2);
        var image = await engine.InspectImageAsync("test/busybox:1", Cancellation);
        Assert.Contains("test/busybox:1", image!.Tags);
        Assert.Empty(image.Digests);
        Assert.True(image.Bytes > 100_000);
        Assert.Equal(image.Id, (await engine.InspectImageAsync(image.Id, Cancellation))!.Id);
        Assert.Contains(await engine.ListImagesAsync(Cancellation), i => i.Id == image.Id);
        Assert.Null(await engine.InspectImageAsync("test/absent:1", Cancellation));

        await Hosts[2].DockerAsync("tag", "test/busybox:1", $"test/{Run}:1");
        await engine.RemoveImageAsync($"test/{Run}:1", Cancellation);
        await engine.RemoveImageAsync($"test/{Run}:1", Cancellation);
        Assert.Null(await engine.InspectImageAsync($"test/{Run}:1", Cancellation));
    }

    [Fact]
    public async Task An_image_in_use_is_not_removed()
    {
        var engine = Connect(2);
        await StartAsync(engine, Request("a"));

        await FailsAsync(EngineError.Conflict, () => engine.RemoveImageAsync("test/busybox:1", Cancellation));
    }
}
