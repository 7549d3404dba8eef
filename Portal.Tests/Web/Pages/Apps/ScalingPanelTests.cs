using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bunit;
using Portal.Components.Controls;
using Portal.Components.Pages.Apps.Detail.Scaling;
using Portal.Components.Pages.Apps.Drafts;
using Portal.Components.Pages.Usage;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class ScalingPanelTests : PageContext
{
    private static readonly ScalingSpec Policy = new() { Min = 2, Max = 10, Metrics = [new ScalingMetric { Kind = ScalingMetricKind.Cpu, Target = new ScalingTarget(50, true) }] };

    [Theory]
    [InlineData("""{"image":"a","scaling":{"max":5,"metrics":[{"metric":"cpu","target":"60%"}]}}""")]
    [InlineData("""{"image":"a","scaling":{"enabled":false,"min":2,"max":5,"metrics":[{"metric":"cpu","target":0.5},{"metric":"memory","target":"200M"},{"metric":"prometheus","target":50,"port":"http","path":"/m","name":"n","labels":{"a":"b"},"rate":true}],"schedules":[{"days":"mon-fri","from":"08:00","to":"20:00","timeZone":"Europe/Berlin","min":3}],"scaleOut":{"step":4},"scaleIn":{"stabilization":"10m"},"tolerance":"5%"}}""")]
    public void A_policy_comes_back_from_the_form_as_it_was(string json) => Assert.Equal(json, SpecForm.Of(JsonNode.Parse(json)!.AsObject()).ToJson().ToJsonString());

    [Fact]
    public void With_automatic_scaling_the_form_sends_no_number()
    {
        var form = new SpecForm { Image = "a", Replicas = "3" };
        Assert.Equal("""{"image":"a","replicas":3}""", form.ToJson().ToJsonString());
        (form.Scaling.IsOn, form.Scaling.Max, form.Scaling.Cpu) = (true, "5", "0.5");
        Assert.Equal("""{"image":"a","scaling":{"max":5,"metrics":[{"metric":"cpu","target":0.5}]}}""", form.ToJson().ToJsonString());
    }

    [Fact]
    public void It_says_why_the_number_is_what_it_is_and_what_was_decided()
    {
        Load(0.9);
        Scaling.Decisions.Add(new ScalingDecisionView(1, FakeScalingService.At, 2, 4, 4, ScalingWhy.Metric, "cpu 90 % where 50 % is the target", new ScalingDocument()));

        var panel = Draw(App());

        panel.WaitForAssertion(() => Assert.Contains("automatic, 2 to 10", panel.Markup, StringComparison.Ordinal));
        Assert.Contains("cpu 90 % where 50 % is the target, on average of 2 instances", panel.Markup, StringComparison.Ordinal);
        Assert.Contains("2 → 4", panel.Find(".scaling-list").TextContent, StringComparison.Ordinal);
        Assert.Equal(new ChartTarget(50, "Target", 1, 1000, 1), panel.FindComponent<Chart>().Instance.Target);
    }

    [Fact]
    public async Task Where_the_number_is_set_by_hand_it_says_so()
    {
        Metrics.Answer = new MetricAnswer(TimeSpan.FromSeconds(2), [new MetricSeries(ImmutableSortedDictionary<string, string>.Empty.Add("app", "web"), [new MetricPoint(TimeProvider.System.GetUtcNow(), 2)])]);
        var panel = Draw(Given.App("web", replicas: 2));
        panel.WaitForAssertion(() => Assert.Contains("You set the number.", panel.Markup, StringComparison.Ordinal));
        await panel.InvokeAsync(() => { });
        Assert.Empty(panel.FindAll("[role=alert]"));
        Assert.Equal("Running instances", panel.FindComponent<Chart>().Instance.Label);
        Assert.Contains(panel.FindComponent<Chart>().Instance.Data.Values[1], v => v is not null);
    }

    [Fact]
    public async Task A_dragged_target_changes_only_a_draft_until_it_is_applied()
    {
        Load(0.4);
        Apps.Plan = new PlanView([new FieldChange("scaling.metrics[0].target", "50%", "20%", ChangeEffect.NoRestart)], [], []);
        var app = App();
        var panel = Draw(app);
        panel.WaitForElement(".scaling-would");
        Assert.Contains("Now: 2 replicas", panel.Find(".scaling-would").TextContent, StringComparison.Ordinal);

        await panel.InvokeAsync(() => panel.FindComponent<Chart>().Instance.OnTargetDragged.InvokeAsync(20));

        Assert.Contains("With this draft: 4 replicas", panel.Find(".scaling-would").TextContent, StringComparison.Ordinal);
        Assert.Empty(Apps.Calls);
        await panel.Find("form").SubmitAsync();
        panel.WaitForElement(".modal");
        await panel.FindAll(".modal button").Single(b => b.TextContent.Contains("Apply", StringComparison.Ordinal)).ClickAsync(new());
        Assert.Equal(["plan default/web", "put default/web nginx:1.27"], Apps.Calls);
        var put = Live.Current.Apps.Values.Single();
        Assert.Equal((new ScalingTarget(20, true), 2), (put.Spec.Scaling!.Metrics[0].Target, put.Replicas));
    }

    [Fact]
    public void Faults_stand_at_their_fields_and_a_viewer_changes_nothing()
    {
        Load(0.4);
        var panel = Draw(App());
        panel.WaitForElement(".scaling-would");

        panel.FindAll("input").Single(i => i.GetAttribute("placeholder") == "10").Input("1");
        Assert.Contains("must not be more than max", panel.Markup, StringComparison.OrdinalIgnoreCase);

        var seen = Draw(App(), Given.Member("default", TeamRole.Viewer));
        seen.WaitForElement(".scaling-would");
        Assert.Null(seen.FindComponent<Chart>().Instance.Target);
        Assert.True(seen.Find("header input[type=checkbox]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Load_and_number_stand_in_one_chart()
    {
        var model = new ScalingModel();
        Load(0.4);
        Scaling.Policy = Policy;
        model.Apply(App(), await Scaling.GetAsync(Given.Admin, "default", "web", default), []);
        MetricAnswer Of(params double[] values) => new(TimeSpan.FromSeconds(2), [new MetricSeries(ImmutableSortedDictionary<string, string>.Empty, [.. values.Select((v, i) => new MetricPoint(Given.Now.AddSeconds(2 * i), v))])]);

        var data = model.Chart(new ChartRange(Given.Now, Given.Now.AddMinutes(1)), Of(0.4, 0.9), Of(1, 3));

        Assert.Equal([40.0, 30.0], data.Values[0].Select(v => Math.Round(v!.Value, 6)));
        Assert.Equal([1.0, 3.0], data.Values[1].Select(v => v!.Value));
        Assert.Equal((ChartShape.Step, true), (data.Series[1].Shape, data.Series[1].SecondAxis));
    }

    [Fact]
    public async Task What_the_app_tells_itself_has_a_past()
    {
        var own = new ScalingMetric { Kind = ScalingMetricKind.Prometheus, Port = "http", Name = "requests", Target = new ScalingTarget(5) };
        var model = new ScalingModel();
        Scaling.Policy = new ScalingSpec { Max = 10, Metrics = [own] };
        Scaling.Figures[own.Source] = [new MetricPoint(Given.Now, 4), new MetricPoint(Given.Now.AddSeconds(10), 7)];
        var app = App() with { Spec = App().Spec with { Scaling = Scaling.Policy } };
        model.Apply(app, await Scaling.GetAsync(Given.Admin, "default", "web", default), []);

        var data = model.Chart(new ChartRange(Given.Now, Given.Now.AddMinutes(1)), await Scaling.ReadFiguresAsync(Given.Admin, "default", "web", Given.Now, Given.Now.AddMinutes(1), default), null);

        Assert.Equal([4.0, 7.0], data.Values[0].Select(v => v!.Value));
    }

    [Fact]
    public void The_scale_control_says_that_the_number_is_set_automatically()
    {
        var control = Render<ScaleControl>(b => b.Add(c => c.Name, "web").Add(c => c.Replicas, 3).Add(c => c.OnScale, _ => Task.CompletedTask).Add(c => c.Automatic, (2, 10)));
        Assert.Equal("auto 2–10", control.Find(".scale-auto").TextContent);
    }

    private void Load(double cores)
    {
        Scaling.Policy = Policy;
        var at = TimeProvider.System.GetUtcNow();
        Scaling.Input = Scaling.Input with
        {
            Instances = [.. Enumerable.Range(1, 2).Select(slot => new ScaledInstance(InstanceId.Of(new AppId(Given.IdOf("web")), slot, 1), slot, true,
                ImmutableSortedDictionary<string, ScalingFigure>.Empty.Add("cpu", new ScalingFigure(cores, at))))],
        };
    }

    private static AppView App() => Given.App("web", replicas: 2) with
    {
        Spec = new AppSpec { Image = "nginx:1.27", Scaling = Policy, Resources = new ResourcesSpec { LimitCpus = 1 } },
    };

    private IRenderedComponent<ScalingPanel> Draw(AppView app, Actor? actor = null)
    {
        Live.Set(Given.Snapshot([app]));
        return Render<ScalingPanel>(b => b.Add(p => p.App, app).Add(p => p.Actor, actor ?? Given.Admin).Add(p => p.Place, new FigurePlace(new TimeChoice(), "figures", [], default)));
    }
}
