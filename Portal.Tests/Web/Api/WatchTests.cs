using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Portal.Api.Watch;
using Portal.Core.Domain;
using Portal.Core.State;
using Portal.Core.State.Live;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class WatchTests
{
    private static readonly AppView Web = Given.App("web");
    private static readonly AppView Shop = Given.App("cart", "shop");

    [Fact]
    public async Task SendsASnapshotPerKindThenChanges()
    {
        await using var host = await StartAsync();
        using var stream = await EventStream.OpenAsync(host.Client);
        var snapshots = await stream.TakeAsync(4);
        Assert.Equal(["snapshot apps 2", "snapshot instances 1", "snapshot hosts 1", "snapshot services 0"], snapshots.Select(e => e.ToString()));
        Assert.Equal([false, false, false, true], snapshots.Select(e => e.Id is not null));

        Change(host, s => s with { Apps = s.Apps.SetItem(Web.Id, Web with { Generation = 2 }) });
        var changed = (await stream.NextAsync())!;
        Assert.Equal("changed apps default/web", changed.ToString());
        Assert.Equal(2, changed.Data.GetProperty("item").GetProperty("generation").GetInt32());
        Assert.NotNull(changed.Id);

        Change(host, s => s with { Instances = s.Instances.Clear() });
        var removed = (await stream.NextAsync())!;
        Assert.Equal($"removed instances {InstanceId.Of(Web.Id, 1, 1)}", removed.ToString());
        Assert.False(removed.Data.TryGetProperty("item", out _));
    }

    [Fact]
    public async Task ShowsTheSameAsTheLists()
    {
        await using var host = await StartAsync();
        using var stream = await EventStream.OpenAsync(host.Client, "?kinds=instances,apps,instances");
        var snapshots = await stream.TakeAsync(2);
        Assert.Equal(["instances", "apps"], snapshots.Select(s => s.Kind));
        Assert.Equal((await host.GetAsync("/apps")).Json.GetProperty("items").GetRawText(), snapshots[1].Data.GetProperty("items").GetRawText());
        Assert.Equal((await host.GetAsync("/teams/default/apps/web/instances")).Json.GetProperty("items").GetRawText(), snapshots[0].Data.GetProperty("items").GetRawText());
    }

    [Fact]
    public async Task WaitsForTheFirstSnapshot()
    {
        await using var host = await ApiHost.StartAsync();
        var opening = EventStream.OpenAsync(host.Client, "?kinds=apps");
        var listing = host.GetAsync("/services");
        await AppEndpointTests.UntilAsync(() => host.Live.Readers == 2);
        host.Live.Set(Given.Snapshot([Web]));
        using var stream = await opening;
        Assert.Equal("snapshot apps 1", (await stream.NextAsync())!.ToString());
        (await listing).Is(200);
    }

    [Fact]
    public async Task SaysNothingOfWhatLooksTheSame()
    {
        await using var host = await StartAsync();
        using var stream = await EventStream.OpenAsync(host.Client, "?kinds=apps");
        await stream.NextAsync();
        Change(host, s => s with { Apps = s.Apps.SetItem(Web.Id, s.Apps[Web.Id] with { }) });
        Change(host, s => s with { Apps = s.Apps.Remove(Shop.Id) });
        Assert.Equal("removed apps shop/cart", (await stream.NextAsync())!.ToString());
    }

    [Fact]
    public async Task ResumesBehindTheLastId()
    {
        await using var host = await StartAsync();
        string? first;
        using (var stream = await EventStream.OpenAsync(host.Client))
        {
            first = (await stream.TakeAsync(4))[3].Id;
            Change(host, s => s with { Apps = s.Apps.SetItem(Web.Id, Web with { Generation = 2 }) });
            await stream.NextAsync();
        }
        Change(host, s => s with { Apps = s.Apps.Remove(Shop.Id) });
        using var resumed = await EventStream.OpenAsync(host.Client, lastId: first);
        Assert.Equal(["changed apps default/web", "removed apps shop/cart"], (await resumed.TakeAsync(2)).Select(e => e.ToString()));
        using var none = await EventStream.OpenAsync(host.Client, "?kinds=hosts", lastId: first);
        Change(host, s => s with { Hosts = s.Hosts.Clear() });
        Assert.Equal("removed hosts h1", (await none.NextAsync())!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("0123456789ab-1")]
    [InlineData("{run}-x")]
    [InlineData("{run}--1")]
    [InlineData("{run}-99999999999999999999")]
    [InlineData("{run}-999999")]
    public async Task GivesNewSnapshotsForAnUnknownId(string id)
    {
        await using var host = await StartAsync();
        var run = host.Services.GetRequiredService<WatchHub>().Run;
        using var stream = await EventStream.OpenAsync(host.Client, "?kinds=apps", lastId: id.Replace("{run}", run, StringComparison.Ordinal));
        Assert.Equal("snapshot apps 2", (await stream.NextAsync())!.ToString());
    }

    [Fact]
    public async Task GivesNewSnapshotsToWhoFellBehind()
    {
        await using var host = await StartAsync(new WatchOptions(3, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        var hub = host.Services.GetRequiredService<WatchHub>();
        var first = hub.Read(null).Number;
        for (var i = 2; i <= 5; i++)
        {
            var before = hub.Read(null).Number;
            Change(host, s => s with { Apps = s.Apps.SetItem(Web.Id, Web with { Generation = i }) });
            await hub.WaitAsync(before).WaitAsync(TimeSpan.FromSeconds(10));
        }
        Assert.NotNull(hub.Read(first).Table);
        Assert.Equal([3L, 4L, 5L], hub.Read(first + 1).Changes.Select(c => ((AppView)c.Item.Source).Generation));
        Assert.Empty(hub.Read(first + 4).Changes);
    }

    [Fact]
    public async Task ShowsOnlyWhatTheReaderMaySee()
    {
        await using var host = await StartAsync();
        using var stream = await EventStream.OpenAsync(host.Client, token: ApiHost.ViewerToken);
        var snapshots = await stream.TakeAsync(4);
        Assert.Equal(["snapshot apps 1", "snapshot instances 1", "snapshot hosts 1", "snapshot services 0"], snapshots.Select(e => e.ToString()));
        Assert.DoesNotContain("swordfish", snapshots[0].Data.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("strange", snapshots[2].Data.GetRawText(), StringComparison.Ordinal);
        Change(host, s => s with { Apps = s.Apps.SetItem(Shop.Id, Shop with { Generation = 2 }).SetItem(Web.Id, Web with { Generation = 2 }) });
        var changed = (await stream.NextAsync())!;
        Assert.Equal("changed apps default/web", changed.ToString());
        Assert.DoesNotContain("swordfish", changed.Data.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndsWithTheTokenAndOutlivesTheStore()
    {
        await using var host = await StartAsync(new WatchOptions(100, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20)));
        using var stream = await EventStream.OpenAsync(host.Client, "?kinds=apps", token: ApiHost.ViewerToken);
        await stream.NextAsync();
        host.Tokens.Trouble = new StoreUnavailableException("gone");
        var tries = host.Tokens.Tries;
        await AppEndpointTests.UntilAsync(() => host.Tokens.Tries > tries + 2);
        host.Tokens.Trouble = null;
        // More rights show more, from a new snapshot on.
        host.Tokens.Bearers[ApiHost.ViewerToken] = Given.Admin;
        Assert.Equal("snapshot apps 2", (await stream.NextAsync())!.ToString());
        host.Tokens.Bearers.Remove(ApiHost.ViewerToken);
        Assert.Null(await stream.NextAsync());
        Assert.Contains(": heartbeat", stream.Comments);
    }

    private static async Task<ApiHost> StartAsync(WatchOptions? options = null)
    {
        var host = await ApiHost.StartAsync(configure: services =>
        {
            if (options is not null)
            {
                services.AddSingleton(options);
            }
        });
        var web = Web with { Spec = Web.Spec with { Env = ImmutableSortedDictionary<string, string>.Empty.Add("PASSWORD", "swordfish") } };
        host.Live.Set(Given.Snapshot([web, Shop], [Given.Host("h1") with { Foreign = [new ForeignContainer("1", "strange", "x", "running", false)] }], [Given.Instance(Web, 1, "h1")]));
        return host;
    }

    private static void Change(ApiHost host, Func<LiveSnapshot, LiveSnapshot> change) => host.Live.Set(change(host.Live.Current));
}
