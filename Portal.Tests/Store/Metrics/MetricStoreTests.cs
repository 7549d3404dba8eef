using Portal.Core.Domain;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Tests.Store.Services;
using static Portal.Tests.Store.Metrics.MetricStage;

namespace Portal.Tests.Store.Metrics;

public sealed class MetricStoreTests(StoreFixture fixture)
{
    [Fact]
    public async Task What_was_written_is_read_to_the_newest_tick()
    {
        await using var stage = await CreateAsync(fixture);
        var (one, two) = (Instance(slot: 1), Instance(slot: 2));
        await stage.WriteAsync(stage.Start, stage.Start.AddSeconds(20), _ => [Sample(one, 0.5), Sample(two, null, 300)]);
        stage.Now = stage.Start.AddSeconds(20);

        var cpu = await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Instance, TimeSpan.FromSeconds(2)));
        var series = Assert.Single(cpu.Series);
        Assert.Equal(["app=web", "host=h1", $"instance={one.Id}", "slot=1", "team=default"], series.Labels.Select(l => $"{l.Key}={l.Value}"));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => new MetricPoint(stage.Start.AddSeconds(2 * i), 0.5)), series.Points);

        var memory = await stage.QueryAsync(Of(stage, Metric.Memory, MetricGrouping.App, TimeSpan.FromSeconds(10)));
        Assert.Equal([400, 400], Assert.Single(memory.Series).Points.Select(p => p.Value));
        var count = await stage.QueryAsync(Of(stage, Metric.Instances, MetricGrouping.Team, TimeSpan.FromSeconds(10)));
        Assert.Equal([2, 2], Assert.Single(count.Series).Points.Select(p => p.Value));
    }

    [Fact]
    public async Task No_gap_and_no_jump_lies_between_the_tables()
    {
        await using var stage = await CreateAsync(fixture);
        var one = Instance();
        // The value of each minute is its number.
        await stage.WriteAsync(stage.Start, stage.Start.AddMinutes(23).AddSeconds(30), tick => [Sample(one, (int)(tick - stage.Start).TotalMinutes)]);
        stage.Now = stage.Start.AddMinutes(23).AddSeconds(30);
        await stage.Upkeep.RunOnceAsync(default);
        await stage.Upkeep.RunOnceAsync(default);

        Assert.Equal(23, await stage.Services.CountAsync("SELECT count(*) FROM metric_minutes"));
        Assert.Equal(2, await stage.Services.CountAsync("SELECT count(*) FROM metric_ten_minutes"));
        Assert.Equal(23, await stage.Services.CountAsync("SELECT count(*) FROM host_minutes"));
        foreach (var by in new[] { MetricGrouping.Instance, MetricGrouping.App })
        {
            var minutes = await stage.QueryAsync(Of(stage, Metric.Cpu, by, TimeSpan.FromMinutes(1)));
            Assert.Equal(Enumerable.Range(0, 24).Select(i => new MetricPoint(stage.Start.AddMinutes(i), i)), Assert.Single(minutes.Series).Points);
            var tens = await stage.QueryAsync(Of(stage, Metric.Cpu, by, TimeSpan.FromMinutes(10)));
            Assert.Equal([4.5, 14.5, (20 * 30 + 21 * 30 + 22 * 30 + 23 * 15) / 105.0], Assert.Single(tens.Series).Points.Select(p => p.Value), (a, b) => Math.Abs(a - b) < 1e-5);
        }
        // What ticks are gone of is read as minutes, and what minutes are gone of as ten minutes.
        await stage.Services.CountAsync($"WITH gone AS (DELETE FROM metric_samples WHERE at < '{stage.Start.AddMinutes(15):u}' RETURNING 1), too AS (DELETE FROM host_samples WHERE at < '{stage.Start.AddMinutes(15):u}') SELECT count(*) FROM gone");
        await stage.Services.CountAsync($"WITH gone AS (DELETE FROM metric_minutes WHERE at < '{stage.Start.AddMinutes(10):u}' RETURNING 1), too AS (DELETE FROM host_minutes WHERE at < '{stage.Start.AddMinutes(10):u}') SELECT count(*) FROM gone");
        var fine = Assert.Single((await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.App, TimeSpan.FromSeconds(30)))).Series).Points;
        Assert.Equal([4.5, 10, 11, 12, 13, 14, 15, 15, 16, 16], fine.Take(10).Select(p => p.Value), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(1 + 5 + 17, fine.Length);
    }

    [Fact]
    public async Task A_replaced_instance_counts_for_as_long_as_it_was_there()
    {
        await using var stage = await CreateAsync(fixture);
        var (old, young) = (Instance(), Instance(epoch: 2));
        await stage.WriteAsync(stage.Start, stage.Start.AddMinutes(2), tick => [Sample(tick < stage.Start.AddSeconds(40) ? old : young, 1)]);
        stage.Now = stage.Start.AddMinutes(2).AddSeconds(20);
        await stage.Upkeep.RunOnceAsync(default);
        foreach (var step in new[] { 60, 120 })
        {
            foreach (var metric in new[] { Metric.Cpu, Metric.Instances })
            {
                var points = Assert.Single((await stage.QueryAsync(Of(stage, metric, MetricGrouping.App, TimeSpan.FromSeconds(step)))).Series).Points;
                Assert.Equal(120 / step, points.Length);
                Assert.All(points, p => Assert.Equal(1, p.Value, 5));
            }
        }
        Assert.Equal(2, (await stage.QueryAsync(Of(stage, Metric.Restarts, MetricGrouping.Instance, null))).Series.Length);
    }

    [Fact]
    public async Task Hosts_are_machines_where_nothing_else_is_named()
    {
        await using var stage = await CreateAsync(fixture);
        var host = await stage.Services.HostAsync("h1");
        await stage.Services.HostAsync("h2");
        await stage.WriteAsync(stage.Start, stage.Start.AddMinutes(1), _ => [Sample(Instance(host: host), 0.5), Sample(Instance(slot: 2, host: host), 0.25)], host);
        stage.Now = stage.Start.AddMinutes(1);
        var minute = TimeSpan.FromMinutes(1);
        foreach (var (metric, value) in new[] { (Metric.Cpu, 2.0), (Metric.Memory, 1000), (Metric.Disk, 5), (Metric.Instances, 2), (Metric.NetTx, 4) })
        {
            var series = Assert.Single((await stage.QueryAsync(Of(stage, metric, MetricGrouping.Host, minute))).Series);
            Assert.Equal("h1", series.Labels["host"]);
            Assert.Equal(value, Assert.Single(series.Points).Value);
        }
        var used = await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Host, minute) with { Team = "default" });
        Assert.Empty(used.Series);
        var named = await stage.QueryAsync(Of(stage, Metric.Disk, MetricGrouping.Host, minute) with { Host = "h2" });
        Assert.Empty(named.Series);
    }

    [Fact]
    public async Task Partitions_are_made_ahead_and_dropped_when_they_are_over()
    {
        await using var stage = await CreateAsync(fixture);
        await stage.WriteAsync(stage.Start, stage.Start.AddSeconds(10), _ => [Sample(Instance(), 1)]);
        stage.Now = stage.Start.AddMinutes(11);
        await stage.Upkeep.RunOnceAsync(default);
        Assert.InRange(await PartitionsAsync(stage, "metric_samples"), 4, 5);
        Assert.Equal(1, await stage.Services.CountAsync("SELECT count(*) FROM metric_series"));

        stage.Now = stage.Start.AddHours(8);
        await stage.Upkeep.RunOnceAsync(default);
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM metric_samples"));
        Assert.InRange(await PartitionsAsync(stage, "metric_samples"), 4, 9);
        Assert.Equal(1, Assert.Single((await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Team, TimeSpan.FromMinutes(1)))).Series).Points.Single().Value);

        stage.Now = stage.Start.AddDays(10);
        await stage.Upkeep.RunOnceAsync(default);
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM metric_minutes"));
        Assert.Equal(1, Assert.Single((await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Team, null))).Series).Points.Single().Value);

        stage.Now = stage.Start.AddDays(70);
        await stage.Upkeep.RunOnceAsync(default);
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM metric_ten_minutes"));
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM metric_series"));
        // A tick of a time for which there is no partition makes it.
        await stage.Writer.WriteAsync(stage.Start.AddDays(100), [Sample(Instance(epoch: 9), 1)], [], default);
        Assert.Equal(1, await stage.Services.CountAsync("SELECT count(*) FROM metric_samples"));
    }

    [Fact]
    public async Task Only_own_teams_are_seen()
    {
        await using var stage = await CreateAsync(fixture);
        var (mine, _) = await stage.Services.Teams.PutAsync(ServiceStage.Admin, "mine", "Mine", new Quota(), default);
        var (other, _) = await stage.Services.Teams.PutAsync(ServiceStage.Admin, "other", "Other", new Quota(), default);
        var viewer = await stage.Services.UserAsync("v@example.org", "mine", TeamRole.Viewer);
        var (own, foreign) = (Instance(team: "mine", teamId: mine.Id), Instance(team: "other", teamId: other.Id));
        await stage.WriteAsync(stage.Start, stage.Start.AddSeconds(10), _ => [Sample(own, 1), Sample(foreign, 1)]);
        stage.Now = stage.Start.AddSeconds(10);

        var seen = await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Team, null), viewer);
        Assert.Equal("mine", Assert.Single(seen.Series).Labels["team"]);
        Assert.Equal(2, (await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Team, null))).Series.Length);
        await ServiceStage.RefusedAsync(RefusalKind.NotFound, () => stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.App, null) with { Team = "other" }, viewer));
        await ServiceStage.RefusedAsync(RefusalKind.NotFound, () => stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.App, null) with { Team = "mine", App = "none" }, viewer));
        await ServiceStage.RefusedAsync(RefusalKind.NotFound, () => stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Instance, null) with { Instance = foreign.Id }, viewer));
        await ServiceStage.RefusedAsync(RefusalKind.NotFound, () => stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Host, null) with { Host = "none" }, viewer));
        Assert.Single((await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Instance, null) with { Instance = own.Id }, viewer)).Series);
    }

    [Fact]
    public async Task Every_fault_is_told_at_once_and_many_series_are_refused()
    {
        await using var stage = await CreateAsync(fixture);
        var refused = await ServiceStage.RefusedAsync(RefusalKind.Invalid, () => stage.QueryAsync(
            new MetricQuery { Metric = Metric.Disk, By = MetricGrouping.App, App = "web", From = stage.Start.AddDays(-30), To = stage.Start, Step = TimeSpan.FromSeconds(5) }));
        Assert.Equal(["app", "metric", "step"], refused.Faults.Select(f => f.Path).Order(StringComparer.Ordinal));

        await stage.Writer.WriteAsync(stage.Start, [.. Enumerable.Range(1, MetricRules.MostSeries + 1).Select(slot => Sample(Instance(slot: slot), 1))], [], default);
        stage.Now = stage.Start.AddSeconds(10);
        refused = await ServiceStage.RefusedAsync(RefusalKind.Invalid, () => stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.Instance, null)));
        Assert.Contains("501 series", refused.Faults.Single().Message, StringComparison.Ordinal);
        Assert.Equal(501, Assert.Single((await stage.QueryAsync(Of(stage, Metric.Cpu, MetricGrouping.App, null))).Series).Points.Single().Value);
    }

    [Fact]
    public async Task Averages_of_apps_are_read_by_instance()
    {
        await using var stage = await CreateAsync(fixture);
        var (one, two, other) = (Instance(slot: 1), Instance(slot: 2), Instance("other"));
        var n = 0;
        await stage.WriteAsync(stage.Start, stage.Start.AddSeconds(60), tick => [Sample(one, n++ % 2), Sample(two, tick == stage.Start ? null : 3, 50), Sample(other, 9)]);
        var averages = await stage.Reader.ReadAppsAsync([one.App], stage.Start.AddSeconds(20), default);
        Assert.Equal([(one.Id, 0.5, 100.0, 20), (two.Id, 3.0, 50.0, 20)], averages.OrderBy(a => a.Cpu).Select(a => (a.Instance, a.Cpu!.Value, a.Memory, a.Samples)));
        Assert.All(averages, a => Assert.Equal(stage.Start.AddSeconds(58), a.NewestAt));
        Assert.Empty(await stage.Reader.ReadAppsAsync([], stage.Start, default));
    }

    private static async Task<int> PartitionsAsync(MetricStage stage, string table) =>
        await stage.Services.CountAsync($"SELECT count(*) FROM pg_inherits WHERE inhparent = '{table}'::regclass");

    private static MetricQuery Of(MetricStage stage, Metric metric, MetricGrouping by, TimeSpan? step) =>
        new() { Metric = metric, By = by, From = stage.Start, To = stage.Now, Step = step };
}
