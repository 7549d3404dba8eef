using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class MetricEndpointTests
{
    [Fact]
    public async Task Answers_with_points_in_seconds()
    {
        await using var host = await ApiHost.StartAsync();
        var at = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
        host.Metrics.Series = [new MetricSeries(ImmutableSortedDictionary<string, string>.Empty.Add("team", "default").Add("app", "web"), [new MetricPoint(at, 0.25), new MetricPoint(at.AddSeconds(6), 1e9)])];

        var answer = (await host.GetAsync("/metrics/query?team=default&app=web&metric=cpu&by=app&step=6s&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z")).Is(200).Json;

        Assert.Equal("""{"step":6,"series":[{"labels":{"app":"web","team":"default"},"points":[[1790000000,0.25],[1790000006,1000000000]]}]}""", answer.GetRawText());
        var asked = host.Metrics.Asked.Single();
        Assert.Equal((Metric.Cpu, MetricGrouping.App, "default", "web", TimeSpan.FromSeconds(6)), (asked.Metric, asked.By, asked.Team, asked.App, asked.Step));
        Assert.Equal(TimeSpan.FromHours(1), asked.To - asked.From);
    }

    [Theory]
    [InlineData("metric=netRx&team=default", MetricGrouping.Instance)]
    [InlineData("metric=disk&host=h1", MetricGrouping.Host)]
    [InlineData("metric=cpu&host=h1&team=default", MetricGrouping.Instance)]
    [InlineData("metric=instances&by=team", MetricGrouping.Team)]
    public async Task The_last_hour_by_what_was_named(string query, MetricGrouping by)
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetAsync($"/metrics/query?{query}")).Is(200);
        var asked = host.Metrics.Asked.Single();
        Assert.Equal(by, asked.By);
        Assert.Null(asked.Step);
        Assert.InRange(TimeProvider.System.GetUtcNow() - asked.To, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromHours(1), asked.To - asked.From);
    }

    [Fact]
    public async Task Tells_every_fault_at_once()
    {
        await using var host = await ApiHost.StartAsync();
        var faults = (await host.GetAsync("/metrics/query?from=yesterday&step=long&by=slot&instance=7&colour=red")).IsProblem(400).Faults;
        Assert.Equal(["by", "colour", "from", "instance", "metric", "step"], faults.Select(f => f.Split(':')[0]).Order(StringComparer.Ordinal));
        host.Metrics.Refuse = new RefusedException(RefusalKind.NotFound, "There is no team other.");
        (await host.GetAsync("/metrics/query?metric=cpu&team=other")).IsProblem(404);
    }
}
