using System.Text.Json;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Scheduling;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class AppEndpointTests
{
    private const string Web = "/teams/default/apps/web";

    [Fact]
    public async Task PutsAnApp()
    {
        await using var host = await ApiHost.StartAsync();
        var created = (await host.PutAsync(Web + "?message=first", """{"image":"nginx:1.27","replicas":3}""")).Is(201);
        Assert.Equal("/api/v1" + Web, created.Location);
        Assert.Equal("\"1\"", created.Tag);
        Assert.Equal("first", host.Apps.Options!.Message);
        var changed = (await host.PutAsync(Web, "image: nginx:1.28\nreplicas: 4\n", ("Content-Type", "application/yaml"), ("If-Match", "\"1\""))).Is(200);
        Assert.Equal("\"2\"", changed.Tag);
        Assert.Equal(["put default/web nginx:1.27 3", "put default/web nginx:1.28 4"], host.Apps.Calls);
    }

    [Fact]
    public async Task ShowsAnAppAsTheContractSays()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web", status: AppStatus.Progressing, replicas: 3) with { Generation = 7, ObservedGeneration = 6, Revision = 2, Reason = "1 of 3 is starting." }]));
        var answer = (await host.GetAsync(Web)).Is(200);
        Assert.Equal("\"7\"", answer.Tag);
        var app = answer.Json;
        Assert.Equal("""{"desired":3,"running":2,"healthy":2,"updated":3}""", app.GetProperty("replicas").GetRawText());
        Assert.Equal("default web 7 6 2 Progressing 1 of 3 is starting.", string.Join(' ', new[] { "team", "name", "generation", "observedGeneration", "revision", "status", "reason" }.Select(n => app.GetProperty(n).ToString())));
        Assert.EndsWith("Z", app.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, app.GetProperty("spec").GetProperty("replicas").GetInt32());
        // What was read can be put again.
        (await host.PutAsync(Web, app.GetProperty("spec").GetRawText())).Is(200);
        Assert.Equal(SpecCodec.Canonical(new AppSpec { Image = "nginx:1.27" }), SpecCodec.Canonical(host.Live.Current.Apps.Values.Single().Spec));
    }

    [Theory]
    [InlineData("If-Match", "\"7\"", 200)]
    [InlineData("If-Match", "7", 200)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Match", "\"6\"", 409)]
    [InlineData("If-Match", "\"six\"", 400)]
    [InlineData("If-Match", "W/\"7\"", 400)]
    [InlineData("If-Match", "\"6\", \"7\"", 400)]
    [InlineData("If-None-Match", "*", 409)]
    [InlineData("If-None-Match", "\"7\"", 400)]
    public async Task HeedsTheWantedGeneration(string header, string value, int status)
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web") with { Generation = 7 }]));
        (await host.PutAsync(Web, """{"image":"nginx"}""", (header, value))).Is(status);
        Assert.Equal(status == 200 ? 8 : 7, host.Live.Current.Apps.Values.Single().Generation);
    }

    [Fact]
    public async Task RefusesAnyGenerationOfWhatIsNotThere()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.PutAsync(Web, """{"image":"nginx"}""", ("If-Match", "*"))).IsProblem(409);
        (await host.PutAsync(Web, """{"image":"nginx"}""", ("If-None-Match", "*"))).Is(201);
    }

    [Theory]
    [InlineData("{}", "", 400)]
    [InlineData("""{"image":"UPPER","replicas":-1,"bogus":1,"health":{"interval":"x"}}""", "", 400)]
    [InlineData("""{"image":"nginx","routes":{}}""", "", 422)]
    [InlineData("""{"image":"nginx","routes":{}}""", "?bogus=1", 400)]
    public async Task TellsFaultsOfTheSpec(string spec, string query, int status)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.NotEmpty((await host.PutAsync(Web + query, spec)).IsProblem(status).Faults);
        Assert.Empty(host.Apps.Calls);
    }

    [Theory]
    [InlineData("scale", """{"replicas":5}""", "scale 5 default/web")]
    [InlineData("restart", null, "restart default/web")]
    [InlineData("stop", null, "stop default/web")]
    [InlineData("start", null, "start default/web")]
    [InlineData("deploy", """{"image":"nginx:2"}""", "deploy nginx:2 default/web")]
    [InlineData("deploy", null, "deploy  default/web")]
    public async Task AcceptsChangesOfIntent(string verb, string? body, string call)
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        var answer = (await host.PostAsync($"{Web}/{verb}", body, ("If-Match", "\"1\""))).Is(202);
        Assert.Equal("""{"generation":2}""", answer.Text);
        Assert.Equal("\"2\"", answer.Tag);
        Assert.Equal([call], host.Apps.Calls);
        (await host.PostAsync($"{Web}/{verb}", body, ("If-Match", "\"1\""))).IsProblem(409);
        (await host.PostAsync($"/teams/default/apps/nothing/{verb}", body)).IsProblem(404);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"replicas":-1}""")]
    [InlineData("""{"replicas":1.5}""")]
    [InlineData("""{"replicas":"3"}""")]
    [InlineData("""{"replicas":99999999999}""")]
    [InlineData("""{"replicas":3,"replica":4}""")]
    public async Task RefusesAMalformedScale(string body)
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        (await host.PostAsync(Web + "/scale", body)).IsProblem(400);
        Assert.Empty(host.Apps.Calls);
    }

    [Theory]
    [InlineData(RolloutStatus.Succeeded, "", 200)]
    [InlineData(RolloutStatus.RolledBack, "it crashes", 422)]
    [InlineData(RolloutStatus.Progressing, "has not ended after 2s", 422)]
    public async Task WaitsUntilTheRolloutOfADeployHasEnded(RolloutStatus status, string reason, int code)
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        var waiting = host.PostAsync(Web + "/deploy?wait=2s", """{"image":"nginx:2"}""");
        await UntilAsync(() => host.Live.Current.Apps.Values.Single().Generation == 2);
        Assert.False(waiting.IsCompleted);
        var app = host.Live.Current.Apps.Values.Single();
        host.Live.Set(Given.Snapshot([app with { ObservedGeneration = 2, Rollout = new RolloutView(Given.Rollout(app.RolloutGeneration, status, reason)) }]));
        var answer = await waiting;
        Assert.Contains(reason, answer.Is(code).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("cancel")]
    [InlineData("promote")]
    public async Task SteersARollout(string verb)
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        Assert.Equal("""{"generation":1}""", (await host.PostAsync($"{Web}/rollout/{verb}", null)).Is(202).Text);
        Assert.Equal([$"{verb} default/web"], host.Rollouts.Calls);
        host.Rollouts.Refuse = new RefusedException(RefusalKind.Unprocessable, "No rollout of web is under way.");
        (await host.PostAsync($"{Web}/rollout/{verb}", null)).IsProblem(422);
    }

    [Fact]
    public async Task RollsBackAndListsRollouts()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        (await host.PostAsync(Web + "/rollback", null)).Is(202);
        (await host.PostAsync(Web + "/rollback", """{"revision":3,"message":"because"}""")).Is(202);
        (await host.PostAsync(Web + "/rollback", """{"revision":0,"what":1}""")).IsProblem(400);
        Assert.Equal(["rollback  default/web", "rollback 3 “because” default/web"], host.Rollouts.Calls);
        host.Rollouts.Rollouts = [new RolloutView(Given.Rollout(7, RolloutStatus.Succeeded, "3 of 3 ready"), "default", "web"), new RolloutView(Given.Rollout(8, RolloutStatus.Failed, "no"), "shop", "till")];
        Assert.Equal(1, (await host.GetAsync(Web + "/rollouts")).Is(200).Json.GetProperty("items").GetArrayLength());
        Assert.Equal("till", (await host.GetAsync("/rollouts?status=failed")).Is(200).Json.GetProperty("items")[0].GetProperty("app").GetString());
        (await host.GetAsync("/rollouts?status=sleepy")).IsProblem(400);
    }

    [Fact]
    public async Task DeletesAndPlansAndLists()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web"), Given.App("api", status: AppStatus.Degraded)]));
        host.Apps.Plan = new PlanView([new FieldChange("image", "a", "b", ChangeEffect.RestartsContainers)], [new PlanStep("h1", 1, "Replaces slot 1.", "restart")], ["Nothing stops."]);
        Assert.Equal("""{"changes":[{"path":"image","old":"a","new":"b","effect":"restartsContainers"}],"steps":[{"host":"h1","slot":1,"sentence":"Replaces slot 1.","effect":"restart"}],"notes":["Nothing stops."]}""",
            (await host.PostAsync(Web + "/plan", """{"image":"b"}""")).Is(200).Text);
        Assert.Equal(["api"], Names(await host.GetAsync("/apps?status=degraded&team=&q=")));
        Assert.Equal(["api", "web"], Names(await host.GetAsync("/teams/default/apps")));
        (await host.DeleteAsync(Web + "?volumes=true")).Is(202);
        Assert.Contains("delete default/web volumes", host.Apps.Calls);
        Assert.Equal(["api"], Names(await host.GetAsync("/apps")));
    }

    [Fact]
    public async Task ShowsRevisionsAndPlacements()
    {
        await using var host = await ApiHost.StartAsync();
        var app = Given.App("web");
        var instance = Given.Instance(app, 1, "h1");
        host.Live.Set(Given.Snapshot([app], [Given.Host("h1")], [instance, Given.Instance(app, 2, null, InstanceState.Pending)]));
        host.Apps.Revisions = [new RevisionView(2, app.Spec, null, Given.Now, "a", null), new RevisionView(1, app.Spec, "sha256:1", Given.Now, "a", "first")];
        host.Apps.Placement = new PlacementView(instance.Id, "h1", "It is the emptiest.", new Verdicts("1 of 2 hosts fits.",
            [new HostVerdict(default, "h1", null, "", 0.5, [new ScorerVerdict("spread", 0.5, 1)]), new HostVerdict(default, "h2", "resources", "It lacks memory.", 0, [])]), Given.Now);
        Assert.Equal([2, 1], Items(await host.GetAsync(Web + "/revisions")).Select(r => r.GetProperty("number").GetInt32()));
        Assert.Equal("first", (await host.GetAsync(Web + "/revisions/1")).Is(200).Json.GetProperty("message").GetString());
        (await host.GetAsync(Web + "/revisions/9")).IsProblem(404);
        (await host.GetAsync(Web + "/revisions/x")).IsProblem(404);
        var instances = Items(await host.GetAsync(Web + "/instances"));
        Assert.Equal(["Running", "Pending"], instances.Select(i => i.GetProperty("state").GetString()));
        Assert.Equal("""[{"name":"http","containerPort":80,"hostPort":32769,"protocol":"tcp"}]""", instances[0].GetProperty("ports").GetRawText());
        var verdicts = (await host.GetAsync($"{Web}/instances/{instance.Id}/placement")).Is(200).Json.GetProperty("hosts");
        Assert.Equal("It lacks memory.", verdicts[1].GetProperty("reason").GetString());
        (await host.GetAsync(Web + "/instances/1/placement")).IsProblem(404);
        Assert.Empty(Items(await host.GetAsync(Web + "/instances?ended=true")));
    }

    [Fact]
    public async Task CutsListsIntoPages()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot(Enumerable.Range(0, 25).Select(i => Given.App($"app{i}"))));
        var seen = new List<string>();
        var path = "/apps?limit=10";
        while (true)
        {
            var page = await host.GetAsync(path);
            seen.AddRange(Names(page));
            if (page.Json.GetProperty("next").GetString() is not { } next)
            {
                break;
            }
            path = $"/apps?limit=10&after={next}";
            // What goes between two pages disturbs neither.
            host.Live.Set(host.Live.Current with { Apps = host.Live.Current.Apps.Remove(host.Live.Current.Apps.Values.First(a => a.Name == seen[^1]).Id) });
        }
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"app{i}").Order(StringComparer.Ordinal), seen);
    }

    private static IReadOnlyList<JsonElement> Items(ApiAnswer answer) => [.. answer.Is(200).Json.GetProperty("items").EnumerateArray()];

    private static IEnumerable<string> Names(ApiAnswer answer) => Items(answer).Select(i => i.GetProperty("name").GetString()!);

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
        }
    }
}
