using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A backup brings back what was described and adopts what runs; what the backup does not know is quarantined, never removed.</summary>
public sealed class BackupRoundTripTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_restored_Portal_adopts_what_runs_and_keeps_its_hands_off_what_it_does_not_know()
    {
        await Api.PutAppAsync("web", Specs.Forever(3));
        await Cluster.RunsAsync("web", 3, Patience);
        var before = await Cluster.Engines.ContainersAsync();
        var file = Path.Combine(Portal.Data, "backup-of-test");
        var backup = await PortalProcess.CommandAsync("backup", file, "--data", Portal.Data);
        Assert.True(backup.ExitCode == 0, backup.Error + backup.Output);
        await Api.PutAppAsync("later", Specs.Forever(1));
        await Cluster.RunsAsync("later", 1, Patience);
        var later = Assert.Single(await Cluster.Engines.ContainersAsync("later"));

        await Portal.EndAsync();
        var restore = await PortalProcess.CommandAsync("restore", file, "--force", "--data", Portal.Data);
        Assert.True(restore.ExitCode == 0, restore.Error + restore.Output);
        await Portal.StartAsync();

        await Cluster.RunsAsync("web", 3, Patience);
        Assert.Equal(before, await Cluster.Engines.ContainersAsync("web"));
        await Until.NothingIsWrongAsync(Patience, "the unknown one is quarantined", async () =>
            (await Api.HostAsync(later.Host)).Foreign.Any(f => f.Id == later.Id && f.Quarantined) ? null : "it is not shown as such");
        Assert.Equal([later], await Cluster.Engines.ContainersAsync("later"));
        await Api.ScaleAsync("web", 5);
        await Cluster.RunsAsync("web", 5, Patience);
        await BystandersAreUntouchedAsync();
    }
}
