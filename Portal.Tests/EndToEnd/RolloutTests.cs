using System.Net;
using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Rollouts that fail, hold, are cancelled, replaced and rolled back; what ran before serves on.</summary>
[Trait("hosts", "second")]
public sealed class RolloutTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong with the new revision, and words that the reason must have.</summary>
    private static readonly Dictionary<string, string> s_bad = new()
    {
        ["exits"] = "exit code 3",
        ["image"] = "test/nowhere:1",
        ["command"] = "/nowhere",
        ["memory"] = "lack memory",
        ["unhealthy"] = "no further one within",
    };

    [Fact]
    public async Task Bad_updates_are_rolled_back_and_the_old_instances_are_not_touched()
    {
        await Task.WhenAll(s_bad.Keys.Select(fault => Api.PutAppAsync(fault, Good(3))));
        foreach (var fault in s_bad.Keys)
        {
            await EndsAsync(fault, "Succeeded");
        }
        var before = (await Cluster.Engines.ContainersAsync()).Select(c => c.Id).Order().ToList();

        await Task.WhenAll(s_bad.Keys.Select(fault => Api.PutAppAsync(fault, Spoiled(fault))));
        foreach (var (fault, words) in s_bad)
        {
            var seen = await EndsAsync(fault, "RolledBack");
            Assert.Contains(words, seen.Rollout!.Reason, StringComparison.OrdinalIgnoreCase);
            Assert.True(fault != "exits" || seen.Rollout.Reason.Contains("it last said “it is broken", StringComparison.Ordinal), seen.Rollout.Reason);
            Assert.Equal((1, 2, 1), (seen.Rollout.From, seen.Rollout.To, seen.Revision));
            await Cluster.RunsAsync(fault, 3, Patience);
            Assert.Equal("Running", (await Api.AppAsync(fault)).Status, ignoreCase: true);
        }
        Assert.Equal(before, (await Cluster.Engines.ContainersAsync()).Select(c => c.Id).Order());
    }

    [Fact]
    public async Task Nothing_is_stopped_before_its_successor_has_room_and_its_image_is_there()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = await registry.PushNewAsync(Hosts.All[0], "test/web:2", "web:next");
        var spec = Good(2).With("update", new { order = "stopFirst", maxUnavailable = 2, minReady = "500ms", progressDeadline = "50s" });
        await Api.PutAppAsync("web", spec);
        await EndsAsync("web", "Succeeded");
        var before = await IdsAsync();

        foreach (var (bad, words) in new[] { (spec.With("image", "test/nowhere:1"), "test/nowhere:1"), (spec.With("resources", new { reservations = new { memory = "900G" } }), "lack memory") })
        {
            await Api.PutAppAsync("web", bad);
            var seen = await EndsAsync("web", "RolledBack");
            Assert.StartsWith("nothing was touched", seen.Rollout!.Reason, StringComparison.Ordinal);
            Assert.Contains(words, seen.Rollout.Reason, StringComparison.Ordinal);
            Assert.Equal(before, await IdsAsync());
        }
        // Three tries on each host, told once.
        var failed = (await Api.EventsAsync("web")).Where(e => e.Kind == "ImagePullFailed").Select(e => e.Message).ToList();
        Assert.NotEmpty(failed);
        Assert.Equal(failed.Distinct().Count(), failed.Count);

        using (registry.HoldBlobs())
        {
            await Api.PutAppAsync("web", spec.With("image", image));
            await Until.NothingIsWrongAsync(Patience, "its layers are counted", async () =>
            {
                var rollout = (await Api.SendAsync(HttpMethod.Get, PortalApi.Path("web"))).Json.GetProperty("rollout");
                var pulls = rollout.GetProperty("images") is { ValueKind: JsonValueKind.Array } images ? images.EnumerateArray().ToList() : [];
                return pulls.Count > 0 && pulls.TrueForAll(p => p.GetProperty("state").GetString() is "Pulling" or "Waiting") ? null : rollout.ToString();
            });
            Assert.Equal(before, await IdsAsync());
        }
        await EndsAsync("web", "Succeeded");
        Assert.Equal(["version 2", "version 2"], await VersionsAsync("web"));

        async Task<List<string>> IdsAsync() => [.. (await Cluster.Engines.ContainersAsync("web")).Select(c => c.Id).Order()];
    }

    [Fact]
    public async Task A_good_update_and_a_drain_under_load_fail_no_request()
    {
        var spec = Good(6).With("ports", new[] { new { name = "http", containerPort = 8080 } });
        await Api.PutAppAsync("web", spec);
        await EndsAsync("web", "Succeeded");
        await using var recording = await Cluster.Engines.RecordAsync("web");
        await using var load = await CatalogLoad.StartAsync(Api, "web", perSecond: 100);

        await Api.PutAppAsync("web", spec.With("image", "test/web:2"));
        await EndsAsync("web", "Succeeded");
        await RevisionsAsync("web", "all are replaced", found => found.Count == 6 && found.All(r => r == 2));
        await Api.PostAsync($"hosts/{Hosts.All[0].Name}/drain");
        await Until.NothingIsWrongAsync(Patience, "the host is drained", async () => (await Api.HostAsync(Hosts.All[0])).Instances is > 0 and var left ? $"{left} are there" : null);
        await Cluster.RunsAsync("web", 6, Patience);

        var bounds = recording.Bounds(running: 6, present: 6);
        Say($"{load.Sent} requests, {load.Failures.Count} failed; at least {bounds.LeastRunning} ran, at most {bounds.MostPresent} were there");
        Assert.True(bounds is { LeastRunning: >= 6, MostPresent: <= 7 }, $"{bounds}\n{recording}");
        Assert.True(load.Sent > 500, $"only {load.Sent} requests were sent");
        Assert.Empty(load.Failures);
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
        await Until.NothingIsWrongAsync(Patience, "it holds", async () => (await Api.AppAsync("web")).Rollout!.Status == "Paused" ? null : "it goes on");
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
        Assert.Equal(["Succeeded", "Cancelled", "Cancelled", "Succeeded", "Succeeded"], rollouts.Select(r => r.Status));
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

    [Fact]
    public async Task A_rollback_runs_the_image_that_ran_then_though_its_tag_has_moved()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = await registry.PushAsync(Hosts.All[0], "test/web:1", "web:stable");
        var first = registry.DigestOf("web", "stable");
        var spec = Good(3).With("image", image);
        await Api.PutAppAsync("web", spec);
        await EndsAsync("web", "Succeeded");
        await Until.NothingIsWrongAsync(Patience, "the digest is known", async () => (await Api.AppAsync("web")).ImageDigest is { } known && known == first ? null : "it is not");

        await registry.PushAsync(Hosts.All[0], "test/web:2", "web:stable");
        var second = registry.DigestOf("web", "stable");
        Assert.NotEqual(first, second);
        Assert.Equal(HttpStatusCode.OK, (await Api.SendAsync(HttpMethod.Post, $"{PortalApi.Path("web")}/deploy?wait=1m")).Status);
        Assert.Equal(["version 2", "version 2", "version 2"], await VersionsAsync("web"));
        Assert.Equal(second, (await Api.AppAsync("web")).ImageDigest);

        await Api.PostAsync($"{PortalApi.Path("web")}/rollback");
        await EndsAsync("web", "Succeeded");
        await RevisionsAsync("web", "all are of the first one", found => found.Count == 3 && found.All(r => r == 1));
        Assert.Equal(["version 1", "version 1", "version 1"], await VersionsAsync("web"));
        await Api.PostAsync($"{PortalApi.Path("web")}/rollback");
        await EndsAsync("web", "Succeeded");
        await RevisionsAsync("web", "a rollback of a rollback leads forward", found => found.Count == 3 && found.All(r => r == 2));
        Assert.Equal(["version 2", "version 2", "version 2"], await VersionsAsync("web"));
    }

    /// <summary>What each container says that it is.</summary>
    private async Task<string[]> VersionsAsync(string app) => await Task.WhenAll((await Cluster.Engines.ContainersAsync(app)).Where(c => c.IsRunning)
        .Select(async c => (await c.Host.DockerAsync("exec", c.Id, "cat", "/www/index.html")).Split(" on ")[0]));

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
