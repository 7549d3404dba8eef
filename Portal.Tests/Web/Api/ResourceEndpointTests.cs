using System.Collections.Immutable;
using System.Text.Json;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class ResourceEndpointTests
{
    [Fact]
    public async Task ShowsAHostAsTheContractSays()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([], [Given.Host("a", Reachability.Suspect, 0.5, 64L << 20) with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "a") }]));
        var json = (await host.GetAsync("/hosts/a")).Is(200).Json;
        Assert.Equal("""{"cpus":4,"memory":"8G"}""", json.GetProperty("capacity").GetRawText());
        Assert.Equal("""{"cpus":0.5,"memory":"64M"}""", json.GetProperty("reserved").GetRawText());
        Assert.Equal("""{"zone":"a"}""", json.GetProperty("labels").GetRawText());
        Assert.Equal("a default Active Suspect Suspect 27.1.1", string.Join(' ', new[] { "name", "cluster", "availability", "reachability", "state", "engineVersion" }.Select(n => json.GetProperty(n).GetString())));
        Assert.Equal("2026-03-01T11:59:20Z", json.GetProperty("lastSeenAt").GetString());
        Assert.All(["endpoint", "address", "reason", "instances"], name => Assert.True(json.TryGetProperty(name, out _)));
    }

    [Fact]
    public async Task RegistersAndDrainsAndRemovesHosts()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal("/api/v1/hosts/a", (await host.PutAsync("/hosts/a", """{"endpoint":"tcp://a:2376","tls":{"ca":"1","cert":"2","key":"3"},"labels":{"zone":"a"}}""")).Is(201).Location);
        (await host.PutAsync("/hosts/a", """{"endpoint":"tcp://a:2376"}""")).Is(200);
        Assert.Equal("Draining", (await host.PostAsync("/hosts/a/drain")).Is(202).Json.GetProperty("availability").GetString());
        (await host.PostAsync("/hosts/a/cordon")).Is(202);
        (await host.PostAsync("/hosts/b/cordon")).IsProblem(404);
        host.Hosts.Refuse = new RefusedException(RefusalKind.Conflict, "It carries 3 instances.");
        (await host.DeleteAsync("/hosts/a")).IsProblem(409);
        (await host.DeleteAsync("/hosts/a?force=true")).Is(204);
        Assert.Empty(Items(await host.GetAsync("/hosts")));
    }

    [Fact]
    public async Task ConfirmsThatAHostIsLost()
    {
        await using var host = await ApiHost.StartAsync();
        var lost = Given.Host("a", Reachability.Suspect);
        host.Live.Set(Given.Snapshot([], [lost]));
        (await host.PostAsync("/hosts/a/confirm-loss", null, ("Authorization", "Bearer " + ApiHost.ViewerToken))).IsProblem(403);
        (await host.PostAsync("/hosts/b/confirm-loss")).IsProblem(404);
        Assert.Empty(host.Loss.Confirmed);
        (await host.PostAsync("/hosts/a/confirm-loss")).Is(202);
        Assert.Equal([lost.Id], host.Loss.Confirmed);
    }

    [Fact]
    public async Task ManagesTeams()
    {
        await using var host = await ApiHost.StartAsync();
        var team = (await host.PutAsync("/teams/shop", """{"displayName":"The shop","quota":{"cpus":2.5,"memory":"1G"}}""")).Is(201).Json;
        Assert.Equal("""{"cpus":2.5,"memory":"1G","instances":null}""", team.GetProperty("quota").GetRawText());
        (await host.PutAsync("/teams/shop", "{}")).Is(200);
        (await host.GetAsync("/teams/shop")).Is(200);
        (await host.GetAsync("/teams/none")).IsProblem(404);
        Assert.Equal(["cpus", "memory", "size"], (await host.PutAsync("/teams/shop", """{"quota":{"cpus":"two","memory":"1 GB","size":1}}""")).IsProblem(400).Faults.Select(f => f.Split(':')[0][6..]));
        Assert.Equal(["default", "shop"], Items(await host.GetAsync("/teams")).Select(t => t.GetProperty("name").GetString()));
        (await host.DeleteAsync("/teams/shop")).Is(204);
        (await host.DeleteAsync("/teams/default")).IsProblem(409);
    }

    [Fact]
    public async Task ManagesMembersAndRegistries()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.PutAsync("/teams/default/members/ada@example.org", """{"role":"deployer"}""")).Is(201);
        (await host.PutAsync("/teams/default/members/ada@example.org", """{"role":"TeamAdmin"}""")).Is(200);
        (await host.PutAsync("/teams/default/members/ada@example.org", """{"role":2}""")).IsProblem(400);
        (await host.PutAsync("/teams/default/members/nobody", """{"role":"viewer"}""")).IsProblem(422);
        Assert.Equal("TeamAdmin", Items(await host.GetAsync("/teams/default/members")).Single().GetProperty("role").GetString());
        (await host.DeleteAsync("/teams/default/members/ada@example.org")).Is(204);

        var registry = (await host.PutAsync("/teams/default/registries/10.0.0.1%3A5000", """{"username":"ci","password":"swordfish"}""")).Is(201);
        Assert.DoesNotContain("swordfish", registry.Text, StringComparison.Ordinal);
        Assert.Equal("10.0.0.1:5000", registry.Json.GetProperty("host").GetString());
        (await host.PutAsync("/teams/default/registries/a%2Fb", """{"username":"ci","password":""}""")).IsProblem(400);
        Assert.DoesNotContain("swordfish", (await host.GetAsync("/teams/default/registries")).Is(200).Text, StringComparison.Ordinal);
        (await host.DeleteAsync("/teams/default/registries/10.0.0.1:5000")).Is(204);
    }

    [Fact]
    public async Task ManagesUsersAndTokens()
    {
        await using var host = await ApiHost.StartAsync();
        var user = (await host.PostAsync("/users", """{"email":"bob@example.org"}""")).Is(201).Json;
        Assert.StartsWith(host.Client.BaseAddress + "setup/", user.GetProperty("link").GetString(), StringComparison.Ordinal);
        (await host.PostAsync($"/users/{user.GetProperty("id").GetString()}/link")).Is(201);
        (await host.PostAsync("/users", """{"email":"bob","administrator":"yes"}""")).IsProblem(400);
        Assert.Equal(2, Items(await host.GetAsync("/users")).Count);
        (await host.DeleteAsync($"/users/{user.GetProperty("id").GetString()}")).Is(204);

        var token = (await host.PostAsync("/tokens", """{"name":"ci","expiresIn":"24h","team":"default","role":"deployer"}""")).Is(201).Json;
        Assert.Equal("secret-of-ci", token.GetProperty("token").GetString());
        var listed = await host.GetAsync("/tokens");
        Assert.DoesNotContain("secret-of-ci", listed.Text, StringComparison.Ordinal);
        Assert.Equal("Deployer", Items(listed).Single().GetProperty("role").GetString());
        Assert.Equal(["role: must come with a team", "name: is required"], (await host.PostAsync("/tokens", """{"role":"viewer"}""")).IsProblem(400).Faults);
        (await host.DeleteAsync($"/tokens/{token.GetProperty("id").GetString()}")).Is(204);
        (await host.DeleteAsync($"/tokens/{token.GetProperty("id").GetString()}")).IsProblem(404);
    }

    [Fact]
    public async Task PagesEventsNewestFirst()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        host.History.Events = [.. Enumerable.Range(1, 7).Select(i => Given.Event(i, $"event {i}", "web", severity: i % 2 == 0 ? Severity.Warning : Severity.Info))];
        var first = await host.GetAsync("/teams/default/apps/web/events?limit=3&severity=warning");
        Assert.Equal([6, 4, 2], Items(first).Select(e => e.GetProperty("id").GetInt32()));
        Assert.Equal(JsonValueKind.Null, first.Json.GetProperty("next").ValueKind);
        first = await host.GetAsync("/events?limit=5&app=web&from=2026-01-01T00:00:00%2B01:00");
        var second = await host.GetAsync($"/events?limit=5&after={first.Json.GetProperty("next").GetString()}");
        Assert.Equal([7, 6, 5, 4, 3, 2, 1], Items(first).Concat(Items(second)).Select(e => e.GetProperty("id").GetInt32()));
        (await host.GetAsync("/teams/default/apps/none/events")).IsProblem(404);
        (await host.GetAsync("/audit")).Is(200);
    }

    [Fact]
    public async Task ShowsTheCatalog()
    {
        await using var host = await ApiHost.StartAsync();
        var (mine, other) = (Given.App("web"), Given.App("web", "shop"));
        EndpointView Endpoint(AppView app, int slot, bool ready) => new()
        {
            Address = "10.0.0.1", Port = 32000 + slot, Version = "1", Host = "h1", Instance = InstanceId.Of(app.Id, slot, 1), Ready = ready, Health = ready ? Health.Healthy : Health.Unhealthy,
        };
        ServiceView Service(AppView app) => new() { Name = "web", Team = app.Team, TeamId = app.TeamId, App = "web", AppId = app.Id, Protocol = "tcp", Endpoints = [Endpoint(app, 1, true), Endpoint(app, 2, false)] };
        host.Live.Set(Given.Snapshot([mine, other]) with { Services = [Service(mine), Service(other)] });
        Assert.Equal(["default", "shop"], Items(await host.GetAsync("/services")).Select(s => s.GetProperty("team").GetString()));
        Assert.Contains("default, shop", (await host.GetAsync("/services/web")).IsProblem(400).Faults.Single(), StringComparison.Ordinal);
        Assert.Equal(2, (await host.GetAsync("/services/web?team=shop")).Is(200).Json.GetProperty("endpoints").GetArrayLength());
        // A viewer of one team sees only that team's.
        var seen = (await host.GetAsync("/services/web?healthy=true", ("Authorization", "Bearer " + ApiHost.ViewerToken))).Is(200).Json;
        Assert.Equal("Healthy", seen.GetProperty("endpoints").EnumerateArray().Single().GetProperty("health").GetString());
        (await host.GetAsync("/services/none")).IsProblem(404);
        host.Live.Set(host.Live.Current with { StaleSince = Given.Now });
        (await host.GetAsync("/services")).IsProblem(503);
    }

    [Fact]
    public async Task RegistersServicesFromOutside()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([]));
        var made = (await host.PutAsync("/teams/default/services/db", """{"endpoints":[{"address":"10.1.1.1","port":5432,"version":"16","weight":2}],"ttl":"30s"}""")).Is(201);
        Assert.Equal("/api/v1/teams/default/services/db", made.Location);
        Assert.Equal("30s", made.Json.GetProperty("registration").GetProperty("ttl").GetString());
        (await host.PutAsync("/teams/default/services/db", """{"endpoints":[{"address":"10.1.1.1","port":5432}],"probe":{"kind":"http","path":"/ready","interval":"5s"}}""")).Is(200);
        Assert.Equal("http /ready", (await host.GetAsync("/teams/default/services/db")).Is(200).Json.GetProperty("registration").GetProperty("probe").GetString());
        Assert.Equal("db", Items(await host.GetAsync("/services")).Single().GetProperty("name").GetString());
        (await host.PostAsync("/teams/default/services/db/heartbeat")).Is(200);
        (await host.PostAsync("/teams/default/services/none/heartbeat")).IsProblem(404);
        Assert.Equal(["endpoints", "probe.kind", "ttl"], (await host.PutAsync("/teams/default/services/x", """{"ttl":"0s","probe":{"kind":"ftp"}}""")).IsProblem(400).Faults.Select(f => f.Split(':')[0]).Order());
        (await host.DeleteAsync("/teams/default/services/db")).Is(204);
        (await host.DeleteAsync("/teams/default/services/db")).IsProblem(404);
    }

    [Fact]
    public async Task FindsEventsByKindAndText()
    {
        await using var host = await ApiHost.StartAsync();
        host.History.Events = [Given.Event(1, "web was scaled", kind: "AppScaled"), Given.Event(2, "web started", kind: "InstanceStarted"), Given.Event(3, "h1 was cordoned", kind: "HostCordoned")];
        Assert.Equal([3, 1], Items(await host.GetAsync("/events?kind=AppScaled,HostCordoned")).Select(e => e.GetProperty("id").GetInt32()));
        Assert.Equal([2, 1], Items(await host.GetAsync("/events?q=WEB")).Select(e => e.GetProperty("id").GetInt32()));
    }

    private static IReadOnlyList<JsonElement> Items(ApiAnswer answer) => [.. answer.Is(200).Json.GetProperty("items").EnumerateArray()];
}
