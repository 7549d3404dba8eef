using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Portal.Tests.Browser;
using Portal.Tests.Engine;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.EndToEnd;

/// <summary>A change is one trace from who asked for it to the containers that run, as a collector gets it.</summary>
[Trait("hosts", "second")]
public sealed class TraceTests(TestHosts hosts, Chromium chromium) : EndToEndTest(hosts), IClassFixture<Chromium>
{
    private const string Secret = "a-value-that-nobody-may-see";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SpanReceiver _collector = new();

    protected override IReadOnlyDictionary<string, string> PortalEnvironment => _collector.Environment;

    [Fact]
    public async Task A_change_is_one_trace_from_the_call_or_click_to_the_running_container()
    {
        var created = await SendAsync(HttpMethod.Put, PortalApi.Path("web"), Spec("test/web:1"));
        await Cluster.RunsAsync("web", 2, Patience);
        await SettledAsync(created.Trace);
        CheckStart(created);
        await EventsNameAsync(created.Trace);

        var deployed = await SendAsync(HttpMethod.Post, $"{PortalApi.Path("web")}/deploy", new { image = "test/web:2" });
        await AwaitAsync(deployed.Trace, "the controller has begun the rollout", spans => spans.Any(s => s.Name == "instance.place"));
        await Portal.KillAsync();
        await Portal.StartAsync();
        await SettledAsync(deployed.Trace);
        CheckRollout(deployed);

        await CheckClickAsync();
        string[] secrets = [Secret, "@example.org", (await Portal.SetupLinkAsync()).Split('/')[^1], (await File.ReadAllTextAsync(Portal.TokenFile)).Trim()];
        Assert.Empty(from span in _collector.Spans from value in span.Tags.Values.Append(span.Name) where secrets.Any(s => value.Contains(s, StringComparison.Ordinal)) select $"{span.Name}: {value}");
        _collector.Dispose();
    }

    /// <summary>From the call down to each container, everything hangs below what led to it.</summary>
    private void CheckStart((string Trace, string Caller) call)
    {
        var spans = _collector.Of(call.Trace);
        var request = One(spans, "PUT /api/v1/teams/{team}/apps/{app}");
        Assert.Equal(call.Caller, request.Parent);
        Assert.Equal("201", request.Tags["http.response.status_code"]);
        var change = One(spans, "app.put");
        Assert.Equal(request.Id, change.Parent);
        Assert.Equal(("default", "web", "1"), (change.Tags["portal.team"], change.Tags["portal.app"], change.Tags["portal.revision"]));
        Assert.Equal(change.Id, One(spans, "app.settle").Parent);
        var places = spans.Where(s => s.Name == "instance.place").ToList();
        Assert.Equal(2, places.Count);
        Assert.All(places, p => Assert.Equal(change.Id, spans.Single(s => s.Id == p.Parent && s.Name == "app.reconcile").Parent));
        foreach (var place in places)
        {
            var (start, run) = (One(spans, "instance.start", place), One(spans, "container.run", place));
            Assert.Equal(place.Tags["portal.instance"], start.Tags["portal.instance"]);
            Assert.Equal(place.Tags["host.name"], run.Tags["host.name"]);
            Assert.NotEmpty(One(spans, "container.create", run).Id);
            Assert.NotEmpty(One(spans, "container.start", run).Id);
            Assert.True(start.Took >= run.Took && !start.Failed, $"{start} {run}");
        }
        Tell(spans);
    }

    /// <summary>A rollout goes on in the same trace though Portal was killed; what is replaced is stopped in it.</summary>
    private void CheckRollout((string Trace, string Caller) call)
    {
        var spans = _collector.Of(call.Trace);
        Tell(spans);
        Assert.Equal(2, spans.Where(s => s.Source is "Portal.Controller" or "Portal.Hosts").Select(s => s.Process).Distinct().Count());
        Assert.Contains(spans, s => s.Name == "instance.stop");
        Assert.Contains(spans, s => s.Name == "container.remove" && s.Tags.ContainsKey("container.name"));
        // Only a call of an engine can have ended while the operation that it belongs to was under way when Portal was killed.
        var known = spans.Where(s => s.Name is not ("container.create" or "container.start")).Select(s => s.Id).ToHashSet();
        Assert.All(spans.Where(s => s.Name is not ("container.create" or "container.start") && s.Parent != call.Caller), s => Assert.Contains(s.Parent!, known));
    }

