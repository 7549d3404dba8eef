using Portal.Tests.Engine;

namespace Portal.Tests.EndToEnd;

/// <summary>A real Prometheus finds a real app's endpoints by Portal, follows its scale, and scrapes Portal itself.</summary>
[Trait("hosts", "second")]
public sealed class PrometheusTests(TestHosts hosts) : EndToEndTest(hosts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Prometheus_follows_the_endpoints_of_an_app()
    {
        await using var prometheus = PrometheusServer.Start(Portal);
        await Api.PutAppAsync("web", new
        {
            image = "test/web:1",
            replicas = 2,
            // A page of figures of its own, beside what the image serves.
            command = new[] { "sh", "-c", "mkdir -p /www && printf '# TYPE test_app_up gauge\\ntest_app_up 1\\n' >/www/figures && exec web" },
            ports = new[] { new { name = "http", containerPort = 8080 } },
            health = new { kind = "http", port = "http", path = "/health", interval = "1s" },
            labels = new Dictionary<string, string> { ["prometheus.path"] = "/figures" },
            stop = new { gracePeriod = "1s" },
        });
        await Cluster.RunsAsync("web", 2, Patience);
        Say("Prometheus scrapes 2", await ScrapesAsync(prometheus, 2));

        await Api.ScaleAsync("web", 5);
        Say("it scrapes 5 after scale-out", await ScrapesAsync(prometheus, 5));
        var hostsSeen = (await prometheus.QueryAsync("test_app_up")).Select(l => l["host"]).Distinct();
        Assert.Equal(Hosts.All.Select(h => h.Name).Order(), hostsSeen.Order());

        await Api.ScaleAsync("web", 1);
        Say("it scrapes 1 after scale-in", await ScrapesAsync(prometheus, 1));

        Say("Portal's own figures are there", await Until.NothingIsWrongAsync(Patience, "Prometheus has Portal's figures", async () =>
            await prometheus.QueryAsync("portal_app_replicas_ready{app=\"web\"} == 1") is [_] && await prometheus.QueryAsync("sum(portal_engine_call_duration_seconds_count) > 0") is [_] ? null : "they are not"));
        await PassesPromtoolAsync();
    }

    private static Task<TimeSpan> ScrapesAsync(PrometheusServer prometheus, int count) => Until.NothingIsWrongAsync(Patience, $"Prometheus scrapes {count}", async () =>
    {
        var targets = await prometheus.QueryAsync("up{job=\"apps\"} == 1");
        var figures = await prometheus.QueryAsync("test_app_up == 1");
        return targets.Count == count && figures.Count == count ? null : $"it has {targets.Count} targets and {figures.Count} figures";
    });

    private async Task PassesPromtoolAsync()
    {
        var answer = await Api.SendAsync(HttpMethod.Get, "/metrics");
        Assert.True(answer.Succeeded, answer.Body);
        var file = Path.Combine(Portal.Data, "metrics.txt");
        await File.WriteAllTextAsync(file, answer.Body);
        var result = await CommandLine.RunAsync("sh", ["-c", $"promtool check metrics < {file}"]);
        Say($"/metrics: {answer.Body.Split('\n').Length} lines in {answer.Took.TotalMilliseconds:0} ms");
        Assert.True(result.ExitCode == 0 && (result.Output + result.Error).Trim().Length == 0, result.Output + result.Error);
    }
}
