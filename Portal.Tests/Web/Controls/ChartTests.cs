using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Components.Controls;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Controls;

/// <summary>What a chart tells the browser, and what it tells its page.</summary>
public sealed class ChartTests : BunitContext
{
    private static readonly ChartRange Hour = new(Given.Now.AddHours(-1), Given.Now);
    private readonly BunitJSModuleInterop _module;
    private readonly BunitJSModuleInterop _script;

    public ChartTests()
    {
        Services.AddSingleton<TimeProvider>(new ManualClock());
        _module = JSInterop.SetupModule("/js/chart.js");
        _script = _module.SetupModule("create", _ => true);
        _script.Mode = JSRuntimeMode.Loose;
    }

    private static ChartData Data(params double?[] values) => new(Hour, [new ChartSeries("web", "web")],
        [.. values.Select((_, i) => ChartScript.Seconds(Hour.From) + i)], [[.. values]]);

    [Fact]
    public async Task New_points_are_told_alone_and_nothing_is_rendered()
    {
        var chart = Render<Chart>(p => p.Add(c => c.Label, "CPU").Add(c => c.Data, Data(1, null, 2)));
        Assert.Single(_script.Invocations["set"]);
        var rendered = chart.RenderCount;

        await chart.InvokeAsync(() => chart.Instance.AppendAsync(new ChartBatch(null, [], [5], [[3]])));

        Assert.Single(_script.Invocations["append"]);
        Assert.Single(_script.Invocations["set"]);
        Assert.Equal(rendered, chart.RenderCount);
    }

    [Fact]
    public void Other_data_is_drawn_anew_and_the_same_object_is_not()
    {
        var data = Data(1);
        var chart = Render<Chart>(p => p.Add(c => c.Label, "CPU").Add(c => c.Data, data));
        chart.Render(p => p.Add(c => c.Data, data));
        Assert.Single(_script.Invocations["set"]);

        chart.Render(p => p.Add(c => c.Data, Data(2)));
        Assert.Equal(2, _script.Invocations["set"].Count);
    }

    [Fact]
    public async Task Its_table_says_the_newest_values_with_units()
    {
        var chart = Render<Chart>(p => p.Add(c => c.Label, "CPU").Add(c => c.Unit, ChartUnit.Cores).Add(c => c.Data, Data(0.5, null)));
        Assert.Equal("Chart: CPU", chart.Find("[role=group]").GetAttribute("aria-label"));

        await chart.Find("button").ClickAsync(new());
        Assert.Equal(["web", "0.5 CPUs"], chart.FindAll("tbody td").Select(c => c.TextContent));

        await chart.InvokeAsync(() => chart.Instance.AppendAsync(new ChartBatch(null, [new ChartSeries("api", "api")], [9], [[0.25], [null]])));
        Assert.Equal(["web", "0.25 CPUs", "api", "–"], chart.FindAll("tbody td").Select(c => c.TextContent));
    }

    [Fact]
    public async Task A_dragged_range_and_target_reach_the_page()
    {
        ChartRange? range = null;
        double? target = null;
        var chart = Render<Chart>(p => p.Add(c => c.Label, "CPU").Add(c => c.Data, Data(1)).Add(c => c.Target, new ChartTarget(0.5))
            .Add(c => c.OnRange, EventCallback.Factory.Create<ChartRange>(this, r => range = r))
            .Add(c => c.OnTargetDragged, EventCallback.Factory.Create<double>(this, v => target = v)));

        await chart.InvokeAsync(() => chart.Instance.OnRangeSelected(ChartScript.Seconds(Hour.From), ChartScript.Seconds(Hour.To)));
        await chart.InvokeAsync(() => chart.Instance.OnTargetMoved(0.75));

        Assert.Equal(Hour, range);
        Assert.Equal(0.75, target);
    }

    [Fact]
    public async Task A_browser_that_is_away_is_trouble_that_the_page_hears_of()
    {
        var troubles = 0;
        var chart = Render<Chart>(p => p.Add(c => c.Label, "CPU").Add(c => c.Data, Data(1))
            .Add(c => c.OnTrouble, EventCallback.Factory.Create(this, () => troubles++)));
        _script.SetupVoid("append", _ => true).SetException(new InvalidOperationException("offline"));

        await chart.InvokeAsync(() => chart.Instance.AppendAsync(new ChartBatch(null, [], [5], [[3]])));

        Assert.Equal(1, troubles);
    }

    [Theory]
    [InlineData(0.0042, ChartUnit.Cores, "0.0042 CPUs")]
    [InlineData(1, ChartUnit.Cores, "1 CPU")]
    [InlineData(1536, ChartUnit.BytesPerSecond, "1.5 KiB/s")]
    [InlineData(3, ChartUnit.Number, "3")]
    public void Figures_have_units(double value, ChartUnit unit, string words) => Assert.Equal(words, Figures.Words(value, unit));

    [Fact]
    public void A_sparkline_stays_in_its_box_and_is_short()
    {
        var points = SparkPoints.Of([.. Enumerable.Range(0, 150).Select(i => (double)i)]).Split(' ');
        Assert.InRange(points.Length, 2, 24);
        Assert.StartsWith("0,", points[0]);
        Assert.StartsWith("60,1", points[^1]);
        Assert.Equal("", SparkPoints.Of([1]));
        Assert.Equal("0,15 60,15", SparkPoints.Of([0, 0]));
    }
}
