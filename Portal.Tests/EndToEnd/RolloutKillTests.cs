using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Portal is killed at random moments of rollouts; each ends right, and within its bounds as the engines saw them. <c>PORTAL_TEST_KILLS</c> sets
/// how often, <c>PORTAL_TEST_SEED</c> when.
/// </summary>
[Trait("hosts", "second")]
public sealed class RolloutKillTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private const int Replicas = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_in_the_middle_of_a_rollout_it_ends_right_and_within_its_bounds()
    {
        var seed = Number("PORTAL_TEST_SEED", Environment.TickCount);
        Say($"PORTAL_TEST_SEED={seed}");
        var random = new Random(seed);
        await Api.PutAppAsync("web", Spec(1));
        await EndsAsync(1);
        await using var recording = await Cluster.Engines.RecordAsync("web");
        for (var kill = 1; kill <= Number("PORTAL_TEST_KILLS", 2); kill++)
        {
            var asked = await Api.PutAppAsync("web", Spec(kill + 1));
            var delay = TimeSpan.FromMilliseconds(random.Next(8_000));
            await Task.Delay(delay, TimeProvider.System);
            await Portal.KillAsync();
            await Portal.StartAsync();
            await EndsAsync(kill + 1);
            Say($"kill {kill} after {delay.TotalMilliseconds:0} ms");
            Assert.True(asked.Generation <= (await Api.AppAsync("web")).ObservedGeneration);
            var bounds = recording.Bounds(Replicas, Replicas);
            Assert.True(bounds is { LeastRunning: >= Replicas, MostPresent: <= Replicas + 2 }, $"kill {kill}: {bounds}\n{recording}");
        }
        await BystandersAreUntouchedAsync();
    }

    private static Dictionary<string, object?> Spec(int version) => Specs.Forever(Replicas, version).WithUpdate("startFirst", surge: 2, minReady: "500ms");

    private async Task EndsAsync(int version)
    {
        await Until.NothingIsWrongAsync(Patience, $"the rollout of version {version} succeeds", async () =>
            (await Api.AppAsync("web")) is var seen && seen.ObservedGeneration == seen.Generation && seen.Rollout is { Status: "Succeeded" } rollout && rollout.To == version
                ? null : $"it is {seen.Rollout?.Status}: {seen.Rollout?.Reason}");
        await Cluster.RunsAsync("web", Replicas, Patience);
        Assert.All(await Cluster.Engines.ContainersAsync("web"), c => Assert.Equal(version, c.Revision));
    }
}
