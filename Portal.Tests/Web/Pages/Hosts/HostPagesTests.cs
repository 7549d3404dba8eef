using System.Collections.Immutable;
using Bunit;
using Portal.Components.Pages.Hosts;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.State.Live;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Hosts;

public sealed class HostPagesTests : PageContext
{
    private static readonly AppView Web = Given.App("web");

    public HostPagesTests() => Live.Set(Given.Snapshot([Web],
        [Given.Host("a") with { Foreign = [new ForeignContainer("1", "registry", "registry:2", "running", false)] }, Given.Host("b", Reachability.Unreachable)], [Given.Instance(Web, 1, "a")]));

    private IRenderedComponent<HostPage> OpenHost(string name, Actor? actor = null) => Open<HostPage>($"/hosts/{name}", actor, p => p.Add(x => x.Name, name));

    private static AngleSharp.Dom.IElement Button<TPage>(IRenderedComponent<TPage> page, string text) where TPage : Microsoft.AspNetCore.Components.IComponent =>
        page.FindAll("button").First(b => b.TextContent.Trim() == text);

    [Theory]
    [InlineData("/hosts", "tbody tr")]
    [InlineData("/hosts?view=tiles", ".host-tile")]
    public void Hosts_are_a_table_or_tiles(string uri, string each)
    {
        var page = Open<HostsPage>(uri);
        Assert.Equal(2, page.FindAll(each).Count);
        Assert.Contains("Unreachable", page.FindAll(each)[1].TextContent);
    }

    [Fact]
    public void A_test_of_the_connection_shows_what_the_engine_said_and_stores_nothing()
    {
        var page = Open<AddHostPage>("/hosts/add");
        page.Find("input[placeholder^=tcp]").Input("tcp://10.0.0.5:2375");
        Button(page, "Test connection").Click();
        page.WaitForAssertion(() => Assert.Contains("Docker 27.1.1 (API 1.46)", page.Find(".banner").TextContent));
        Assert.Equal(["try tcp://10.0.0.5:2375"], Hosts.Calls);
    }

