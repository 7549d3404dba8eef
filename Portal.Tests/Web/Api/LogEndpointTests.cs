using System.Text.Json;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class LogEndpointTests
{
    private const string Logs = "/teams/default/apps/web/logs";

    private static readonly InstanceId One = InstanceId.Of(Given.App("web").Id, 1, 1);
    private static readonly InstanceId Two = InstanceId.Of(Given.App("web").Id, 2, 1);

    [Fact]
    public async Task GivesOneJsonALine()
    {
        await using var host = await StartAsync();
        var answer = (await host.GetAsync(Logs)).Is(200);
        Assert.StartsWith("application/x-ndjson", answer.ContentType, StringComparison.Ordinal);
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(["hello", "tab\tand \"quotes\" and ☃"], lines.Select(l => l.GetProperty("text").GetString()));
        Assert.Equal([One.ToString(), Two.ToString()], lines.Select(l => l.GetProperty("instance").GetString()));
        Assert.Equal(["stdout", "stderr"], lines.Select(l => l.GetProperty("stream").GetString()));
        Assert.Equal("2026-03-01T12:00:00Z", lines[0].GetProperty("at").GetString());
    }

    [Theory]
    [InlineData("text/plain", "text/plain; charset=utf-8")]
    [InlineData("text/*", "text/plain; charset=utf-8")]
    [InlineData("application/x-ndjson;q=0.5, text/plain", "text/plain; charset=utf-8")]
    [InlineData("*/*", "application/x-ndjson; charset=utf-8")]
    [InlineData("application/json", "application/x-ndjson; charset=utf-8")]
    public async Task GivesWhatIsAccepted(string accept, string type)
    {
        await using var host = await StartAsync();
        var answer = (await host.GetAsync(Logs, ("Accept", accept))).Is(200);
        Assert.Equal(type, answer.ContentType);
        Assert.All(answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Zip([One, Two]), l => Assert.Contains(l.Second.ToString(), l.First, StringComparison.Ordinal));
    }

    [Fact]
    public async Task GivesTextToThoseWhoCannotSayWhatTheyAccept()
    {
        await using var host = await StartAsync();
        Assert.StartsWith("text/plain", (await host.GetAsync(Logs + "?format=text", ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"))).Is(200).ContentType, StringComparison.Ordinal);
        (await host.GetAsync(Logs + "?format=pdf")).IsProblem(400);
        (await host.GetAsync(Logs + "?until=5m&follow=true")).IsProblem(400);
    }

    [Fact]
    public async Task MarksWhatPortalSays()
    {
        await using var host = await StartAsync();
        host.Apps.Lines = [new(One, 1, "h1", Given.Now, false, "joined", IsMarker: true)];
        var line = JsonDocument.Parse((await host.GetAsync(Logs + "?markers=true&ended=true&until=1m")).Is(200).Text).RootElement;
        Assert.Equal("portal", line.GetProperty("stream").GetString());
        Assert.True(host.Apps.Request is { Markers: true, Ended: true, Until: not null });
    }

    [Fact]
    public async Task RefusesBeforeTheFirstLine()
    {
        await using var host = await StartAsync();
        (await host.GetAsync(Logs, ("Accept", "image/png"))).IsProblem(406);
        (await host.GetAsync("/teams/default/apps/none/logs?follow=true")).IsProblem(404);
        (await host.GetAsync(Logs + "?tail=-1&since=then&follow=1&instance=x")).IsProblem(400);
    }

    [Fact]
    public async Task PassesOnWhatIsWanted()
    {
        await using var host = await StartAsync();
        (await host.GetAsync($"{Logs}?tail=10&since=2026-01-01T00:00:00Z&q=hello&instance={Two}&container=log")).Is(200);
        Assert.Equal(new LogRequest(Two, false, 10, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "hello", "log"), host.Apps.Request);
        (await host.GetAsync(Logs + "?since=10m")).Is(200);
        Assert.Equal(10, (TimeProvider.System.GetUtcNow() - host.Apps.Request!.Since!.Value).TotalMinutes, 1.0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FollowsUntilTheReaderLeaves(bool silent)
    {
        await using var host = await StartAsync();
        host.Apps.Lines = silent ? [] : host.Apps.Lines;
        using var response = await host.Client.GetAsync("/api/v1" + Logs + "?follow=true", HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode);
        if (!silent)
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.Contains("hello", await reader.ReadLineAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task StreamsDoNotHoldUpAStop()
    {
        var host = await StartAsync();
        using var logs = await host.Client.GetAsync("/api/v1" + Logs + "?follow=true", HttpCompletionOption.ResponseHeadersRead);
        using var watch = await EventStream.OpenAsync(host.Client);
        await watch.NextAsync();
        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        host.Apps.Lines = [new(One, 1, "h1", Given.Now, false, "hello"), new(Two, 2, "h2", Given.Now, true, "tab\tand \"quotes\" and ☃")];
        return host;
    }
}
