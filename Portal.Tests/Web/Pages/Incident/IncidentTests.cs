using System.Collections.Immutable;
using Bunit;
using Portal.Components.Controls;
using Portal.Components.Pages.Incident;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Incident;

public sealed class IncidentTests : PageContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly ChartRange Range = new(Given.Now.AddMinutes(-10), Given.Now.AddMinutes(10));

    private static EventView Event(long id, string kind, int minutes, Severity severity = Severity.Info, string? host = null, string message = "it happened") =>
        Given.Event(id, message, "web", host, severity, kind) with { At = Given.Now.AddMinutes(minutes) };

    private static ImmutableArray<Lane> Lanes(params EventView[] events) => IncidentLanes.Of(Range, events, [], [], e => $"#e{e.Id}");

    private static Lane Of(ImmutableArray<Lane> lanes, string title) => lanes.Single(l => l.Title == title);

    [Theory]
    [InlineData("AppScaled", "Scaling")]
    [InlineData("HostCordoned", "Hosts")]
    [InlineData("InstanceCrashed", "Instances")]
    [InlineData("AppStatusChanged", "Apps")]
    [InlineData("AlertFiring", "Other")]
    public void Each_event_has_its_lane(string kind, string lane)
    {
        var lanes = Lanes(Event(1, kind, 0, Severity.Warning));
        var item = Assert.Single(Of(lanes, lane).Items);
        Assert.Equal((50, "#e1"), (Math.Round(item.Left(Range)), item.Href));
        Assert.All(lanes.Where(l => l.Title != lane), l => Assert.Empty(l.Items));
    }

    [Fact]
    public void Neighbours_that_could_not_be_told_apart_are_one_as_bad_as_the_worst()
    {
        var item = Assert.Single(Of(Lanes([.. Enumerable.Range(1, 9).Select(i => Event(i, "InstancePlaced", 0, i == 5 ? Severity.Error : Severity.Info, message: $"n{i}"))]), "Instances").Items);
        Assert.Equal(("bad", "#e5"), (item.Tone, item.Href));
        Assert.Contains("and 6 more", item.Title);
    }

    [Fact]
    public void A_lost_host_is_a_stretch_until_it_is_back()
    {
        var hosts = Of(Lanes(Event(1, "HostUnreachable", -5, Severity.Error, "h1"), Event(2, "HostReachable", 5, host: "h1"), Event(3, "HostUnreachable", 6, Severity.Error, "h2")), "Hosts").Items;
        Assert.Equal([(25.0, 50.0), (80.0, 20.0)], hosts.Where(i => i.Until is not null).Select(i => (Math.Round(i.Left(Range)), Math.Round(i.Width(Range)))));
    }

    [Fact]
    public void A_rollout_is_a_stretch_in_its_tone()
    {
        var rollout = new RolloutView(Given.Rollout(1, RolloutStatus.Failed, "it crashed"), "default", "web");
        var item = Assert.Single(Of(IncidentLanes.Of(Range, [], [rollout], [], e => ""), "Rollouts").Items);
        Assert.Equal("bad", item.Tone);
        Assert.Contains("it crashed", item.Title);
    }

    [Fact]
    public void Logs_are_amounts_and_say_what_came_from_standard_error()
    {
        var lines = Enumerable.Range(0, 4).Select(i => new InstanceLogLine(default, 1, "h1", Given.Now.AddMinutes(i < 3 ? 0 : 8), i == 0, "x")).ToList();
        var items = Of(IncidentLanes.Of(Range, [], [], lines, e => ""), "Logs").Items;
        Assert.Equal([("warn", 1.0), ("idle", 1.0 / 3)], items.Select(i => (i.Tone, i.Amount)));
        Assert.Equal("3 lines, 1 from standard error", items[0].Title);
    }

    [Fact]
    public void It_tells_what_happened_in_order_with_reasons_and_gives_a_link_to_share()
    {
        var app = Given.App("web");
        Live.Set(Given.Snapshot([app], [Given.Host("h1")], [Given.Instance(app, 1, "h1")]));
        History.Events = [Event(1, "InstanceCrashed", 0, Severity.Warning, "h1", "web 1 exited with code 137"), Event(2, "InstanceRestarted", 1, message: "the engine restarted it")];
        var address = Incidents.Href(History.Events[0]);

        var page = Open<IncidentPage>(address);

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".story > li").Count), Patience);
        Assert.Contains("exited with code 137", page.FindAll(".story > li")[0].TextContent);
        Assert.NotEmpty(page.FindAll(".lane-track > li[data-tone=warn]"));
        page.Find(".page-head .actions button").Click();
        Assert.Equal("http://localhost" + address, JSInterop.Invocations["portal.copy"].Single().Arguments[0]);

        Navigation.NavigateTo(address + "&severity=warning");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".story > li")), Patience);
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\aplain\u0007\u0000", "plain")]
    [InlineData("a\tb<b>", "a\tb<b>")]
    public void Escapes_in_logs_are_never_obeyed(string text, string shown) => Assert.Equal(shown, LogText.Clean(text));

    [Fact]
    public void A_line_of_a_megabyte_is_cut() => Assert.Equal(501, LogText.Clean(new string('x', 1 << 20)).Length);

    [Fact]
    public void Without_an_app_it_says_how_to_see_logs() => Assert.Contains("Choose an app", Open<IncidentPage>("/incident").Markup);

    [Fact]
    public void A_drag_over_the_lanes_is_another_time()
    {
        var page = Open<IncidentPage>("/incident?team=default&app=web");
        page.InvokeAsync(() => page.FindComponent<LaneView>().Instance.OnRangeSelected(ChartScript.Seconds(Range.From), ChartScript.Seconds(Range.To)));
        Assert.Contains("from=2026-03-01T11%3A50%3A00Z", Navigation.Uri);
        Assert.Contains("to=2026-03-01T12%3A10%3A00Z", Navigation.Uri);
        Assert.Contains("app=web", Navigation.Uri);
    }
}
