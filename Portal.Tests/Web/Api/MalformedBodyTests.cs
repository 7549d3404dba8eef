using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

/// <summary>A thousand malformed bodies: each is refused as one, and none changes anything.</summary>
public sealed class MalformedBodyTests
{
    private const int Count = 1000;

    private const string App = """
        {"image":"nginx:1.27","pull":"always","kind":"service","replicas":3,"command":["a","b"],"workingDir":"/a","env":{"A":"b"},"network":"bridge",
        "ports":[{"name":"http","containerPort":80,"hostPort":8080,"protocol":"tcp","public":false}],"volumes":[{"name":"data","path":"/data","readOnly":true}],
        "resources":{"reservations":{"cpus":1,"memory":"64M"},"limits":{"cpus":2,"memory":"256M"}},"health":{"kind":"command","command":["a"],"interval":"10s","retries":3},
        "restart":{"policy":"always","maxPerHost":5,"window":"10m"},"placement":{"strategy":"spread","constraints":["host.name == a"],"maxPerHost":2},
        "update":{"order":"stopFirst","maxSurge":0,"maxUnavailable":1},"stop":{"signal":"SIGTERM","gracePeriod":"5s"},"labels":{"a":"b"}}
        """;

    private static readonly (HttpMethod Method, string Path, string Valid)[] Calls =
    [
        (HttpMethod.Put, "teams/default/apps/web", App),
        (HttpMethod.Put, "teams/default/apps/web", App),
        (HttpMethod.Post, "teams/default/apps/web/plan", App),
        (HttpMethod.Put, "hosts/a", """{"endpoint":"tcp://a:2376","address":"10.0.0.1","labels":{"zone":"a"},"tls":{"ca":"x","cert":"y","key":"z"},"grace":"20s"}"""),
        (HttpMethod.Put, "teams/shop", """{"quota":{"cpus":3,"memory":"1G","instances":7},"displayName":"Shop"}"""),
        (HttpMethod.Post, "tokens", """{"name":"ci","expiresIn":"24h","team":"default","role":"deployer"}"""),
        (HttpMethod.Post, "teams/default/apps/web/scale", """{"replicas":3}"""),
        (HttpMethod.Post, "users", """{"email":"bob@example.org","administrator":true}"""),
        (HttpMethod.Put, "teams/default/registries/ghcr.io", """{"username":"ci","password":"swordfish"}"""),
    ];

    [Fact]
    public async Task RefusesThemAllAndChangesNothing()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        var before = StateOf(host);
        for (var i = 0; i < Count; i++)
        {
            var (method, path, valid) = Calls[random.Next(Calls.Length)];
            // Every field of a team may be left out, so that dropping one is no fault there.
            var body = MalformedBody.Make(random, valid, firstIsRequired: path != "teams/shop");
            using var request = new HttpRequestMessage(method, "/api/v1/" + path) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await host.Client.SendAsync(request);
            var what = $"seed {seed}, body {i} of {method} {path} answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(body)}";
            Assert.True((int)response.StatusCode is >= 400 and < 500 and not (401 or 404 or 405 or 429), what);
            using var problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            Assert.True(problem.RootElement.GetProperty("errors").GetArrayLength() > 0, what);
            Assert.True(StateOf(host) == before, what);
        }
    }

    [Fact]
    public async Task TakesTheBodiesThatTheyAreMadeOf()
    {
        await using var host = await ApiHost.StartAsync();
        host.Live.Set(Given.Snapshot([Given.App("web")]));
        foreach (var (method, path, valid) in Calls)
        {
            Assert.InRange((await host.SendAsync(method, "/" + path, valid)).Code, 200, 202);
        }
    }

    private static string StateOf(ApiHost host) => string.Join('|', host.Live.Current.Version, string.Join(',', host.Apps.Calls), string.Join(',', host.Hosts.Calls),
        string.Join(',', host.Teams.Teams), host.Teams.Registries.Count, host.Tokens.Tokens.Count, host.Users.Users.Count);
}
