using System.Net;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Rollouts that fail, hold, are cancelled, replaced and rolled back; what ran before serves on.</summary>
public sealed class RolloutTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong with the new revision, and words that the reason must have.</summary>
    public static TheoryData<string, string> BadUpdates => new()
    {
        { "exits", "exit code 3" },
        { "image", "test/nowhere:1" },
        { "command", "nowhere" },
        { "memory", "memory" },
        { "unhealthy", "no further one within" },
    };

    [Theory]
    [MemberData(nameof(BadUpdates))]
    public async Task A_bad_update_is_rolled_back_and_the_old_instances_are_not_touched(string fault, string words)
    {
        await Api.PutAppAsync("web", Good(3));
        await Cluster.RunsAsync("web", 3, Patience);
        await EndsAsync("web", "Succeeded");
        var before = (await Cluster.Engines.ContainersAsync("web")).Select(c => c.Id).Order().ToList();

        await Api.PutAppAsync("web", Spoiled(fault));
        var seen = await EndsAsync("web", "RolledBack");

        Assert.Contains(words, seen.Rollout!.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((1, 2), (seen.Rollout.From, seen.Rollout.To));
        Assert.Equal(1, seen.Revision);
        await Cluster.RunsAsync("web", 3, Patience);
        Assert.Equal(before, (await Cluster.Engines.ContainersAsync("web")).Select(c => c.Id).Order());
        Assert.Equal("Running", (await Api.AppAsync("web")).Status, ignoreCase: true);
    }

    [Fact]
    public async Task A_rollout_holds_goes_on_goes_back_and_makes_way()
    {
        var spec = Specs.Forever(4).WithUpdate("startFirst", minReady: "2s");
        await Api.PutAppAsync("web", spec);
        await Cluster.RunsAsync("web", 4, Patience);
        await EndsAsync("web", "Succeeded");
        await using var recording = await Cluster.Engines.RecordAsync("web");

        await Api.PutAppAsync("web", spec.With("env", new { SETTING = "2" }));
        await RevisionsAsync("web", "one is replaced", found => found.Contains(2));
        await Api.PostAsync($"{PortalApi.Path("web")}/rollout/pause");
        await Until.NothingIsWrongAsync(Patience, "it holds", async () => (await Api.AppAsync("web")).Rollout!.Status == "paused" ? null : "it goes on");
        await Api.PostAsync($"{PortalApi.Path("web")}/rollout/resume");
        await EndsAsync("web", "Succeeded");
        await RevisionsAsync("web", "all are replaced", found => found.All(r => r == 2));

        await Api.PutAppAsync("web", spec.With("env", new { SETTING = "3" }));
        await RevisionsAsync("web", "one is replaced", found => found.Contains(3));
        await Api.PostAsync($"{PortalApi.Path("web")}/rollout/cancel");
        await EndsAsync("web", "Cancelled");
        await RevisionsAsync("web", "all are back", found => found.All(r => r == 2));

        await Api.PutAppAsync("web", spec.With("env", new { SETTING = "4" }));
        await RevisionsAsync("web", "one is replaced", found => found.Contains(4));
        await Api.PutAppAsync("web", spec.With("env", new { SETTING = "5" }));
        await EndsAsync("web", "Succeeded");
        await RevisionsAsync("web", "all are of the last one", found => found.All(r => r == 5));

        var bounds = recording.Bounds(running: 4, present: 4);
        Assert.True(bounds is { LeastRunning: >= 4, MostPresent: <= 5 }, $"{bounds}\n{recording}");
        var rollouts = await Api.RolloutsAsync("web");
        Assert.Equal(["succeeded", "cancelled", "cancelled", "succeeded", "succeeded"], rollouts.Select(r => r.Status));
        await BystandersAreUntouchedAsync();
    }

    [Fact]
    public async Task A_script_tells_success_from_failure_and_a_rollback_brings_the_last_good_one()
    {
        var spec = Good(2);
        await Api.PutAppAsync("web", spec);
        await EndsAsync("web", "Succeeded");

        var good = await Api.SendAsync(HttpMethod.Post, $"{PortalApi.Path("web")}/deploy?wait=1m", new { image = "test/web:2", message = "for the test" });
        var bad = await Api.SendAsync(HttpMethod.Post, $"{PortalApi.Path("web")}/deploy?wait=1m", new { image = "test/nowhere:1" });
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity), (good.Status, bad.Status));
        Assert.Contains("RolledBack", bad.Body, StringComparison.Ordinal);
        Assert.Equal("test/web:2", (await Api.AppAsync("web")).Image);

        await Api.PostAsync($"{PortalApi.Path("web")}/rollback");
        await EndsAsync("web", "Succeeded");
        var seen = await Api.AppAsync("web");
        Assert.Equal(("test/web:1", 1), (seen.Image, seen.Revision));
        await RevisionsAsync("web", "all are of the first one", found => found.All(r => r == 1));
        var nothing = await Api.SendAsync(HttpMethod.Post, $"{PortalApi.Path("web")}/rollout/pause");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.Status);
    }

    private static Dictionary<string, object?> Good(int replicas) => Specs.Forever(replicas).With("image", "test/web:1").With("update", Update);

    private static object Update => new { minReady = "500ms", progressDeadline = "50s" };

    private static Dictionary<string, object?> Spoiled(string fault) => fault switch
    {
        "exits" => Good(3).With("entrypoint", new[] { "sh" }).With("command", new[] { "-c", "echo it is broken; exit 3" }),
        "image" => Good(3).With("image", "test/nowhere:1"),
        "command" => Good(3).With("entrypoint", new[] { "/nowhere" }),
        "memory" => Good(3).With("resources", new { reservations = new { memory = "900G" } }),
        _ => Good(3).With("health", new { kind = "command", command = new[] { "false" }, interval = "1s", timeout = "1s", retries = 1 })
            .With("update", new { minReady = "500ms", progressDeadline = "10s" }),
    };

    private async Task<SeenApp> EndsAsync(string app, string status)
    {
        await Until.NothingIsWrongAsync(Patience, $"the rollout of {app} ends as {status}", async () =>
        {
            var seen = await Api.AppAsync(app);
            return seen.ObservedGeneration < seen.Generation ? "the controller has not seen it"
                : string.Equals(seen.Rollout?.Status, status, StringComparison.OrdinalIgnoreCase) ? null : $"it is {seen.Rollout?.Status}: {seen.Rollout?.Reason}";
        });
        return await Api.AppAsync(app);
    }

    private Task RevisionsAsync(string app, string what, Func<List<int>, bool> holds) => Until.NothingIsWrongAsync(Patience, what, async () =>
    {
        var found = (await Cluster.Engines.ContainersAsync(app)).Where(c => c.IsRunning).Select(c => c.Revision).ToList();
        return holds(found) ? null : $"revisions {string.Join(", ", found)} run";
    });
}
