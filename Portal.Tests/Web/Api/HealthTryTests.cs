using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class HealthTryTests
{
    private const string Try = "/teams/default/apps/web/health/try";

    [Fact]
    public async Task AnswersWhatTheInstanceSaid()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = (await host.PostAsync(Try)).Is(200);
        Assert.Equal($$"""{"instance":"{{Given.IdOf("instance")}}","slot":2,"host":"a","address":"a.example.org:32769","ok":true,"took":"12ms","answer":"GET http://a.example.org:32769/up answered 200"}""", answer.Text);
        Assert.Equal(["default/web"], host.Trial.Calls);
        Assert.Null(host.Trial.Policy);
        Assert.Null(host.Trial.Instance);
    }

    [Fact]
    public async Task TakesAPolicyAndAnInstance()
    {
        await using var host = await ApiHost.StartAsync();
        var id = Given.IdOf("one");
        (await host.PostAsync($"{Try}?instance={id}", """{"kind":"http","port":"web","path":"/up","headers":{"X-A":"1"},"match":{"status":[200,204],"body":"ok"},"timeout":"1s","successThreshold":2}""")).Is(200);
        var policy = host.Trial.Policy!;
        Assert.Equal((HealthKind.Http, "web", "/up", "1", "200,204", "ok", TimeSpan.FromSeconds(1)),
            (policy.Kind, policy.Port, policy.Path, policy.Headers["X-A"], policy.Match.Status.ToString(), policy.Match.Body, policy.Timeout));
        Assert.Equal(new InstanceId(id), host.Trial.Instance);
        (await host.PostAsync(Try, "{}")).Is(200);
        Assert.Null(host.Trial.Policy);
    }

    [Theory]
    [InlineData("?instance=seven", """{"kind":"http","path":"up","match":{"status":"ok"}}""", "instance", "path", "match.status")]
    [InlineData("", """{"path":"/up"}""", "kind")]
    [InlineData("", """{"kind":"tcp","headers":{"X":"1"}}""", "headers")]
    [InlineData("?bogus=1", """{"kind":"tcp","colour":1}""", "bogus", "colour")]
    [InlineData("", "[]", "")]
    public async Task TellsEveryFault(string query, string body, params string[] paths)
    {
        await using var host = await ApiHost.StartAsync();
        var answer = (await host.PostAsync(Try + query, body)).IsProblem(400);
        Assert.Equal(paths, answer.Faults.Select(f => f.Split(": ")[0]));
        Assert.Empty(host.Trial.Calls);
    }

    [Theory]
    [InlineData(RefusalKind.Unprocessable, 422)]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Forbidden, 403)]
    public async Task RefusesWhatCannotBeDone(RefusalKind kind, int status)
    {
        await using var host = await ApiHost.StartAsync();
        host.Trial.Refuse = new RefusedException(kind, "No instance of it runs.");
        (await host.PostAsync(Try)).IsProblem(status);
    }
}
