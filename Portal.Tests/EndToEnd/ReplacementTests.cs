using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A change of a running app replaces its instances within the bounds, seen at the engines at every moment.</summary>
public sealed class ReplacementTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    [Theory]
    [InlineData("startFirst", 6, 7)]
    [InlineData("stopFirst", 5, 6)]
    public async Task A_change_replaces_one_by_one(string order, int leastRunning, int mostPresent)
    {
        await Api.PutAppAsync("web", Specs.Forever(6).WithUpdate(order));
        await Cluster.RunsAsync("web", 6, Patience);
        await using var recording = await Cluster.Engines.RecordAsync("web");

        var changed = await Api.PutAppAsync("web", Specs.Forever(6, version: 2).WithUpdate(order));
        Say($"6 replaced, {order}", await Until.NothingIsWrongAsync(Patience, "all are of the new revision", async () =>
            await Cluster.WrongAsync("web", 6) ?? (await Cluster.Engines.ContainersAsync("web")).Where(c => c.Revision != changed.Revision).Select(c => $"{c} is of revision {c.Revision}").FirstOrDefault()));

        var bounds = recording.Bounds(running: 6, present: 6);
        Say($"at least {bounds.LeastRunning} ran, at most {bounds.MostPresent} were there");
        Assert.True(bounds.LeastRunning >= leastRunning && bounds.MostPresent <= mostPresent, $"{bounds}\n{recording}");
        Assert.Equal(6, recording.Created);
        foreach (var container in await Cluster.Engines.ContainersAsync("web"))
        {
            Assert.Equal("2", await container.Host.DockerAsync("exec", container.Id, "sh", "-c", "echo $SETTING"));
        }
        await BystandersAreUntouchedAsync();
    }
}
