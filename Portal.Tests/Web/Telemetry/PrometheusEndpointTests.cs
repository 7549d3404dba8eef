using System.Collections.Immutable;
using System.Net;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;
using Portal.Tests.Web.Api;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Telemetry;

public sealed class PrometheusEndpointTests
{
    [Theory]
    [InlineData("/metrics")]
    [InlineData("//metrics")]
    public async Task Metrics_tell_of_what_is_observed_and_of_Portal(string path)
    {
        await using var host = await StartAsync();
        var answer = await host.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        foreach (var line in (string[])[
            "portal_app_replicas_desired{team=\"default\",app=\"web\"} 2", "portal_app_status{team=\"default\",app=\"web\",status=\"Degraded\"} 1",
            "portal_app_status{team=\"default\",app=\"web\",status=\"Running\"} 0", "portal_host_state{host=\"h1\",state=\"Ready\"} 1",
            "portal_host_capacity_memory_bytes{host=\"h1\"} 8589934592", "portal_service_endpoints{team=\"default\",service=\"web\",ready=\"true\"} 1"])
        {
            Assert.Contains(line + "\n", answer.Text, StringComparison.Ordinal);
        }
        Assert.Contains("portal_snapshot_age_seconds", answer.Text, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_format_passes_promtool()
    {
        if (!File.Exists("/usr/bin/promtool"))
        {
            Needs.SkipOrFail("promtool is needed (apt-get install prometheus).");
        }
        await using var host = await StartAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, (await host.GetAsync("/metrics")).Text);
        var result = await CommandLine.RunAsync("sh", ["-c", $"promtool check metrics < {file}"]);
        File.Delete(file);

        Assert.True(result.ExitCode == 0 && (result.Output + result.Error).Trim().Length == 0, result.Output + result.Error);
    }

    [Fact]
    public async Task Viewers_see_their_apps_and_nothing_of_Portal_itself()
    {
        await using var host = await StartAsync();
        var answer = await host.GetAsync("/metrics", ("Authorization", $"Bearer {ApiHost.ViewerToken}"));

        Assert.Contains("app=\"web\"", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("app=\"secret\"", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet_", answer.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("//metrics", ("Authorization", "Bearer nobody"))).Status);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/api/v1/metrics")]
    public async Task A_process_of_agents_tells_administrators_of_itself(string path)
    {
        await using var host = await ApiHost.StartAsync(healthOnly: true);
        var text = await host.Client.GetStringAsync(new Uri(path, UriKind.Relative));
        Assert.Contains("dotnet_gc_collections_total", text, StringComparison.Ordinal);
        Assert.DoesNotContain("portal_app_", text, StringComparison.Ordinal);

        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", ApiHost.ViewerToken);
        using var refused = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        host.Client.DefaultRequestHeaders.Authorization = null;
        using var unknown = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Fact]
    public async Task What_is_stale_is_left_out()
    {
        await using var host = await StartAsync();
        host.Live.Set(host.Live.Current with { StaleSince = Given.Now });

        Assert.DoesNotContain("portal_app_", (await host.GetAsync("/metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.GetAsync("/sd/prometheus")).Status);
    }

    [Theory]
    [InlineData("/sd/prometheus")]
    [InlineData("//sd/prometheus?team=default&service=web")]
    public async Task Targets_are_ready_endpoints_with_their_labels(string path)
    {
        await using var host = await StartAsync();
        var answer = await host.GetAsync(path, ("Authorization", $"Bearer {ApiHost.ViewerToken}"));
        var targets = answer.Json.EnumerateArray().ToList();
        var target = Assert.Single(targets);

        Assert.Equal("h1.example.org:32769", Assert.Single(target.GetProperty("targets").EnumerateArray()).GetString());
        var labels = target.GetProperty("labels").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString());
        Assert.Equal("web", labels["__meta_portal_app"]);
        Assert.Equal("default", labels["__meta_portal_team"]);
        Assert.Equal("h1", labels["__meta_portal_host"]);
        Assert.Equal("1", labels["__meta_portal_revision"]);
        Assert.Equal("gold", labels["__meta_portal_label_example_org_tier"]);
        Assert.Equal("/stats", labels["__metrics_path__"]);
    }

    [Fact]
    public async Task An_app_can_leave_itself_out()
    {
        await using var host = await StartAsync();

        Assert.Equal(2, (await host.GetAsync("/sd/prometheus")).Json.GetArrayLength());
        Assert.Equal(0, (await host.GetAsync("/sd/prometheus?service=none")).Json.GetArrayLength());
        var app = host.Live.Current.Apps.Values.Single(a => a.Name == "web");
        host.Live.Set(host.Live.Current with { Apps = host.Live.Current.Apps.SetItem(app.Id, app with { Spec = app.Spec with { Labels = app.Spec.Labels.SetItem("prometheus.scrape", "false") } }) });
        Assert.Equal("secret", Assert.Single((await host.GetAsync("/sd/prometheus")).Json.EnumerateArray()).GetProperty("labels").GetProperty("__meta_portal_app").GetString());
    }

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        ImmutableArray<PortSpec> ports = [new PortSpec("http", 80)];
        var web = Given.App("web", status: AppStatus.Degraded, replicas: 2);
        web = web with { Spec = web.Spec with { Ports = ports, Labels = web.Spec.Labels.SetItem("example.org/tier", "gold").SetItem("prometheus.path", "/stats") } };
        var secret = Given.App("secret", team: "other");
        secret = secret with { Spec = secret.Spec with { Ports = ports } };
        InstanceView[] instances = [Given.Instance(web, 1, "h1"), Given.Instance(web, 2, "h1", InstanceState.Starting), Given.Instance(secret, 1, "h1")];
        var snapshot = Given.Snapshot([web, secret], [Given.Host("h1")], instances);
        host.Live.Set(snapshot with { Services = [.. snapshot.Apps.Values.SelectMany(a => CatalogProjection.Of(a, snapshot.Instances[a.Id]))] });
        return host;
    }
}
