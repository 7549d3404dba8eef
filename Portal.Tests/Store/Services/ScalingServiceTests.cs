using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Leases;
using Portal.Core.State.Metrics;
using Portal.Core.State.Readers;
using Portal.Core.State.Services;
using Portal.Core.State.Writers;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class ScalingServiceTests(StoreFixture fixture)
{
    private static readonly ScalingSpec Policy = new()
    {
        Min = 2, Max = 6, Metrics = [new ScalingMetric { Kind = ScalingMetricKind.Cpu, Target = new ScalingTarget(0.5) }],
    };

    [Fact]
    public async Task Numbers_set_by_hand_are_brought_between_the_bounds_and_0_lets_it_rest()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (created, _) = await stage.Apps.PutAsync(Admin, "default", "web", Scaled(), Any, default);
        var many = await stage.Apps.ScaleAsync(Admin, "default", "web", 50, Any, default);
        var again = await stage.Apps.PutAsync(Admin, "default", "web", Scaled(replicas: 1), Any, default);
        var none = await stage.Apps.ScaleAsync(Admin, "default", "web", 0, Any, default);

        Assert.Equal((2, 6, 2, 0), (created.Replicas, many.Replicas, again.App.Replicas, none.Replicas));
        Assert.Equal(1, many.Revision);
        var said = await stage.History.ListEventsAsync(Admin, new() { App = "web" }, default);
        Assert.Contains(said, e => e.Message == "admin@example.org scaled web from 2 to 6; asked for 50, but automatic scaling keeps it from 2 to 6.");
    }

    [Fact]
    public async Task A_decision_sets_the_number_and_keeps_its_figures()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Scaled(), Any, default);
        var (writer, lease) = await WriterAsync(stage);
        var app = await ReadAsync(stage);
        var (input, decision) = Decide(stage, app, 0.9, 1.1);

        var kept = await writer.CommitAsync(lease, app, input, decision, keeps: false, default);

        Assert.Equal((2, 4), (kept!.Current, kept.Number));
        var now = await stage.Apps.GetAsync(Admin, "default", "web", default);
        Assert.Equal((4, "autoscaler", 2, 1), (now.Replicas, now.ChangedBy, now.Generation, now.Revision));
        var told = Assert.Single(await stage.History.ListEventsAsync(Admin, new() { App = "web" }, default), e => e.Kind == "AppScaled");
        Assert.Equal("The autoscaler scaled web from 2 to 4: cpu 1 cores where 0.5 cores is the target, on average of 2 instances over up to 30 s.", told.Message);
        Assert.Equal(1, await stage.CountAsync("SELECT count(*) FROM audit WHERE actor = 'autoscaler' AND action = 'app.scale'"));
        var service = stage.Get<IScalingService>();
        var view = Assert.Single(await service.ListDecisionsAsync(Admin, "default", "web", null, 10, default));
        Assert.Equal((2, 4, 4, ScalingWhy.Metric, 2), (view.From, view.To, view.Recommended, view.Why, view.Inputs.Instances.Length));
        Assert.Equal((1.0, 4), (view.Inputs.Metrics[0].Average, view.Inputs.Metrics[0].Wanted));
        Assert.Empty(await service.ListDecisionsAsync(Admin, "default", "web", view.Id, 10, default));
        // What is remembered outlives the process.
        var next = await ReadAsync(stage);
        Assert.Equal((4, new ScalingStep(decision.History.Steps[0].At, 2, 4)), (next.Document!.History!.Number, Assert.Single(next.Document.History.Steps)));
    }

    [Fact]
    public async Task What_the_app_told_is_kept_as_a_series_for_a_while()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var own = new ScalingMetric { Kind = ScalingMetricKind.Prometheus, Port = "http", Name = "requests", Target = new ScalingTarget(5) };
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(change: s => s with { Ports = [new PortSpec("http", 80)], Scaling = new ScalingSpec { Max = 10, Metrics = [own] } }), Any, default);
        var (writer, lease) = await WriterAsync(stage);
        var began = stage.Clock.GetUtcNow();
        foreach (var value in new[] { 4.0, 6.0 })
        {
            var app = await ReadAsync(stage);
            var figures = ImmutableSortedDictionary<string, ScalingFigure>.Empty.Add(own.Source, new ScalingFigure(value, stage.Clock.GetUtcNow()));
            var input = app.ToInput(app.Spec.Scaling!, new Dictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>>(), ImmutableDictionary<string, string>.Empty) with { Instances = [new ScaledInstance(InstanceId.Of(app.Id, 1, 1), 1, true, figures)] };
            await writer.CommitAsync(lease, app, input, Autoscaler.Decide(input, stage.Clock.GetUtcNow()) with { Number = app.Replicas }, keeps: false, default);
            stage.Clock.Ahead += TimeSpan.FromSeconds(20);
        }
        var service = stage.Get<IScalingService>();

        var series = Assert.Single((await service.ReadFiguresAsync(Admin, "default", "web", began, stage.Clock.GetUtcNow(), default)).Series);

        Assert.Equal(own.Source, series.Labels["metric"]);
        Assert.Equal([4.0, 6.0], series.Points.Select(p => p.Value));
        Assert.InRange(series.Points[1].At - series.Points[0].At, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        await RefusedAsync(RefusalKind.Invalid, () => service.ReadFiguresAsync(Admin, "default", "web", began, began, default));
        await RefusedAsync(RefusalKind.NotFound, async () => await service.ReadFiguresAsync(await stage.UserAsync("stranger@example.org"), "default", "web", began, began.AddHours(1), default));
        Assert.Equal(2, await stage.CountAsync("SELECT count(*) FROM scaling_figures"));
        await stage.CountAsync("UPDATE scaling_figures SET at = at - interval '8 days' WHERE value = 4 RETURNING 1");
        await new MetricUpkeep(stage.Get<NpgsqlDataSource>(), new MetricRetention(), stage.Clock, NullLogger<MetricUpkeep>.Instance).RunOnceAsync(default);
        Assert.Equal(1, await stage.CountAsync("SELECT count(*) FROM scaling_figures"));
    }

    [Fact]
    public async Task Nothing_is_written_over_a_change_or_after_the_term()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Scaled(), Any, default);
        var (writer, lease) = await WriterAsync(stage);
        var app = await ReadAsync(stage);
        var (input, decision) = Decide(stage, app, 0.9, 1.1);
        await stage.Apps.ScaleAsync(Admin, "default", "web", 3, Any, default);

        Assert.Null(await writer.CommitAsync(lease, app, input, decision, keeps: true, default));
        await stage.CountAsync("UPDATE terms SET term = term + 1 WHERE name = 'autoscaler' RETURNING 1");
        await Assert.ThrowsAsync<TermLostException>(() => writer.CommitAsync(lease, app, input, decision, keeps: true, default));

        Assert.Equal(3, (await stage.Apps.GetAsync(Admin, "default", "web", default)).Replicas);
        Assert.Equal(0, await stage.CountAsync("SELECT count(*) FROM scaling_decisions"));
    }

    [Fact]
    public async Task A_quota_is_kept_and_named()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Teams.PutAsync(Admin, "default", null, new(Instances: 3), default);
        await stage.Apps.PutAsync(Admin, "default", "web", Scaled(), Any, default);
        var (writer, lease) = await WriterAsync(stage);
        var app = await ReadAsync(stage);
        var (input, decision) = Decide(stage, app, 0.9, 1.1);

        var kept = await writer.CommitAsync(lease, app, input, decision, keeps: false, default);

        Assert.Equal((2, ScalingWhy.Quota), (kept!.Number, kept.Why));
        Assert.EndsWith("4 would be right, but the team may have 3 instances; this would make it 4", kept.Reason, StringComparison.Ordinal);
        Assert.Equal(2, (await stage.Apps.GetAsync(Admin, "default", "web", default)).Replicas);
        Assert.Equal(2, (await ReadAsync(stage)).Document!.History!.Number);
        await writer.CommitAsync(lease, await ReadAsync(stage), input, decision, keeps: false, default);
        var told = Assert.Single(await stage.History.ListEventsAsync(Admin, new() { Kind = "ScalingHeld" }, default));
        Assert.Equal(("web", $"The autoscaler keeps web at 2: {kept.Reason}."), (told.App, told.Message));
    }

    [Fact]
    public async Task A_policy_is_tried_on_the_figures_and_judged_with_the_app()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        var service = stage.Get<IScalingService>();

        Assert.Null((await service.GetAsync(Admin, "default", "web", default)).Policy);
        var (_, tried) = await service.TryAsync(Admin, "default", "web", Policy, default);
        Assert.Equal((1, 2, ScalingWhy.Bounds), (tried.Current, tried.Number, tried.Why));
        var share = Policy with { Metrics = [Policy.Metrics[0] with { Target = new ScalingTarget(50, true) }] };
        var refused = await RefusedAsync(RefusalKind.Invalid, () => service.TryAsync(Admin, "default", "web", share, default));
        Assert.Equal("scaling.metrics[0].target", Assert.Single(refused.Faults).Path);
        await RefusedAsync(RefusalKind.Unprocessable, () => service.TryAsync(Admin, "default", "web", null, default));
        await RefusedAsync(RefusalKind.NotFound, () => service.GetAsync(Admin, "default", "absent", default));
        var stranger = await stage.UserAsync("stranger@example.org");
        await RefusedAsync(RefusalKind.NotFound, () => service.ListDecisionsAsync(stranger, "default", "web", null, 10, default));
    }

    [Fact]
    public async Task Only_policies_in_force_are_looked_at()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Scaled(), Any, default);
        await stage.Apps.PutAsync(Admin, "default", "off", Spec(change: s => s with { Scaling = Policy with { Enabled = false } }), Any, default);
        await stage.Apps.PutAsync(Admin, "default", "plain", Spec(), Any, default);

        Assert.Equal("web", Assert.Single(await stage.Get<ScalingReader>().ReadAsync(null, default)).Name);
    }

    private static AppRequest Scaled(int? replicas = null) => Spec(replicas: replicas, change: s => s with { Scaling = Policy });

    private static async Task<ScaledApp> ReadAsync(ServiceStage stage) => Assert.Single(await stage.Get<ScalingReader>().ReadAsync(null, default));

    private static (ScalingInput, ScalingDecision) Decide(ServiceStage stage, ScaledApp app, params double[] cores)
    {
        var now = stage.Clock.GetUtcNow();
        var input = app.ToInput(app.Spec.Scaling!, new Dictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>>(), ImmutableDictionary<string, string>.Empty) with
        {
            Instances = [.. cores.Select((c, i) => new ScaledInstance(InstanceId.Of(app.Id, i + 1, 1), i + 1, true, ImmutableSortedDictionary<string, ScalingFigure>.Empty.Add("cpu", new ScalingFigure(c, now))))],
        };
        return (input, Autoscaler.Decide(input, now));
    }

    private static async Task<(ScalingWriter, TermLease)> WriterAsync(ServiceStage stage)
    {
        var writer = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<ScalingWriter>(stage.Get<IServiceProvider>());
        var leases = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<LeaseStore>(stage.Get<IServiceProvider>());
        return (writer, (await TermLease.TryTakeAsync(leases, TimeProvider.System, "autoscaler", "test", TimeSpan.FromMinutes(1), default))!);
    }
}
