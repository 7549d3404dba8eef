using System.Net.Sockets;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class ProblemTests
{
    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "//api/v2/hosts", 404)]
    [InlineData("GET", "//openapi/v2.json", 404)]
    [InlineData("PATCH", "/hosts", 405)]
    [InlineData("POST", "/hosts", 405)]
    [InlineData("GET", "/hosts/nowhere", 404)]
    [InlineData("GET", "/hosts/NO%20NAME", 404)]
    [InlineData("GET", "/teams/default/apps/nothing", 404)]
    [InlineData("GET", "/teams/default/apps/%01", 404)]
    [InlineData("GET", "/teams/nothing/apps", 404)]
    [InlineData("DELETE", "/users/no-guid", 404)]
    [InlineData("GET", "/hosts?limit=0", 400)]
    [InlineData("GET", "/hosts?limit=1001", 400)]
    [InlineData("GET", "/hosts?limit=x", 400)]
    [InlineData("GET", "/hosts?after=x!", 400)]
    [InlineData("GET", "/hosts?limit=1&limit=2", 400)]
    [InlineData("GET", "/hosts?size=1", 400)]
    [InlineData("GET", "/apps?status=fine", 400)]
    [InlineData("GET", "/apps?q=%00", 400)]
    [InlineData("GET", "/events?from=yesterday", 400)]
    [InlineData("GET", "/watch?kinds=apps,cars", 400)]
    [InlineData("GET", "/teams/default/apps/web/logs?follow=maybe", 400)]
    public async Task SaysEveryErrorAsAProblem(string method, string path, int status)
    {
        await using var host = await ApiHost.StartAsync();
        (await host.SendAsync(new HttpMethod(method), path, null)).IsProblem(status);
    }

    [Fact]
    public async Task NamesTheMethodsThatAPathKnows()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(["GET"], (await host.PostAsync("/hosts")).IsProblem(405).Allow);
    }

    [Fact]
    public async Task NamesEveryFaultOfPathQueryAndBodyAtOnce()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = (await host.PutAsync("/hosts/NO_NAME?force=1", """{"adress":"a","grace":"soon","labels":{"-":"x"}}""")).IsProblem(400);
        Assert.Equal(["name", "force", "endpoint", "labels.-", "grace", "adress"], answer.Faults.Select(f => f[..f.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Empty(host.Hosts.Calls);
    }

    [Fact]
    public async Task NamesFaultsOfAHostsMeaningWithThoseOfItsForm()
    {
        await using var host = await ApiHost.StartAsync();
        var answer = (await host.PutAsync("/hosts/a", """{"endpoint":"ftp://a","address":"a:1","adress":"a","labels":{"-":"x"},"tls":{"ca":"1","cert":"2","password":"x"}}""")).IsProblem(400);
        Assert.Equal(["address", "adress", "endpoint", "labels.-", "tls.ca", "tls.cert", "tls.key", "tls.password"],
            answer.Faults.Select(f => f[..f.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Empty(host.Hosts.Calls);
    }

    [Fact]
    public async Task TellsWhereJsonIsBroken()
    {
        await using var host = await ApiHost.StartAsync();
        var fault = Assert.Single((await host.PutAsync("/hosts/a", "{\n  \"endpoint\": }")).IsProblem(400).Faults);
        Assert.Contains("line 2", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("application/yaml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("")]
    public async Task RefusesOtherContentTypes(string type)
    {
        await using var host = await ApiHost.StartAsync();
        (await host.PutAsync("/hosts/a", "{}", ("Content-Type", type))).IsProblem(415);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RefusesBodiesThatAreTooLarge(bool chunked)
    {
        await using var host = await ApiHost.StartAsync();
        var body = $$"""{"endpoint":"{{new string('a', 1024 * 1024)}}"}""";
        (await host.PutAsync("/hosts/a", body, chunked ? [("Transfer-Encoding", "chunked")] : [])).IsProblem(413);
    }

    [Fact]
    public async Task RefusesABodyWhereNoneBelongs()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([], [Given.Host("a")]));
        (await host.PostAsync("/hosts/a/drain", """{"force":true}""")).IsProblem(400);
        (await host.PostAsync("/hosts/a/drain", "{}")).Is(202);
        (await host.PostAsync("/hosts/a/activate")).Is(202);
    }

    [Theory]
    [InlineData(RefusalKind.Invalid, 400)]
    [InlineData(RefusalKind.Unauthenticated, 401)]
    [InlineData(RefusalKind.Forbidden, 403)]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Conflict, 409)]
    [InlineData(RefusalKind.Unprocessable, 422)]
    public async Task AnswersARefusalByItsKind(RefusalKind kind, int status)
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        host.Apps.Refuse = new RefusedException(kind, "The service said no.", new Fault("replicas", "are too many"));
        var answer = (await host.PostAsync("/teams/default/apps/web/scale", """{"replicas":3}""")).IsProblem(status);
        Assert.Equal("The service said no.", answer.Json.GetProperty("detail").GetString());
        Assert.Equal(["replicas: are too many"], answer.Faults);
    }

    public static TheoryData<Exception> StoreTroubles =>
    [
        new StoreUnavailableException("gone"),
        new NpgsqlException("no connection", new SocketException(111)),
        new PostgresException("terminating connection due to administrator command", "FATAL", "FATAL", "57P01"),
        new PostgresException("terminating connection because of crash of another server process", "WARNING", "WARNING", "57P02"),
        new PostgresException("the database system is starting up", "FATAL", "FATAL", "57P03"),
        new InvalidOperationException("likely transient", new NpgsqlException("no connection", new IOException())),
    ];

    [Theory]
    [MemberData(nameof(StoreTroubles))]
    public async Task AsksToComeBackWhileTheStoreIsAway(Exception trouble)
    {
        await using var host = await ApiHost.StartAsync();
        host.Tokens.Trouble = trouble;
        Assert.Equal(5, (await host.GetAsync("/me")).IsProblem(503).RetryAfter);
        host.Tokens.Trouble = null;
        host.Hosts.Refuse = trouble;
        Assert.Equal(5, (await host.PutAsync("/hosts/a", """{"endpoint":"tcp://a:2376"}""")).IsProblem(503).RetryAfter);
    }

    [Fact]
    public async Task KeepsInternalsToItself()
    {
        await using var host = await ApiHost.StartAsync();
        host.Hosts.Refuse = new InvalidOperationException("the password is swordfish");
        var answer = (await host.PutAsync("/hosts/a", """{"endpoint":"tcp://a:2376"}""")).IsProblem(500);
        Assert.DoesNotContain("swordfish", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TellsOnlyHealthWhereNothingElseIsServed()
    {
        await using var host = await ApiHost.StartAsync(healthOnly: true);
        Assert.Equal("""{"status":"ready"}""", (await host.Client.GetStringAsync("/readyz")));
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Get, "/hosts", null)).Code);
    }

    [Fact]
    public async Task TellsLifeAndReadinessWithoutAToken()
    {
        await using var host = await ApiHost.StartAsync();
        host.Client.DefaultRequestHeaders.Authorization = null;
        (await host.GetAsync("//healthz")).Is(200);
        (await host.GetAsync("//readyz")).Is(200);
        host.Readiness.Reason = "Migrations are under way.";
        Assert.Equal("Migrations are under way.", (await host.GetAsync("//readyz")).IsProblem(503).Json.GetProperty("detail").GetString());
        (await host.GetAsync("//openapi/v1.json")).Is(200);
        Assert.Equal("a page", (await host.GetAsync("//elsewhere")).Text);
    }
}
