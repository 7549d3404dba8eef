using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Usage;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Usage;

public sealed class SeriesJoinTests
{
    private static readonly DateTimeOffset Start = Given.Now;
    private static readonly ChartRange Range = new(Start, Start.AddMinutes(15));
    private static readonly AppView Web = Given.App("web", replicas: 2);
    private static readonly ImmutableArray<InstanceView> Two = [Given.Instance(Web, 1, "h1"), Given.Instance(Web, 2, "h2")];
    private static readonly LiveSnapshot Snapshot = Given.Snapshot([Web], [Given.Host("h1"), Given.Host("h2")], Two);
    private readonly SeriesJoin _join = new(new FigureQuery(Metric.Cpu, MetricGrouping.App));

    private static MetricAnswer Stored(params (int Seconds, double Value)[] points) => new(TimeSpan.FromSeconds(6),
        [new MetricSeries(ImmutableSortedDictionary<string, string>.Empty.Add("team", "default").Add("app", "web"), [.. points.Select(p => new MetricPoint(Start.AddSeconds(p.Seconds), p.Value))])]);

    private static UsageSnapshot At(int seconds, double first, double second) => new()
    {
        At = Start.AddSeconds(seconds),
        Instances = Two.Zip([first, second]).ToImmutableDictionary(i => i.First.Id, i => new InstanceUsage { At = Start.AddSeconds(seconds), App = Web.Id, Host = i.First.HostId!.Value, Cpu = i.Second }),
    };

    [Fact]
    public void What_was_not_measured_is_a_gap()
    {
        var data = _join.Begin(Stored((0, 1), (6, 2), (24, 3)), Range);
        Assert.Equal([1, 2, null, null, 3], data.Values.Single());
        Assert.Equal([0, 6, 12, 18, 24], data.Times.Select(t => t - ChartScript.Seconds(Start)));
    }

    [Fact]
    public void Live_figures_follow_the_stored_ones_in_the_same_series_without_a_gap()
    {
        _join.Begin(Stored((0, 1), (6, 2)), Range);
        var batch = _join.Follow(At(13, 0.25, 0.5), Snapshot, Range)!;
        Assert.Empty(batch.Added);
        Assert.Equal([12], batch.Times.Select(t => t - ChartScript.Seconds(Start)));
        Assert.Equal([0.75], batch.Values.Single());
    }

    [Fact]
    public void Within_a_step_figures_are_averaged_and_their_point_is_told_again()
    {
        _join.Begin(Stored((0, 1)), Range);
        var first = _join.Follow(At(6, 1, 0), Snapshot, Range)!;
        var second = _join.Follow(At(8, 2, 0), Snapshot, Range)!;
        Assert.Equal(first.Times, second.Times);
        Assert.Equal([1.5], second.Values.Single());
        Assert.Null(_join.Follow(At(8, 2, 0), Snapshot, Range));
    }

    [Fact]
    public void A_silence_is_a_gap_and_no_line_across_it()
    {
        _join.Begin(Stored((0, 1)), Range);
        var batch = _join.Follow(At(120, 1, 1), Snapshot, Range)!;
        Assert.Equal([null, 2], batch.Values.Single());
    }

    [Fact]
    public void What_appears_joins_and_what_went_has_no_figure()
    {
        _join.Begin(new MetricAnswer(TimeSpan.FromSeconds(6), []), Range);
        Assert.Equal("default/web", Assert.Single(_join.Follow(At(6, 1, 1), Snapshot, Range)!.Added).Label);

        var gone = _join.Follow(new UsageSnapshot { At = Start.AddSeconds(12) }, Snapshot, Range)!;
        Assert.Empty(gone.Added);
        Assert.Equal([null], gone.Values.Single());
    }

    [Fact]
    public void Only_the_highest_series_are_shown_and_the_rest_is_counted()
    {
        var answer = new MetricAnswer(TimeSpan.FromSeconds(6), [.. Enumerable.Range(0, 60).Select(i => new MetricSeries(
            ImmutableSortedDictionary<string, string>.Empty.Add("team", "default").Add("app", $"app{i:00}"), [new MetricPoint(Start, i)]))]);
        var data = _join.Begin(answer, Range);
        Assert.Equal((50, 10), (data.Series.Length, _join.Hidden));
        Assert.DoesNotContain(data.Series, s => s.Label == "default/app09");
        Assert.Contains(data.Series, s => s.Label == "default/app10");
    }

    [Fact]
    public void Hosts_and_instances_have_series_of_their_own()
    {
        var usage = At(6, 0.5, 0.25) with { Hosts = ImmutableDictionary<HostId, HostUsage>.Empty.Add(Two[0].HostId!.Value, new HostUsage { At = Start, Cpu = 3 }) };
        Assert.Equal([("h1", 3.0)], new FigureQuery(Metric.Cpu, MetricGrouping.Host).Live(usage, Snapshot).Select(s => (s.Key, s.Value ?? -1)));
        Assert.Equal(["replica 1 on h1", "replica 2 on h2"], new FigureQuery(Metric.Cpu, MetricGrouping.Instance, "default", "web").Live(usage, Snapshot).Select(s => s.Name).Order());
        Assert.Equal([2.0], new FigureQuery(Metric.Instances, MetricGrouping.Team).Live(usage, Snapshot).Select(s => s.Value ?? -1));
        Assert.Empty(new FigureQuery(Metric.Cpu, MetricGrouping.App, "other").Live(usage, Snapshot));
    }
}