    private async Task CheckClickAsync()
    {
        var page = await chromium.OpenAsync();
        page.SetDefaultTimeout(30_000);
        await page.MakeFirstAccountAsync(Portal);
        await page.OpenAsync(Portal, "/apps/default/web");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart", Exact = true }).ClickAsync();
        await Until.NothingIsWrongAsync(Patience, "the click's change arrives", () => Task.FromResult(_collector.Spans.Any(s => s.Name == "app.restart") ? null : "it did not"));
        var restart = _collector.Spans.Single(s => s.Name == "app.restart");
        await SettledAsync(restart.Trace);
        var spans = _collector.Of(restart.Trace);
        Tell(spans);
        var click = spans.Single(s => s.Id == restart.Parent);
        Assert.Equal(("Microsoft.AspNetCore.Components", null), (click.Source, click.Parent));
        Assert.Contains("onclick", click.Name, StringComparison.Ordinal);
        Assert.Equal(2, spans.Count(s => s.Name == "instance.start"));

        await page.OpenAsync(Portal, "/apps/default/web?tab=events");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copy trace id" }).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.IsAccessibleAsync();
        await page.PictureAsync("events-traced");
    }

    private Task SettledAsync(string trace) => AwaitAsync(trace, "the change has settled and its operations have arrived", spans =>
        spans.Any(s => s.Name == "app.settle") && spans.Count(s => s.Name == "instance.start") >= 2 && spans.Where(s => s.Name == "container.run").All(r => spans.Any(s => s.Parent == r.Id && s.Name == "container.start")));

    private async Task AwaitAsync(string trace, string what, Func<IReadOnlyList<ReceivedSpan>, bool> isSo) =>
        Say(what, await Until.NothingIsWrongAsync(Patience, what, () => Task.FromResult(isSo(_collector.Of(trace)) ? null : $"{string.Join(", ", _collector.Of(trace).Select(s => s.Name))}")));

    private async Task EventsNameAsync(string trace)
    {
        var answer = await Api.SendAsync(HttpMethod.Get, $"events?q={trace}");
        var kinds = answer.Json.GetProperty("items").EnumerateArray().Where(e => e.GetProperty("traceId").GetString() == trace).Select(e => e.GetProperty("kind").GetString()).ToList();
        Assert.Superset(new HashSet<string?> { "AppCreated", "InstancePlaced", "InstanceStarted" }, kinds.ToHashSet());
    }

    private static void Tell(IReadOnlyList<ReceivedSpan> spans, string? parent = null, string indent = "")
    {
        foreach (var span in spans.Where(s => parent is null ? spans.All(p => p.Id != s.Parent) : s.Parent == parent))
        {
            Say($"{indent}{span.Name} {span.Took.TotalMilliseconds:0} ms ({span.Source})");
            Tell(spans, span.Id, indent + "  ");
        }
    }

    private static ReceivedSpan One(IReadOnlyList<ReceivedSpan> spans, string name, ReceivedSpan? below = null) => Assert.Single(spans, s => s.Name == name && (below is null || s.Parent == below.Id));

    private static object Spec(string image) => new
    {
        image, replicas = 2, env = new { TOKEN = Secret }, ports = new[] { new { name = "http", containerPort = 8080 } },
        health = new { kind = "http", port = "http", path = "/health", interval = "1s" }, stop = new { gracePeriod = "1s" },
    };

    private async Task<(string Trace, string Caller)> SendAsync(HttpMethod method, string path, object body)
    {
        var (trace, caller) = (ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(Portal.Address, $"/api/v1/{path}"))
        {
            Content = JsonContent.Create(body),
            Headers = { { "traceparent", $"00-{trace}-{caller}-01" }, { "Authorization", new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Portal.TokenFile)).Trim()).ToString() } },
        };
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (trace, caller);
    }
}
