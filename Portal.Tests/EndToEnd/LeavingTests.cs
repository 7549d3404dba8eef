using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Hosts that leave and come: everything that moves was planned, keeps its app's bounds, and can be stopped.</summary>
[Trait("hosts", "second")]
public sealed class LeavingTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] s_apps = ["web1", "web2", "web3", "web4", "web5"];

    protected override string Grace => "5s";

    protected override IEnumerable<TestHost> FirstHosts => Hosts.All.Take(1);

    private TestHost First => Hosts.All[0];

    private static Dictionary<string, object?> Web(int replicas) => Specs.Forever(replicas).With("image", "test/web:1").With("ports", new[] { new { name = "http", containerPort = 8080 } })
        .With("update", new { order = "startFirst", maxSurge = 1, maxUnavailable = 0, minReady = "300ms" });

    [Fact]
    public async Task A_drain_of_20_instances_under_load_was_planned_fails_no_request_and_stops_when_told()
    {
        await Task.WhenAll(s_apps.Select(app => Api.PutAppAsync(app, Web(4))));
        await Task.WhenAll(s_apps.Select(app => Cluster.RunsAsync(app, 4, Patience)));
        await Cluster.RegisterAsync(Hosts.All[1], Grace);
        await Cluster.RegisterAsync(Hosts.All[2], Grace);
        await ReachableAsync(3);

        var plan = await Api.AskAsync("hosts/h1/plan?for=drain");
        var moves = plan.GetProperty("moves").EnumerateArray().ToList();
        Assert.Equal("Of 20 instances 20 would move.", plan.GetProperty("summary").GetString());
        Assert.All(moves, m => Assert.True(m.GetProperty("outcome").GetString() == "moves" && m.GetProperty("to").GetString() is "h2" or "h3", m.ToString()));
        Assert.Equal(10, moves.Count(m => m.GetProperty("to").GetString() == "h2"));

        await using var recording = await Cluster.Engines.RecordAsync("web1");
        var loads = await Task.WhenAll(s_apps.Select(app => CatalogLoad.StartAsync(Api, app, perSecond: 20)));
        try
        {
            await Api.PostAsync("hosts/h1/drain");
            await Until.NothingIsWrongAsync(Patience, "some have left", async () => await GoneAsync() is < 6 and var gone ? $"{gone} have left" : null);
            Assert.InRange((await Api.AskAsync("hosts/h1/leaving")).GetProperty("total").GetInt32(), 20, 21);

            await Api.PostAsync("hosts/h1/activate");
            // What was assigned already finishes, though its container may not be there yet.
            await Until.NothingIsWrongAsync(Patience, "what was under way is done", async () =>
                (await Task.WhenAll(s_apps.Select(app => Api.InstancesAsync(app)))).Any(i => i.Length != 4 || i.Any(n => n.State != "Running")) ? "instances come or go"
                : (await Task.WhenAll(s_apps.Select(app => Cluster.WrongAsync(app, 4)))).FirstOrDefault(w => w is not null));
            var stayed = await IdsAsync();
            Say($"stopped with {stayed.Count(c => c.Host == "h1")} of 20 still there");
            Assert.InRange(stayed.Count(c => c.Host == "h1"), 1, 14);
            await Until.StaysRightAsync(TimeSpan.FromSeconds(4), "nothing further moves", async () => (await IdsAsync()).SetEquals(stayed) ? null : "something moved");

            await Api.PostAsync("hosts/h1/drain");
            await Until.NothingIsWrongAsync(Patience, "the host is drained", async () => (await Api.HostAsync(First)).Instances is > 0 and var left ? $"{left} are there" : null);
            foreach (var app in s_apps)
            {
                await Cluster.RunsAsync(app, 4, Patience);
            }
        }
        finally
        {
            await Task.WhenAll(loads.Select(l => l.DisposeAsync().AsTask()));
        }
        var bounds = recording.Bounds(running: 4, present: 4);
        Say($"{loads.Sum(l => l.Sent)} requests, {loads.Sum(l => l.Failures.Count)} failed; of web1 at least {bounds.LeastRunning} ran, at most {bounds.MostPresent} were there");
        Assert.True(bounds is { LeastRunning: >= 4, MostPresent: <= 5 }, $"{bounds}\n{recording}");
        Assert.True(loads.Sum(l => l.Sent) > 500, "hardly a request was sent");
        Assert.Empty(loads.SelectMany(l => l.Failures));
        await BystandersAreUntouchedAsync();

        async Task<int> GoneAsync() => 20 - (await IdsAsync()).Count(c => c.Host == "h1");
    }

    [Fact]
    public async Task Instances_wait_for_a_host_whose_reboot_was_planned()
    {
        await Api.PutAppAsync("calm", Web(3).With("disruption", new { maxUnavailable = "100%" }));
        await Api.PutAppAsync("strict", Web(2));
        await Cluster.RunsAsync("calm", 3, Patience);
        await Cluster.RunsAsync("strict", 2, Patience);
        await Cluster.RegisterAsync(Hosts.All[1], Grace);
        await ReachableAsync(2);
        var calm = await Api.InstancesAsync("calm");
        var plan = await Api.AskAsync("hosts/h1/plan?for=reboot");
        Assert.Equal("Of 5 instances 2 would move, 3 would wait for h1.", plan.GetProperty("summary").GetString());

        await Api.PostAsync("hosts/h1/reboot", new { wait = "3m" });
        await Until.NothingIsWrongAsync(Patience, "it may be rebooted", async () => await Api.AskAsync("hosts/h1/leaving") is var leaving && leaving.GetProperty("mayBeRebooted").GetBoolean() ? null : leaving.ToString());
        Assert.All(await Api.InstancesAsync("strict"), i => Assert.Equal("h2", i.Host));
        Assert.Equal(calm.Select(i => i.ContainerId), (await Api.InstancesAsync("calm")).Select(i => i.ContainerId));
        Assert.Equal("Rebooting", (await Api.HostAsync(First)).State);
        try
        {
            await First.StopAsync();
            await Until.NothingIsWrongAsync(Patience, "it is away", async () => (await Api.HostAsync(First)).Reachability is "Unreachable" ? null : "it answers");
            await Until.StaysRightAsync(TimeSpan.FromSeconds(6), "nothing moves", async () =>
                (await Api.InstancesAsync("calm")) is { Length: 3 } there && there.All(i => i is { Host: "h1", Epoch: 1 }) ? null
                    : string.Join("; ", (await Api.EventsAsync("calm")).Select(e => e.Message)));
            Assert.Contains("which is being rebooted", (await Api.AppAsync("calm")).Reason, StringComparison.Ordinal);
            await Cluster.RunsAsync("strict", 2, Patience, except: First);
        }
        finally
        {
            await First.StartAsync();
        }
        await Until.NothingIsWrongAsync(Patience, "it is active again by itself", async () => await Api.HostAsync(First) is { State: "Ready", Availability: "Active" } ? null : (await Api.HostAsync(First)).ToString());
        await Cluster.RunsAsync("calm", 3, Patience);
        Assert.Equal(calm.Select(i => (i.Id, i.ContainerId)), (await Api.InstancesAsync("calm")).Select(i => (i.Id, i.ContainerId)));
    }

    [Fact]
    public async Task A_rebalance_evens_out_once_by_hand_and_once_when_a_host_joins()
    {
        await Task.WhenAll(s_apps[..3].Select(app => Api.PutAppAsync(app, Web(3))));
        await Task.WhenAll(s_apps[..3].Select(app => Cluster.RunsAsync(app, 3, Patience)));
        await Cluster.RegisterAsync(Hosts.All[1], Grace);
        await ReachableAsync(2);
        await using var recording = await Cluster.Engines.RecordAsync("web1");
        await Until.NothingIsWrongAsync(Patience, "four would move", async () => await Api.AskAsync("rebalance/plan") is var plan && plan.GetProperty("moves").GetArrayLength() == 4 ? null : plan.ToString());
        Assert.Equal((9, 0), await CountsAsync());

        await Api.PostAsync("rebalance");
        var done = await EndsAsync();
        Assert.Equal(4, done.GetProperty("moves").GetArrayLength());
        Assert.All(done.GetProperty("moves").EnumerateArray(), m => Assert.Equal("moved", m.GetProperty("outcome").GetString()));
        Assert.Equal((5, 4), await CountsAsync());
        var moved = (await Api.InstancesAsync("web1")).First(i => i.Host == "h2");
        Assert.Contains("a rebalance moves it: h1 had 3 of its instances, h2 0", moved.Cause, StringComparison.Ordinal);
        Assert.Equal("No move would spread instances better.", (await Api.AskAsync("rebalance/plan")).GetProperty("summary").GetString());

        await Api.PutAsync("rebalance", new { onJoin = true });
        await Cluster.RegisterAsync(Hosts.All[2], Grace);
        await Until.NothingIsWrongAsync(Patience, "each host has three", async () => (await Api.HostsAsync()).All(h => h.Instances == 3) ? null : string.Join(", ", (await Api.HostsAsync()).Select(h => h.Instances)));
        await EndsAsync();
        foreach (var app in s_apps[..3])
        {
            await Cluster.RunsAsync(app, 3, Patience);
            Assert.Equal(3, (await Api.InstancesAsync(app)).Select(i => i.Host).Distinct().Count());
        }
        var bounds = recording.Bounds(running: 3, present: 3);
        Assert.True(bounds is { LeastRunning: >= 3, MostPresent: <= 4 }, $"{bounds}\n{recording}");
    }

    private async Task<JsonElement> EndsAsync()
    {
        JsonElement seen = default;
        await Until.NothingIsWrongAsync(Patience, "the rebalance ends", async () =>
            (seen = await Api.AskAsync("rebalance")).GetProperty("status").GetString() == "done" && seen.GetProperty("endedAt").ValueKind != JsonValueKind.Null ? null : seen.ToString());
        Say(seen.GetProperty("reason").GetString()!);
        return seen;
    }

    private async Task<(int, int)> CountsAsync()
    {
        var found = await Cluster.Engines.ContainersAsync();
        return (found.Count(c => c.Host.Number == 1), found.Count(c => c.Host.Number == 2));
    }

    private async Task<HashSet<(string Container, string Host)>> IdsAsync() => [.. (await Cluster.Engines.ContainersAsync()).Where(c => c.IsRunning).Select(c => (c.Id, c.Host.Name))];

    private Task ReachableAsync(int count) => Until.NothingIsWrongAsync(Patience, "all hosts are known", async () =>
        (await Api.HostsAsync()) is var all && all.Count(h => h is { Reachability: "Reachable", State: "Ready" }) == count ? null : string.Join(", ", all.Select(h => h.State)));
}
