using Portal.Core.Domain;
using Portal.Core.State.Backup;
using Portal.Core.State.Metrics;
using Portal.Tests.Store.Embedded;
using Portal.Tests.Store.Metrics;

namespace Portal.Tests.Store.Backup;

public sealed class BackupMetricsTests(StoreFixture store) : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Only_the_coarse_figures_go_with_a_backup_and_what_is_measured_goes_on_behind_them()
    {
        await using var stage = await MetricStage.CreateAsync(store);
        var one = MetricStage.Instance();
        await stage.WriteAsync(stage.Start, stage.Start.AddMinutes(11), _ => [MetricStage.Sample(one, 1)]);
        stage.Now = stage.Start.AddMinutes(12);
        await stage.Upkeep.RunOnceAsync(default);
        var (from, to) = (stage.ConnectionString, await store.CreateEmptyDatabaseAsync());

        var output = new StringWriter();
        Assert.True(await BackupCommands.BackupAsync(_scratch["a.tar"], _scratch["data"], from, null, output, TimeProvider.System, default) == 0, output.ToString());
        // The second time over what the first one restored, and what was made since.
        foreach (var force in new[] { false, true })
        {
            Assert.True(await BackupCommands.RestoreAsync(_scratch["a.tar"], _scratch["restored"], to, null, force, output, TimeProvider.System, default) == 0, output.ToString());
            Assert.Equal(0, await Sql.ScalarAsync<long>(to, "SELECT count(*) FROM metric_samples"));
            Assert.Equal(0, await Sql.ScalarAsync<long>(to, "SELECT count(*) FROM metric_minutes"));
            Assert.Equal(1, await Sql.ScalarAsync<long>(to, "SELECT count(*) FROM metric_ten_minutes"));

            await using var restored = MetricStage.Over(to);
            restored.Now = stage.Start.AddMinutes(40);
            await restored.WriteAsync(stage.Start.AddMinutes(30), stage.Start.AddMinutes(40), _ => [MetricStage.Sample(one, 2)]);
            await restored.Upkeep.RunOnceAsync(default);
            var answer = await restored.QueryAsync(new MetricQuery { Metric = Metric.Cpu, By = MetricGrouping.App, From = stage.Start, To = restored.Now, Step = TimeSpan.FromMinutes(1) });
            var points = Assert.Single(answer.Series).Points;
            Assert.Equal(new MetricPoint(stage.Start, 1), points[0]);
            Assert.Equal(Enumerable.Range(30, 10).Select(m => new MetricPoint(stage.Start.AddMinutes(m), 2)), points.Skip(1));
        }
    }
}
