using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Shows 3 and 6: what is removed, killed or stopped by hand runs again, the reason is told, and others' containers are left alone.</summary>
public sealed class HealingTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_harmed_by_hand_runs_again_with_its_reason()
    {
        await Api.PutAppAsync("web", Specs.Forever(24));
        await Cluster.RunsAsync("web", 24, TimeSpan.FromSeconds(40));

        await HarmAsync(1, ["rm", "-f"], "removed outside Portal");
        await HarmAsync(1, ["kill"], "stopped outside Portal");
        await HarmAsync(1, ["stop", "-t", "1"], "stopped outside Portal");
        await HarmAsync(20, ["rm", "-f"], "removed outside Portal");
        await BystandersAreUntouchedAsync();
    }

    private async Task HarmAsync(int count, string[] command, string reason)
    {
        var events = await CountAsync(reason);
        var victims = (await Cluster.Engines.ContainersAsync("web")).Take(count).ToList();

        await Task.WhenAll(victims.GroupBy(v => v.Host.Number).Select(g => Hosts[g.Key].DockerAsync([.. command, .. g.Select(v => v.Id)])));

        var harmed = victims.Select(v => v.Id).ToHashSet();
        var took = await Until.NothingIsWrongAsync(Patience, $"all 24 run after docker {string.Join(' ', command)} of {count}", async () =>
            command[0] == "rm" && (await Cluster.Engines.ContainersAsync("web")).Any(c => harmed.Contains(c.Id)) ? "a removed one is there" : await Cluster.WrongAsync("web", 24));
        Say($"24 run again after docker {string.Join(' ', command)} of {count}", took);
        await Until.NothingIsWrongAsync(TimeSpan.FromSeconds(5), $"each has an event: {reason}", async () =>
            await CountAsync(reason) - events is var told && told < count ? $"{told} of {count} were told" : null);
    }

    private async Task<int> CountAsync(string reason) =>
        (await Api.EventsAsync("web")).Count(e => e.Message.Contains(reason, StringComparison.Ordinal));
}