    [Fact]
    public void A_connection_that_fails_says_what_to_do()
    {
        Hosts.Refuse = new RefusedException(RefusalKind.Unprocessable, "Connection refused (10.0.0.5:2375)");
        var page = Open<AddHostPage>("/hosts/add");
        page.Find("input[placeholder=h1]").Input("c");
        page.Find("input[placeholder^=tcp]").Input("tcp://10.0.0.5:2375");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("dockerd -H", page.Find(".banner").TextContent));
        Assert.Contains("Connection refused", page.Find(".banner").TextContent);
    }

    [Fact]
    public void A_host_that_was_added_is_shown()
    {
        var page = Open<AddHostPage>("/hosts/add");
        page.Find("form").Submit();
        Assert.Equal(2, page.FindAll(".field .fault").Count);
        page.Find("input[placeholder=h1]").Input("c");
        page.Find("input[placeholder^=tcp]").Input("tcp://10.0.0.5:2375");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.EndsWith("/hosts/c", Navigation.Uri));
        Assert.Equal(["put c tcp://10.0.0.5:2375"], Hosts.Calls);
    }

    [Fact]
    public void A_drain_shows_its_plan_and_is_busy_only_once_it_was_confirmed()
    {
        Hosts.Plan = new LeavingPlan("a", LeavingKind.Drain, "Of 2 instances 1 would move, 1 cannot move.",
        [
            new PlannedMove("default", "data", 2, "a", null, MoveOutcome.Stays, "default/data replica 2 stays: its volume's data is there."),
            new PlannedMove("default", "web", 1, "a", "b", MoveOutcome.Moves, "default/web replica 1 moves to b."),
        ]);
        var page = OpenHost("a");
        Button(page, "Drain…").Click();
        page.WaitForElement("dialog");
        Assert.Equal(Hosts.Plan.Moves.Select(m => m.Sentence), page.FindAll("dialog li").Select(l => l.TextContent));
        Assert.Contains("Of 2 instances 1 would move", page.Find("dialog p").TextContent);
        Assert.Empty(page.FindAll("[aria-busy], .waits"));
        Assert.Empty(Hosts.Calls);
        page.Find("#plan-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["Draining a"], Hosts.Calls));
        page.WaitForAssertion(() => Assert.Contains("1 still on a", page.Find(".leaving").TextContent));
        Assert.Contains("default/web replica 1 is next", page.Find(".leaving").TextContent);
        Button(page, "Stop").Click();
        page.WaitForAssertion(() => Assert.Equal(["Draining a", "Active a"], Hosts.Calls));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".leaving")));
    }

    [Fact]
    public void A_planned_reboot_shows_its_plan_asks_how_long_and_says_when_it_may_be_done()
    {
        Hosts.Plan = Hosts.Plan with { Summary = "Of 1 instance 1 would wait for a.", Moves = [new PlannedMove("default", "web", 1, "a", null, MoveOutcome.WaitsForHost, "default/web replica 1 is down meanwhile and waits for a.")] };
        Live.Set(Given.Snapshot([Web with { Spec = Web.Spec with { Disruption = new CountOrPercent(1) } }], [Given.Host("a"), Given.Host("b")], [Given.Instance(Web, 1, "a")]));
        var page = OpenHost("a");
        Button(page, "Planned reboot…").Click();
        page.WaitForElement("#plan-wait").Change("30");
        Assert.Contains("Wait for the host (1)", page.Find("dialog").TextContent);
        page.Find("#plan-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["reboot a 30 min"], Hosts.Calls));
        page.WaitForAssertion(() => Assert.Contains("a may be rebooted now: its instance waits up to 30m for it", page.Find(".leaving").TextContent));
        Assert.Contains("Reboot planned", page.Find(".page-head").TextContent);
    }

    [Fact]
    public void A_snapshot_that_is_older_than_the_announcement_gives_no_leave()
    {
        var host = Given.Host("a") with { Availability = Availability.Cordoned, Reboot = new PlannedReboot(Given.Now, TimeSpan.FromMinutes(10), Given.Now), State = "Rebooting" };
        var before = Given.Snapshot([Web], [Given.Host("a"), Given.Host("b")], [Given.Instance(Web, 1, "a")]);
        Assert.Single(HostProgress.Of(before, host)!.Left);
        Assert.False(HostProgress.Of(before with { Instances = before.Instances.Clear() }, host)!.MayBeRebooted);
        Assert.True(HostProgress.Of(before with { Instances = before.Instances.Clear(), At = Given.Now.AddSeconds(5) }, host)!.MayBeRebooted);
    }

    [Fact]
    public void A_reboot_that_must_wait_says_for_what()
    {
        var host = Given.Host("a") with { Availability = Availability.Cordoned, Reboot = new PlannedReboot(Given.Now, TimeSpan.FromMinutes(10), Given.Now), State = "Rebooting" };
        Live.Set(Given.Snapshot([Web], [host, Given.Host("b")], [Given.Instance(Web, 1, "a"), Given.Instance(Web, 1, "b", InstanceState.Starting, epoch: 2)]));
        var card = OpenHost("a").Find(".leaving").TextContent;
        Assert.Contains("a may not be rebooted yet: 0 of 1 gone, 1 more must leave first", card);
        Assert.Contains("default/web replica 1 waits until its successor on b is ready (starting)", card);
    }

    [Fact]
    public void A_rebalance_shows_every_move_runs_and_can_be_stopped()
    {
        Rebalance.Plan = new RebalancePlanView("1 of 3 instances would move.", [new PlannedMove("default", "web", 3, "a", "b", MoveOutcome.Moves, "default/web replica 3 moves from a to b: a had 3 of its instances, b 0.")]);
        var page = Open<HostsPage>("/hosts");
        Button(page, "Rebalance…").Click();
        page.WaitForElement("#plan-form");
        Assert.Contains("a had 3 of its instances, b 0", page.Find("dialog li").TextContent);
        page.Find("dialog input[type=checkbox]").Change(true);
        page.Find("#plan-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["on join True", "start"], Rebalance.Calls));
        page.WaitForAssertion(() => Assert.Contains("0 instances moved, 1 under way", page.Find(".leaving").TextContent));
        Button(page, "Stop").Click();
        page.WaitForAssertion(() => Assert.Equal("stop", Rebalance.Calls[^1]));
    }

    [Fact]
    public void Where_nothing_would_move_there_is_nothing_to_start()
    {
        var page = Open<HostsPage>("/hosts");
        Button(page, "Rebalance…").Click();
        page.WaitForElement("#plan-form").Submit();
        Assert.Contains("No move would spread instances better", page.Find("dialog").TextContent);
        Assert.Empty(Rebalance.Calls);
        Assert.DoesNotContain(Open<HostsPage>("/hosts", Given.Member("default", TeamRole.Deployer)).FindAll("button"), b => b.TextContent.Contains("Rebalance"));
    }

    [Fact]
    public void What_the_loss_of_a_host_would_do_is_on_both_pages()
    {
        var (a, b) = (Given.Host("a").Id, Given.Host("b").Id);
        var lost = new LostApp("default", "web", 2, 0, "default/web replica 1 would fit nowhere: 0 of 2 hosts fit.");
        Loss.Forecast = new LossForecast(Given.Now, ImmutableDictionary<HostId, HostLoss>.Empty.Add(a, new HostLoss(1, [lost])).Add(b, new HostLoss(0, [])));

        var rows = Open<HostsPage>("/hosts").FindAll("tbody tr");
        Assert.Contains("1 would not fit", rows[0].TextContent);
        Assert.Contains("all would fit", rows[1].TextContent);
        var card = OpenHost("a").Find("section[aria-labelledby=loss-title]").TextContent;
        Assert.Contains("would fit nowhere: 0 of 2 hosts fit", card);
        Assert.Contains("1 more of it too", card);
        Assert.DoesNotContain("default/web", OpenHost("a", Given.Member("shop", TeamRole.Viewer)).Find("section[aria-labelledby=loss-title]").TextContent);
    }

    [Fact]
    public void Removing_asks_for_the_name_and_forces_only_what_carries_instances()
    {
        var page = OpenHost("b");
        Button(page, "Remove…").Click();
        page.WaitForElement("#confirm-name");
        page.Find("#confirm-name").Input("b");
        page.Find("#confirm-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["delete b"], Hosts.Calls));
    }

    [Fact]
    public void Foreign_containers_are_for_administrators()
    {
        Assert.Contains("registry:2", OpenHost("a").Markup);
        var member = OpenHost("a", Given.Member("default", TeamRole.Viewer)).Markup;
        Assert.DoesNotContain("registry:2", member);
        Assert.Contains("Only administrators change hosts.", member);
    }

    [Fact]
    public void A_lost_host_says_since_when_it_is_not_known() => Assert.Contains("Its engine does not answer", OpenHost("b").Find(".banner").TextContent);
}
