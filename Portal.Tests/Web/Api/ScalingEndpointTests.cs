using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Api;

public sealed class ScalingEndpointTests
{
    private const string Scaling = "/teams/default/apps/web/scaling";
    private const string Policy = """{"max":10,"metrics":[{"metric":"cpu","target":"50%"},{"metric":"prometheus","port":"http","name":"requests","target":5}],"schedules":[{"days":"mon-fri","from":"08:00","to":"20:00","min":2}]}""";

    [Fact]
    public async Task TellsHowItStandsAndFromWhichFigures()
    {
        await using var host = await ApiHost.StartAsync();
        Busy(host);
        host.Scaling.Policy = new ScalingSpec { Max = 10, Metrics = [new ScalingMetric { Kind = ScalingMetricKind.Cpu, Target = new ScalingTarget(50, true) }] };
        var answer = (await host.GetAsync(Scaling)).Is(200).Text;
        Assert.Contains("\"current\":2,\"recommended\":4,\"why\":\"Metric\",\"reason\":\"cpu 90 % where 50 % is the target, on average of 2 instances over up to 30 s\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"metrics\":[{\"metric\":\"cpu\",\"target\":\"50 %\",\"targetValue\":0.5,\"average\":\"90 %\",\"averageValue\":0.9,\"total\":1.8,\"measured\":2,\"missing\":0,\"wanted\":4", answer, StringComparison.Ordinal);
        Assert.Contains("\"tolerance\":\"10%\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaysThatThereIsNoPolicy()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal("""{"policy":null,"current":2,"recommended":null,"why":null,"reason":"","lookedAt":null,"min":null,"max":null,"schedule":null,"scheduleChangesAt":null,"metrics":[]}""", (await host.GetAsync(Scaling)).Is(200).Text);
    }

    [Fact]
    public async Task TriesAPolicyOrItsOwn()
    {
        await using var host = await ApiHost.StartAsync();
        Busy(host);
        var answer = (await host.PostAsync(Scaling + "/try", Policy)).Is(200).Text;
        Assert.StartsWith("""{"current":2,"number":4,"recommended":4,"why":"Metric" """.TrimEnd(), answer, StringComparison.Ordinal);
        Assert.Contains("\"schedule\":\"mon-fri 08:00–20:00 UTC\"", answer, StringComparison.Ordinal);
        Assert.Equal(2, host.Scaling.Tried!.Metrics.Length);
        (await host.PostAsync(Scaling + "/try")).IsProblem(422);
        Assert.Null(host.Scaling.Tried);
    }

    [Theory]
    [InlineData("""{"min":3,"max":2,"metrics":[{"metric":"cpu"}],"bogus":1}""", "min", "metrics[0].target", "bogus")]
    [InlineData("""{"min":3}""", "max", "metrics")]
    [InlineData("[]", "")]
    public async Task TellsEveryFault(string body, params string[] paths)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(paths, (await host.PostAsync(Scaling + "/try", body)).IsProblem(400).Faults.Select(f => f.Split(": ")[0]));
    }

    [Fact]
    public async Task GivesWhatTheAppTold()
    {
        await using var host = await ApiHost.StartAsync();
        host.Scaling.Figures["http/metrics requests"] = [new MetricPoint(FakeScalingService.At, 4.5)];
        var time = Uri.EscapeDataString(FakeScalingService.At.AddMinutes(5).ToString("O"));
        Assert.Equal("""{"step":10,"series":[{"labels":{"metric":"http/metrics requests"},"points":[[1772625600,4.5]]}]}""", (await host.GetAsync($"{Scaling}/figures?to={time}")).Is(200).Text);
        (await host.GetAsync($"{Scaling}/figures?from=yesterday")).IsProblem(400);
    }

    [Fact]
    public async Task ListsDecisionsInPages()
    {
        await using var host = await ApiHost.StartAsync();
        host.Scaling.Decisions.AddRange(Enumerable.Range(1, 3).Select(n => new ScalingDecisionView(n, FakeScalingService.At, n, n + 1, n + 1, ScalingWhy.Metric, "cpu", new ScalingDocument { Min = 1, Max = 9 })));
        var first = (await host.GetAsync(Scaling + "/decisions?limit=2")).Is(200).Text;
        Assert.Contains("\"id\":3,\"at\":\"2026-03-04T12:00:00Z\",\"from\":3,\"to\":4", first, StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\":1,", first, StringComparison.Ordinal);
        var next = System.Text.Json.JsonDocument.Parse(first).RootElement.GetProperty("next").GetString();
        Assert.Contains("\"id\":1,", (await host.GetAsync($"{Scaling}/decisions?limit=2&after={next}")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusesWhatIsNoService()
    {
        await using var host = await ApiHost.StartAsync();
        host.Scaling.Refuse = new RefusedException(RefusalKind.Unprocessable, "web is of kind job: only services are scaled.");
        (await host.GetAsync(Scaling)).IsProblem(422);
    }

    private static void Busy(ApiHost host) => host.Scaling.Input = host.Scaling.Input with
    {
        Instances = [.. Enumerable.Range(1, 2).Select(slot => new ScaledInstance(InstanceId.Of(new AppId(Given.IdOf("web")), slot, 1), slot, true,
            ImmutableSortedDictionary<string, ScalingFigure>.Empty.Add("cpu", new ScalingFigure(0.9, FakeScalingService.At))))],
    };
}
