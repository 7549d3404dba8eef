using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A drain moves instances within the bounds, and leaves those whose data are on the host, saying so.</summary>
public sealed class DrainTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_drain_moves_what_can_move_and_says_why_the_rest_stays()
    {
        await Api.PutAppAsync("base", Specs.Forever(1).WithVolume().On("host.name == h1"));
        await Cluster.RunsAsync("base", 1, Patience);
        await Api.PutAppAsync("web", Specs.Forever(6).WithUpdate("startFirst"));
        await Cluster.RunsAsync("web", 6, Patience);
        var stays = Assert.Single(await Cluster.Engines.ContainersAsync("base"));
        await using var recording = await Cluster.Engines.RecordAsync("web");

        await Api.PostAsync("hosts/h1/drain");
        Say("drained", await Until.NothingIsWrongAsync(Patience, "the app has left the host", async () =>
            await Cluster.WrongAsync("web", 6) ?? (await Cluster.Engines.ContainersAsync("web")).Where(c => c.Host.Number == 1).Select(c => $"{c} is there").FirstOrDefault()));

        var bounds = recording.Bounds(running: 6, present: 6);
        Assert.True(bounds is { LeastRunning: >= 6, MostPresent: <= 7 }, $"{bounds}\n{recording}");
        Assert.Equal(stays, Assert.Single(await Cluster.Engines.ContainersAsync("base")));
        var told = (await Api.AppAsync("base")).Reason;
        Assert.Contains("host h1 is being drained", told, StringComparison.Ordinal);
        Assert.Contains("volume", told, StringComparison.Ordinal);

        await Api.PostAsync("hosts/h1/activate");
        await Api.ScaleAsync("web", 9);
        await Cluster.RunsAsync("web", 9, Patience);
        Assert.Equal(3, (await Cluster.Engines.ContainersAsync("web")).Count(c => c.Host.Number == 1));
        await Api.PostAsync("hosts/h2/drain");
        await Until.NothingIsWrongAsync(Patience, "it is told that h2 is drained, and of h1, which holds data, it is not", async () =>
        {
            var drained = (await Api.AskAsync("events?kind=HostDrained")).GetProperty("items").EnumerateArray().Select(e => e.GetProperty("host").GetString()).ToList();
            return drained is ["h2"] ? null : $"it is told of {string.Join(", ", drained)}";
        });
        await BystandersAreUntouchedAsync();
    }
}
