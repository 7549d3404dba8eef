using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Show 5: a host that hangs or is cut off loses its instances to others, slows nobody, and is cleaned up when it is back.</summary>
public sealed class HostLossTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Replaced = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CleanedUp = TimeSpan.FromSeconds(10);

    protected override string Grace => "5s";

    [Fact]
    public async Task A_host_that_is_lost_is_replaced_and_cleaned_up_on_its_return()
    {
        await Api.PutAppAsync("web", Specs.Forever(6));
        await Api.PutAppAsync("base", Specs.Forever(1).WithVolume());
        await Cluster.RunsAsync("web", 6, TimeSpan.FromSeconds(20));
        await Cluster.RunsAsync("base", 1, TimeSpan.FromSeconds(20));
        var holder = Assert.Single(await Cluster.Engines.ContainersAsync("base"));
        var frozen = Hosts[holder.Host.Number];
        var other = Hosts[frozen.Number % TestHosts.Count + 1];

        await LoseAsync("frozen", frozen, frozen.FreezeAsync, frozen.ThawAsync, async () =>
        {
            var waiting = Assert.Single(await Api.InstancesAsync("base"));
            Assert.Equal("Unknown", waiting.State);
            var app = await Api.AppAsync("base");
            Assert.Contains($"host {frozen.Name}", app.Reason, StringComparison.Ordinal);
        });
        await Cluster.RunsAsync("base", 1, CleanedUp);
        Assert.Equal(holder.Id, Assert.Single(await Cluster.Engines.ContainersAsync("base")).Id);

        await LoseAsync("cut off", other, other.CutAsync, other.UncutAsync, () => Task.CompletedTask);
        await BystandersAreUntouchedAsync();
    }

    private async Task LoseAsync(string how, TestHost lost, Func<Task> lose, Func<Task> giveBack, Func<Task> meanwhile)
    {
        var there = (await Cluster.Engines.ContainersAsync("web")).Where(c => c.Host.Number == lost.Number).Select(c => c.Id).ToHashSet();
        Assert.NotEmpty(there);
        await lose();
        try
        {
            await using (var clock = await LatencyProbe.StartAsync(Api, "web", Hosts.All.First(h => h.Number != lost.Number).Name))
            {
                Say($"replaced after a host was {how}", await Until.NothingIsWrongAsync(Replaced, $"6 run without {lost.Name}, which is {how}", () => WrongWithoutAsync(lost, there)));
                await meanwhile();
                Say($"slowest call of {clock.Count} while it was {how}", clock.Slowest);
                Assert.InRange(clock.Slowest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            }
        }
        finally
        {
            await giveBack();
        }
        Say("cleaned up after its return", await Cluster.RunsAsync("web", 6, CleanedUp));
    }

    private async Task<string?> WrongWithoutAsync(TestHost lost, HashSet<string> there)
    {
        var elsewhere = await Cluster.Engines.ContainersAsync("web", except: lost);
        if (elsewhere.Count(c => c.IsRunning) != 6)
        {
            return $"{elsewhere.Count} are elsewhere; {(await Api.AppAsync("web")).Reason}";
        }
        var unreachable = (await Api.InstancesAsync("web")).Where(i => i.Host == lost.Name).ToList();
        var host = await Api.HostAsync(lost);
        return unreachable.Any(i => i.State != "Unknown" || !i.Reason.Contains("last seen", StringComparison.Ordinal))
                ? $"of the lost ones is said: {string.Join("; ", unreachable.Select(i => $"{i.State} {i.Reason}"))}"
            : unreachable.Count != there.Count ? $"{unreachable.Count} of {there.Count} lost ones are shown"
            : host.Reachability != "Unreachable" ? $"the host is {host.Reachability}" : null;
    }
}
