using System.Net;
using System.Text;
using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>Show 7: every fault is told at once, and no body breaks Portal or changes anything.</summary>
public sealed class MalformedBodyTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private const int Bodies = 1000;

    protected override IEnumerable<TestHost> FirstHosts => [Hosts[1]];

    [Fact]
    public async Task Every_fault_is_told_at_once_and_no_body_breaks_or_changes_anything()
    {
        await TenFaultsAreToldAtOnceAsync();
        var seed = Number("PORTAL_TEST_SEED", Environment.TickCount);
        Say($"PORTAL_TEST_SEED={seed}");
        await Api.PutAppAsync("web", Specs.Forever(1));
        await Cluster.RunsAsync("web", 1, TimeSpan.FromSeconds(20));
        var before = await EverythingAsync();
        var bodies = new BadBodies(new Random(seed));
        var requests = Enumerable.Range(0, Bodies).Select(_ => bodies.Next()).ToList();

        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (request, _) =>
        {
            var answer = await Api.SendAsync(request.Method, request.Path, content: PortalApi.Raw(request.Body, request.MediaType));
            Assert.True((int)answer.Status is >= 400 and < 500,
                $"{request.Method} {request.Path} {request.MediaType} was answered with {answer.Status}: {answer.Body}\n{Encoding.UTF8.GetString(request.Body)}");
        });

        Assert.Equal(before, await EverythingAsync());
        Assert.Null(await Cluster.WrongAsync("web", 1));
        Assert.DoesNotContain("Unhandled", Portal.Log, StringComparison.OrdinalIgnoreCase);
    }

    private async Task TenFaultsAreToldAtOnceAsync()
    {
        const string spec = """
            {
              "replicas": -1, "kind": "daemon", "pull": "sometimes", "colour": "red",
              "env": { "A": 1 }, "ports": [ { "name": "http", "containerPort": 70000 } ],
              "resources": { "limits": { "cpus": -1, "memory": "many" } },
              "stop": { "gracePeriod": "soon" }
            }
            """;
        var answer = await Api.SendAsync(HttpMethod.Put, PortalApi.Path("faulty"), content: PortalApi.Raw(spec));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(
            ["colour", "env.A", "image", "kind", "ports[0].containerPort", "pull", "replicas", "resources.limits.cpus", "resources.limits.memory", "stop.gracePeriod"],
            answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await Api.SendAsync(HttpMethod.Get, PortalApi.Path("faulty"))).Status);
    }

    private async Task<string> EverythingAsync()
    {
        var text = new StringBuilder();
        foreach (var path in (string[])["teams", "apps", "tokens", "users", $"{PortalApi.Path("web")}/revisions"])
        {
            text.AppendLine((await Api.SendAsync(HttpMethod.Get, path)).Body);
        }
        foreach (var host in await Api.HostsAsync())
        {
            text.AppendLine($"{host.Name} {host.Availability} {host.Instances}");
        }
        return System.Text.RegularExpressions.Regex.Replace(text.ToString(), "\"lastUsedAt\":(null|\"[^\"]*\")", "");
    }
}
