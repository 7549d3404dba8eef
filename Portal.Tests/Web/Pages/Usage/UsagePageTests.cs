using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Components.Pages.Usage;
using Portal.Core.Domain;
using Portal.Core.State;
using Portal.Core.State.Metrics;
using Portal.Tests.EndToEnd;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Usage;

public sealed class UsagePageTests : PageContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public UsagePageTests()
    {
        var (web, api, other) = (Given.App("web", replicas: 2), Given.App("api"), Given.App("shop", "trade"));
        var instances = new[] { Given.Instance(web, 1, "h1"), Given.Instance(web, 2, "h2"), Given.Instance(api, 1, "h1"), Given.Instance(other, 1, "h2") };
        Live.Set(Given.Snapshot([web, api, other], [Given.Host("h1"), Given.Host("h2")], instances));
        Usage.Set(DateTimeOffset.UnixEpoch.AddDays(20_000), (instances[0], 0.1, 50), (instances[1], 0.1, 40), (instances[2], 0.15, 10), (instances[3], 0.9, 5));
    }

    private static string[] Names(IRenderedComponent<UsagePage> page) => [.. page.FindAll("tbody .row-link").Select(n => n.TextContent)];

    [Fact]
    public void What_uses_most_comes_first()
    {
        var page = Open<UsagePage>("/usage");
        Assert.Equal(["shop 1", "api 1", "web 1", "web 2"], Names(page));
        Assert.Contains("0.9 CPUs", page.Markup);
    }

    [Theory]
    [InlineData("/usage?by=app", "shop,web,api")]
    [InlineData("/usage?by=app&sort=-memory", "web,api,shop")]
    [InlineData("/usage?by=team", "trade,default")]
    [InlineData("/usage?sort=name", "api 1,shop 1,web 1,web 2")]
    [InlineData("/usage?q=web", "web 1,web 2")]
    [InlineData("/usage?team=trade", "shop 1")]
    [InlineData("/usage?host=h1", "api 1,web 1")]
    public void Its_address_says_what_is_shown(string address, string names) => Assert.Equal(names.Split(','), Names(Open<UsagePage>(address)));

    [Fact]
    public void Of_teams_that_one_may_not_see_nothing_is_shown()
    {
        Assert.Equal(["shop 1"], Names(Open<UsagePage>("/usage", Given.Member("trade", TeamRole.Viewer))));
    }

    [Fact]
    public void New_figures_come_by_themselves()
    {
        var page = Open<UsagePage>("/usage?by=app");
        var web = Live.Current.Instances[Given.App("web").Id];
        Usage.Set(DateTimeOffset.UnixEpoch.AddDays(20_001), (web[0], 3, 1));
        page.WaitForAssertion(() => Assert.Equal(["web"], Names(page)), Patience);
    }

    [Fact]
    public void Over_time_asks_for_what_its_address_says()
    {
        Open<UsagePage>("/usage?view=time&by=host&metric=memory&range=6h&team=trade");
        var asked = Assert.Single(Metrics.Asked);
        Assert.Equal((Metric.Memory, MetricGrouping.Host, "trade", TimeSpan.FromHours(6)), (asked.Metric, asked.By, asked.Team, asked.To - asked.From));
    }

    [Fact]
    public void A_store_that_is_away_is_said_and_tried_again()
    {
        Metrics.Failure = new TimeoutException("the store");
        var page = Open<UsagePage>("/usage?view=time");
        Assert.Contains("The store does not answer", page.Find("[role=alert]").TextContent);
        Metrics.Failure = null;
        page.Find(".chart-head button").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[role=alert]")), Patience);
    }

    [Fact]
    public async Task A_browser_that_was_away_is_told_anew_what_was_stored_meanwhile()
    {
        JSInterop.Mode = Bunit.JSRuntimeMode.Strict;
        var chart = JSInterop.SetupModule("/js/chart.js").SetupModule("create", _ => true);
        chart.Mode = Bunit.JSRuntimeMode.Loose;
        var away = chart.SetupVoid("append", _ => true);
        away.SetException(new InvalidOperationException("offline"));
        var ping = chart.SetupVoid("ping", _ => true);
        ping.SetException(new InvalidOperationException("offline"));
        var page = Open<UsagePage>("/usage?view=time");
        page.WaitForAssertion(() => Assert.Single(Metrics.Asked), Patience);
        var web = Live.Current.Instances[Given.App("web").Id];
        var at = DateTimeOffset.UnixEpoch.AddDays(20_001);
        Usage.Set(at, (web[0], 1, 1));
        // Nothing is rendered meanwhile, so the figures are set until something came of them.
        Task Figures(string what, Func<bool> came) => Until.NothingIsWrongAsync(Patience, what, () =>
        {
            Usage.Set(at = at.AddSeconds(2), (web[0], 1, 1));
            return Task.FromResult(came() ? null : "not yet");
        });

        await Figures("the browser is asked whether it is back", () => chart.Invocations["ping"].Count > 0);
        Assert.Single(chart.Invocations["append"]);
        Assert.Single(Metrics.Asked);

        ping.SetVoidResult();
        await Figures("the stored figures are read anew", () => Metrics.Asked.Count > 1);
    }
}
