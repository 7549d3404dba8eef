using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Instances of several containers on real engines: an init container that writes a page, a server that shows it, a sidecar that the server reaches at localhost.</summary>
[Trait("hosts", "second")]
public sealed class GroupTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private const string App = "site";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task They_start_in_order_share_network_and_volume_heal_move_on_and_go_together()
    {
        await Api.PutAppAsync(App, Site("one", replicas: 2));
        Say("two instances of three containers are ready", await ServesAsync("one", 2));
        await NamesItsContainersAsync();

        await HealsAsync("the helper crashed", helper => CrashAsync("helper"), restarted: "helper");
        await HealsAsync("the helper was killed by hand", _ => KillAsync("helper"), restarted: "helper");
        await HealsAsync("the helper was removed by hand", _ => RemoveAsync("helper"), restarted: null);
        await HealsAsync("the main container crashed, and its sidecar shares its new network", _ => CrashAsync("main"), restarted: "main");

        await Api.ScaleAsync(App, 3);
        Say("a third is ready", await ServesAsync("one", 3));
        await Api.PutAppAsync(App, Site("two", replicas: 3));
        Say("a new revision of the init container is rolled out", await ServesAsync("two", 3));
        await Portal.KillAsync();
        await Portal.StartAsync();
        Say("adopted after kill -9", await ServesAsync("two", 3));
        Assert.DoesNotContain(await Api.EventsAsync(App), e => e.Kind is "SurplusFound" or "InstanceRemovedOutside");

        await Api.DeleteAppAsync(App);
        Say("gone", await Until.NothingIsWrongAsync(Patience, "no container is left", async () => (await Cluster.Engines.ContainersAsync()).Select(c => c.ToString()).FirstOrDefault()));
        await BystandersAreUntouchedAsync();
    }

    [Fact]
    public async Task An_init_container_that_fails_is_told_and_one_that_runs_survives_portal()
    {
        await Api.PutAppAsync(App, WithInit("echo cannot reach the database; exit 3").With("update", new { onFailure = "pause" }));
        await Until.NothingIsWrongAsync(Patience, "the reason names the init container, its exit code and its last words", async () =>
            (await Api.InstancesAsync(App)) is [{ Reason: var reason }] && reason.Contains("init container migrate failed", StringComparison.Ordinal)
                && reason.Contains("exit code 3", StringComparison.Ordinal) && reason.Contains("cannot reach the database", StringComparison.Ordinal) ? null
            : string.Join("; ", (await Api.InstancesAsync(App)).Select(i => $"{i.State} {i.Reason}")));

        await Api.PutAppAsync(App, WithInit("sleep 6; echo migrated"));
        await Until.NothingIsWrongAsync(Patience, "the new init container runs", async () =>
            await FindAsync("migrate", revision: 2) is [{ IsRunning: true }] ? null : string.Join(", ", await Cluster.Engines.ContainersAsync(App)));
        var begun = Assert.Single(await FindAsync("migrate", revision: 2));
        await Portal.KillAsync();
        await Portal.StartAsync();
        await Until.NothingIsWrongAsync(Patience, "the main container runs", async () =>
            await FindAsync("main", revision: 2) is [{ IsRunning: true }] ? null : string.Join(", ", await Cluster.Engines.ContainersAsync(App)));

        Assert.Equal(begun.Id, Assert.Single(await FindAsync("migrate", revision: 2)).Id);
        Assert.Equal("migrated", (await begun.Host.DockerAsync("logs", begun.Id)).Trim());
        await Portal.KillAsync();
        await Portal.StartAsync();
        await Until.StaysRightAsync(TimeSpan.FromSeconds(2), "the init container is left alone", async () =>
            await FindAsync("migrate", revision: 2) is [{ IsRunning: false }] ? null : "it runs again");
        Assert.Equal("migrated", (await begun.Host.DockerAsync("logs", begun.Id)).Trim());
    }

    [Fact]
    public async Task What_a_revisions_sidecars_and_init_containers_were_is_what_they_stay()
    {
        await using var registry = await TestRegistry.StartAsync();
        var image = await registry.PushAsync(Hosts.All[0], "test/busybox:1", "helper:stable");
        var first = registry.DigestOf("helper", "stable");
        var spec = Specs.Forever(2).With("sidecars", new[] { new { name = "helper", image, command = new[] { "/bin/forever" } } })
            .With("initContainers", new[] { new { name = "fetch", image, command = new[] { "true" } } }).With("placement", new { maxPerHost = 1 });
        await Api.PutAppAsync(App, spec);
        await ReadyInstancesAsync(2);
        await Until.NothingIsWrongAsync(Patience, "the digests are known", async () =>
            (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path(App)}/instances")).Json.GetProperty("items").EnumerateArray().SelectMany(i => i.GetProperty("containers").EnumerateArray())
                .Where(c => c.GetProperty("kind").GetString() != "Main").All(c => c.GetProperty("imageDigest").GetString() == first) ? null : "they are not");
        await registry.PushAsync(Hosts.All[0], "test/busybox:2", "helper:stable");
        Assert.NotEqual(first, registry.DigestOf("helper", "stable"));
        await Task.WhenAll(Hosts.All.Select(h => h.DockerAsync("rmi", "-f", image)));

        await Api.ScaleAsync(App, 3);
        await ReadyInstancesAsync(3);

        foreach (var part in new[] { "helper", "fetch" })
        {
            var images = await Task.WhenAll((await FindAsync(part)).Select(c => c.Host.DockerAsync("inspect", "--format", "{{.Image}}", c.Id)));
            Assert.Single(images.Select(i => i.Trim()).Distinct());
        }
    }

    private Task ReadyInstancesAsync(int count) => Until.NothingIsWrongAsync(Patience, $"{count} instances are ready", async () =>
        await Api.AppAsync(App) is var app && app.Replicas.Healthy == count ? null : $"{app.Status}, {app.Reason}");

    private static Dictionary<string, object?> WithInit(string script) => Specs.Forever(1).With("initContainers", new[] { new { name = "migrate", image = "test/busybox:1", command = Shell(script) } });

    private static Dictionary<string, object?> Site(string text, int replicas) => new()
    {
        ["image"] = "test/busybox:1",
        ["replicas"] = replicas,
        ["command"] = Shell("trap 'exit 0' TERM; httpd -f -p 8080 -h /site & wait"),
        ["ports"] = new[] { new { name = "http", containerPort = 8080 } },
        ["volumes"] = new[] { new { name = "site", path = "/site", readOnly = true } },
        ["initContainers"] = new[]
        {
            new
            {
                name = "fetch",
                image = "test/busybox:2",
                command = Shell("mkdir -p /out/cgi-bin; echo \"$TEXT\" >/out/index.html; printf '#!/bin/sh\\necho; wget -qO- http://127.0.0.1:9000/ 2>&1\\n' >/out/cgi-bin/ask; chmod 755 /out/cgi-bin/ask; echo fetched $TEXT"),
                env = new Dictionary<string, string> { ["TEXT"] = text },
                volumes = new[] { new { name = "site", path = "/out" } },
            },
        },
        ["sidecars"] = new[]
        {
            new
            {
                name = "helper",
                image = "test/busybox:1",
                command = Shell("trap 'exit 0' TERM; mkdir -p /h; echo helped >/h/index.html; echo helper is up; httpd -f -p 9000 -h /h & wait"),
                health = new { kind = "command", command = new[] { "wget", "-qO-", "http://127.0.0.1:9000/" }, interval = "500ms", timeout = "2s" },
            },
        },
        ["health"] = new { kind = "http", path = "/index.html", interval = "500ms", timeout = "2s" },
        ["stop"] = new { gracePeriod = "3s", delay = "0s" },
    };

    private static string[] Shell(string script) => ["/bin/sh", "-c", script];

    /// <summary>Awaits that every instance is healthy, shows the text, and reaches its sidecar at localhost.</summary>
    private Task<TimeSpan> ServesAsync(string text, int count) => Until.NothingIsWrongAsync(Patience * 2, $"{count} instances serve {text}", async () =>
    {
        var app = await Api.AppAsync(App);
        var ready = await ReadyAsync();
        if (ready.Count != count || app.Replicas.Healthy != count)
        {
            return $"{app.Status}, {app.Reason}: {string.Join("; ", (await Api.InstancesAsync(App)).Select(i => $"{i.Slot}.{i.Epoch} {i.State} {i.Reason}"))}";
        }
        foreach (var address in ready)
        {
            var (page, helped) = (await GetAsync($"{address}/index.html"), await GetAsync($"{address}/cgi-bin/ask"));
            if (page != text || helped != "helped")
            {
                return $"{address} says '{page}' and '{helped}'";
            }
        }
        return null;
    });

    /// <summary>Harms one of the first instance's containers and awaits that the instance heals without being replaced.</summary>
    private async Task HealsAsync(string what, Func<string, Task> harm, string? restarted)
    {
        var before = await FindAsync("main", slot: 1);
        await harm(what);
        if (restarted is not null)
        {
            await Until.NothingIsWrongAsync(Patience, $"{restarted} of slot 1 was started anew", async () => (await RestartsAsync(restarted)) > 0 ? null : "not yet");
        }
        Say($"healed after {what}", await ServesAsync("one", 2));
        Assert.Equal(before, await FindAsync("main", slot: 1));
    }

    private async Task<long> RestartsAsync(string part)
    {
        var instances = (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path(App)}/instances")).Json.GetProperty("items");
        var container = instances.EnumerateArray().Single(i => i.GetProperty("slot").GetInt32() == 1).GetProperty("containers").EnumerateArray().Single(c => c.GetProperty("name").GetString() == part);
        var started = container.GetProperty("startedAt");
        return container.GetProperty("restarts").GetInt32() + (started.ValueKind == JsonValueKind.String && started.GetDateTimeOffset() > _harmedAt ? 1 : 0);
    }

    private DateTimeOffset _harmedAt;

    private async Task CrashAsync(string part)
    {
        _harmedAt = TimeProvider.System.GetUtcNow();
        var container = Assert.Single(await FindAsync(part, slot: 1));
        await CommandLine.RequireAsync("kill", ["-9", (await container.Host.DockerAsync("inspect", "--format", "{{.State.Pid}}", container.Id)).Trim()]);
    }

    private async Task KillAsync(string part)
    {
        _harmedAt = TimeProvider.System.GetUtcNow();
        var container = Assert.Single(await FindAsync(part, slot: 1));
        await container.Host.DockerAsync("kill", container.Id);
    }

    private async Task RemoveAsync(string part)
    {
        var container = Assert.Single(await FindAsync(part, slot: 1));
        await container.Host.DockerAsync("rm", "-f", container.Id);
    }

    private async Task NamesItsContainersAsync()
    {
        var instance = (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path(App)}/instances")).Json.GetProperty("items")[0];
        Assert.Equal(["fetch Init Completed", "main Main Running", "helper Sidecar Running"], instance.GetProperty("containers").EnumerateArray()
            .Select(c => $"{c.GetProperty("name").GetString()} {c.GetProperty("kind").GetString()} {c.GetProperty("state").GetString()}"));
        var id = instance.GetProperty("id").GetString();
        Assert.Contains("fetched one", (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path(App)}/logs?container=fetch&instance={id}")).Body, StringComparison.Ordinal);
        var all = (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path(App)}/logs?container=all&instance={id}")).Body;
        Assert.Contains("helper is up", all, StringComparison.Ordinal);
        Assert.Contains("\"container\":\"fetch\"", all, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path(App)}/logs?container=none")).Status);
    }

    private async Task<List<SeenContainer>> FindAsync(string part, int? slot = null, int? revision = null)
    {
        var all = await Cluster.Engines.ContainersAsync(App);
        return [.. all.Where(c => (slot is null || c.Slot == slot) && (revision is null || c.Revision == revision) && (part == "main" ? c.Name.Split('.').Length == 6 : c.Name.EndsWith($".{part}", StringComparison.Ordinal)))];
    }

    private async Task<List<string>> ReadyAsync()
    {
        var instances = (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path(App)}/instances")).Json.GetProperty("items");
        return [.. instances.EnumerateArray().Where(i => i.GetProperty("ready").GetBoolean() && i.GetProperty("health").GetString() == "Healthy" && i.GetProperty("ports").GetArrayLength() > 0)
            .Select(i => $"http://{i.GetProperty("address").GetString()}:{i.GetProperty("ports")[0].GetProperty("hostPort").GetInt32()}")];
    }

    private static async Task<string> GetAsync(string address)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return (await http.GetStringAsync(new Uri(address))).Trim();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return e.Message;
        }
    }
}
