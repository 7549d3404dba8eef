using System.Text.Json;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>What is ill leaves the catalog at once, and is treated as its policy says; the others are left alone.</summary>
public sealed class HealthTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private sealed record Ill(Guid Id, int Slot, long Epoch, string Host, string State, string Health, bool Ready, string Reason, string ContainerId, int Restarts);

    private static Dictionary<string, object?> Web(string onUnhealthy) => new()
    {
        ["image"] = "test/web:1",
        ["replicas"] = 3,
        ["ports"] = new[] { new { name = "http", containerPort = 8080 } },
        ["health"] = new { kind = "http", path = "/health", interval = "500ms", timeout = "400ms", retries = 2, onUnhealthy },
        ["stop"] = new { gracePeriod = "1s" },
    };

    [Theory]
    [InlineData("restart")]
    [InlineData("replace")]
    [InlineData("none")]
    public async Task An_ill_instance_leaves_the_catalog_and_is_treated_as_its_policy_says(string onUnhealthy)
    {
        await Api.PutAppAsync("web", Web(onUnhealthy));
        await UntilAsync("all three are healthy", async () => (await Api.AppAsync("web")).Status == "Healthy" && (await EndpointsAsync()).Count == 3);
        var before = await InstancesAsync();
        var tried = (await Api.SendAsync(HttpMethod.Post, $"{PortalApi.Path("web")}/health/try?instance={before[1].Id}")).Json;
        Assert.True(tried.GetProperty("ok").GetBoolean());
        Assert.Contains(tried.GetProperty("address").GetString(), await EndpointsAsync());

        var ill = before[1];
        await Hosts.All.Single(h => h.Name == ill.Host).DockerAsync("exec", ill.ContainerId, "sh", "-c", onUnhealthy == "restart" ? "kill -STOP $(pidof httpd)" : "rm /www/health");

        await UntilAsync("its endpoint is gone", async () => (await EndpointsAsync()).Count == 2);
        var after = await (onUnhealthy switch
        {
            "restart" => UntilAsync("it was restarted", i => i.Id == ill.Id && i.ContainerId == ill.ContainerId && i is { Restarts: 1, Ready: true }),
            "replace" => UntilAsync("it was replaced", i => i.Slot == ill.Slot && i.Epoch > ill.Epoch && i.Ready),
            _ => UntilAsync("it is left ill", i => i.Id == ill.Id && i is { State: "Running", Health: "Unhealthy", Ready: false, Restarts: 0 }),
        });
        if (onUnhealthy == "none")
        {
            Assert.Contains("/health answered 404", after.Reason, StringComparison.Ordinal);
            Assert.Equal("Degraded", (await Api.AppAsync("web")).Status);
        }
        else
        {
            await UntilAsync("all three are listed again", async () => (await EndpointsAsync()).Count == 3 && (await Api.AppAsync("web")).Status == "Healthy");
        }
        var others = before.Where(b => b.Slot != ill.Slot).ToList();
        Assert.Equal(others.Select(o => (o.ContainerId, o.Restarts)), (await InstancesAsync()).Where(i => i.Slot != ill.Slot).Select(o => (o.ContainerId, o.Restarts)));
        await BystandersAreUntouchedAsync();
    }

    [Fact]
    public async Task What_was_healthy_stays_so_through_the_death_of_Portal()
    {
        await Api.PutAppAsync("web", Web("replace"));
        await UntilAsync("all three are healthy", async () => (await Api.AppAsync("web")).Status == "Healthy");
        var before = await InstancesAsync();

        await Portal.KillAsync();
        await Portal.StartAsync();
        await Until.StaysRightAsync(TimeSpan.FromSeconds(3), "all three are healthy", async () =>
            (await Api.AppAsync("web")).Replicas.Healthy == 3 && (await EndpointsAsync()).Count == 3 ? null : "one is not");

        await Hosts.All.Single(h => h.Name == before[0].Host).DockerAsync("exec", before[0].ContainerId, "rm", "/www/health");
        await UntilAsync("an ill one is still noticed", i => i.Slot == before[0].Slot && i.Epoch > before[0].Epoch);
    }

    private async Task<List<Ill>> InstancesAsync() =>
        [.. (await Api.SendAsync(HttpMethod.Get, $"{PortalApi.Path("web")}/instances")).Json.GetProperty("items").Deserialize<Ill[]>(JsonSerializerOptions.Web)!.OrderBy(i => i.Slot).ThenBy(i => i.Epoch)];

    /// <summary>The healthy endpoints of the catalog.</summary>
    private async Task<List<string>> EndpointsAsync() =>
        [.. (await Api.SendAsync(HttpMethod.Get, "services/web?team=default&healthy=true")).Json.GetProperty("endpoints").EnumerateArray().Select(e => $"{e.GetProperty("address").GetString()}:{e.GetProperty("port").GetInt32()}")];

    private static Task UntilAsync(string what, Func<Task<bool>> holds) => Until.NothingIsWrongAsync(Patience, what, async () => await holds() ? null : "not yet");

    private async Task<Ill> UntilAsync(string what, Func<Ill, bool> isIt)
    {
        Ill? found = null;
        await Until.NothingIsWrongAsync(Patience, what, async () =>
        {
            var instances = await InstancesAsync();
            found = instances.Find(i => isIt(i));
            return found is null ? string.Join("; ", instances) : null;
        });
        return found!;
    }
}
