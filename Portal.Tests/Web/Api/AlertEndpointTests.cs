using System.Text.Json;
using Portal.Core.Alerts;
using Portal.Core.State.Alerts;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class AlertEndpointTests
{
    private static readonly (string, string) s_viewer = ("Authorization", $"Bearer {ApiHost.ViewerToken}");

    [Fact]
    public async Task Rules_are_made_changed_listed_and_removed()
    {
        await using var host = await ApiHost.StartAsync();
        const string Body = """{"kind":"AppStatus","states":["Degraded"],"app":"web","for":"30s","targets":["ops"],"severity":"error"}""";

        var made = (await host.PutAsync("/teams/default/alerts/rules/broken", Body)).Is(201);
        Assert.Equal("30s", made.Json.GetProperty("for").GetString());
        (await host.PutAsync("/teams/default/alerts/rules/broken", Body)).Is(200);
        Assert.Equal("broken", Assert.Single(Items(await host.GetAsync("/teams/default/alerts/rules"))).GetProperty("name").GetString());
        Assert.Empty(Items(await host.GetAsync("/alerts/rules")));
        (await host.DeleteAsync("/teams/default/alerts/rules/broken")).Is(204);
        (await host.DeleteAsync("/teams/default/alerts/rules/broken")).IsProblem(404);
    }

    [Theory]
    [InlineData("""{"states":["Degraded"]}""", "kind")]
    [InlineData("""{"kind":"AppStatus","states":["Fine"]}""", "states")]
    [InlineData("""{"kind":"AppStatus"}""", "states")]
    [InlineData("""{"kind":"HostState","states":["Unreachable"]}""", "kind")]
    [InlineData("""{"kind":"Metric","metric":"NetRx","value":1}""", "metric")]
    [InlineData("""{"kind":"Restarts","value":-1}""", "value")]
    [InlineData("""{"kind":"Restarts","value":1,"for":"9999h"}""", "for")]
    [InlineData("""{"kind":"Restarts","valu":1}""", "valu")]
    public async Task A_wrong_rule_is_told_where(string body, string path)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = (await host.PutAsync("/teams/default/alerts/rules/r", body)).IsProblem(400);
        Assert.Contains(path, answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Targets_are_tested_and_tell_their_answer()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.PutAsync("/alerts/targets/ops", """{"kind":"Webhook","address":"ftp://x"}""")).IsProblem(400);
        (await host.PutAsync("/alerts/targets/ops", """{"kind":"webhook","address":"https://hooks.example.org/x"}""")).Is(201);
        host.Alerts.Answer = new NoticeAnswer(false, "502 Bad Gateway");

        var answer = (await host.PostAsync("/alerts/targets/ops/test")).Is(200);
        Assert.False(answer.Json.GetProperty("accepted").GetBoolean());
        Assert.Equal("502 Bad Gateway", answer.Json.GetProperty("answer").GetString());
        Assert.Single(Items(await host.GetAsync("/alerts/targets")));
        (await host.DeleteAsync("/alerts/targets/ops")).Is(204);
    }

    [Fact]
    public async Task Silences_settings_alerts_and_notices()
    {
        await using var host = await ApiHost.StartAsync();
        var silence = (await host.PostAsync("/teams/default/alerts/silences", """{"for":"1h","reason":"we know","app":"web"}""")).Is(201);
        Assert.Single(Items(await host.GetAsync("/teams/default/alerts/silences")));
        (await host.DeleteAsync($"/teams/default/alerts/silences/{silence.Json.GetProperty("id").GetString()}")).Is(204);
        (await host.PutAsync("/alerts/settings", """{"smtp":{"host":"mail","from":"portal@example.org","password":"s"},"allowed":["10.0.0.0/8"]}""")).Is(200);
        Assert.True((await host.GetAsync("/alerts/settings")).Is(200).Json.GetProperty("smtp").GetProperty("hasPassword").GetBoolean());
        host.Alerts.Set(new AlertView { Rule = "broken", RuleTeam = "default", TeamId = Given.Team("default"), State = new AlertState { Subject = "app:default/web", Phase = AlertPhase.Firing, Reason = "1 of 2" } });
        Assert.Single(Items(await host.GetAsync("/teams/default/alerts?phase=Firing")));
        Assert.Empty(Items(await host.GetAsync("/teams/default/alerts?phase=Pending")));
        host.Alerts.Notices.AddRange(Enumerable.Range(1, 3).Select(n => new AlertNoticeView(Guid.NewGuid(), n, "default", "ops", "broken", "app:default/web", false, "t", Given.Now, 1, null, Given.Now, "200")));
        var page = await host.GetAsync("/teams/default/alerts/notices?limit=2");
        Assert.Equal(2, Items(page).Count);
        Assert.Single(Items(await host.GetAsync($"/teams/default/alerts/notices?limit=2&after={page.Json.GetProperty("next").GetString()}")));
    }

    [Fact]
    public async Task What_is_of_the_whole_Portal_is_for_administrators()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.GetAsync("/alerts/rules", s_viewer)).IsProblem(403);
        (await host.GetAsync("/alerts/settings", s_viewer)).IsProblem(403);
        (await host.GetAsync("/teams/other/alerts/rules", s_viewer)).IsProblem(404);
        (await host.GetAsync("/teams/default/alerts", s_viewer)).Is(200);
    }

    private static List<JsonElement> Items(ApiAnswer answer) => [.. answer.Is(200).Json.GetProperty("items").EnumerateArray()];
}
