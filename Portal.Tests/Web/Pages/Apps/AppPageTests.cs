using Bunit;
using Portal.Components.Controls;
using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Scheduling;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class AppPageTests : PageContext
{
    private static readonly AppView Web = Given.App("web", "shop", replicas: 2);

    public AppPageTests() => Live.Set(Given.Snapshot([Web], [Given.Host("a")], [Given.Instance(Web, 1, "a"), Given.Instance(Web, 2, "a", epoch: 7)]));

    private IRenderedComponent<AppPage> Open(string query = "", Actor? actor = null) =>
        Open<AppPage>("/apps/shop/web" + query, actor, p => p.Add(x => x.Team, "shop").Add(x => x.Name, "web"));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<AppPage> page, string text) => page.FindAll("button").First(b => b.TextContent.Trim() == text);

    [Fact]
    public void A_restart_is_busy_until_the_controller_is_seen_to_act()
    {
        var page = Open();
        Button(page, "Restart").Click();
        page.WaitForAssertion(() => Assert.Equal("true", Button(page, "Restart").GetAttribute("aria-busy")));
        Assert.Contains("Waiting for the controller", page.Find(".waits").TextContent);
        Live.Set(Live.Current with { Apps = Live.Current.Apps.SetItem(Web.Id, Live.Current.Apps[Web.Id] with { ObservedGeneration = 2 }) });
        page.WaitForAssertion(() => Assert.Null(Button(page, "Restart").GetAttribute("aria-busy")));
    }

    [Fact]
    public void A_stop_asks_first()
    {
        var page = Open();
        Button(page, "Stop").Click();
        page.WaitForElement("dialog");
        Assert.Contains("Its data stays.", page.Find("dialog").TextContent);
        Assert.Empty(Apps.Calls);
        page.Find("#confirm-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["stop shop/web"], Apps.Calls));
    }

    [Fact]
    public void A_drawer_says_why_its_instance_is_there()
    {
        var id = InstanceId.Of(Web.Id, 2, 7);
        Apps.Placement = new PlacementView(id, "a", "1 of 2 hosts fits.", new Verdicts("1 of 2 hosts fits.",
        [
            new HostVerdict(new HostId(Given.IdOf("host a")), "a", null, "", 1.5, [new ScorerVerdict("spread", 1, 1.5)]),
            new HostVerdict(new HostId(Given.IdOf("host b")), "b", "memory", "256M needed, 100M free", 0, []),
        ]), Given.Now);
        History.Events = [Given.Event(1, "Replica 2 was moved here.", "web", "a", team: "shop") with { Instance = id }, Given.Event(2, "Something else.", "web", team: "shop")];
        var page = Open($"?tab=instances&instance={id}");
        page.WaitForAssertion(() =>
        {
            var drawer = page.Find("dialog").TextContent;
            foreach (var part in new[] { "Replica 2, its 7th container", "chosen", "256M needed, 100M free", "Replica 2 was moved here." })
            {
                Assert.Contains(part, drawer);
            }
            Assert.DoesNotContain("Something else.", drawer);
            Assert.EndsWith($"/teams/shop/apps/web/logs?markers=true&follow=true&tail=1000&instance={id}", page.FindComponent<LogPanel>().Instance.Source, StringComparison.Ordinal);
        });
        page.Find("dialog [data-close]").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("dialog")));
        Assert.EndsWith("?tab=instances", Navigation.Uri);
    }

    [Fact]
    public void A_drawer_shows_each_container_and_reads_the_log_of_the_one_that_is_chosen()
    {
        var instance = Given.Instance(Web, 1, "a") with
        {
            Containers =
            [
                new ContainerView { Name = "migrate", Kind = PartKind.Init, State = PartState.Completed, Image = "db:1", ContainerId = "m" },
                new ContainerView { Name = "main", Kind = PartKind.Main, State = PartState.Running, Image = "nginx:1", ContainerId = "n" },
                new ContainerView { Name = "log", Kind = PartKind.Sidecar, State = PartState.Restarting, Reason = "ended with exit code 7", Image = "log:1", ContainerId = "l", Restarts = 3 },
            ],
        };
        Live.Set(Given.Snapshot([Web], [Given.Host("a")], [instance]));
        var page = Open($"?tab=instances&instance={instance.Id}");
        page.WaitForAssertion(() =>
        {
            var drawer = page.Find("dialog").TextContent;
            foreach (var part in new[] { "migrate", "Completed", "db:1", "sidecar", "Restarting", "ended with exit code 7" })
            {
                Assert.Contains(part, drawer);
            }
            Assert.DoesNotContain("container=", page.FindComponent<LogPanel>().Instance.Source);
        });
        page.FindAll("dialog .facet button").Single(b => b.TextContent == "all").Click();
        page.WaitForAssertion(() => Assert.EndsWith("&container=all", page.FindComponent<LogPanel>().Instance.Source, StringComparison.Ordinal));
        Assert.True(page.FindComponent<LogPanel>().Instance.Tags);
    }

    [Fact]
    public void A_review_shows_the_plan_and_applies_what_was_reviewed()
    {
        Apps.Plan = new PlanView([new FieldChange("image", "nginx:1.27", "nginx:1.28", ChangeEffect.RestartsContainers)], [new PlanStep("a", 1, "Replace replica 1 on a.", "restart")], []);
        var page = Open("?tab=config");
        Assert.Equal("true", Button(page, "Review…(Edit something first.)").GetAttribute("aria-disabled"));
        page.Find("input[placeholder='nginx:1.27']").Input("nginx:1.28");
        page.Find("form").Submit();
        page.WaitForElement("dialog");
        Assert.Contains("Restarts 1 container", page.Find("dialog").TextContent);
        Button(page, "Apply").Click();
        page.WaitForAssertion(() => Assert.Equal(["plan shop/web", "put shop/web nginx:1.28 2"], Apps.Calls));
        Assert.Contains("generation 2", Toasts);
        Assert.Empty(page.FindAll("dialog"));
    }

    [Fact]
    public void A_refused_draft_shows_every_fault_at_its_field()
    {
        var page = Open("?tab=config");
        page.Find("input[placeholder='nginx:1.27']").Input("NOT AN IMAGE");
        page.Find("input[placeholder='as now']").Input("many");
        page.Find("form").Submit();
        Assert.Equal(2, page.FindAll(".field .fault").Count);
        Assert.Empty(Apps.Calls);
    }

    [Fact]
    public void A_draft_survives_a_walk_through_the_tabs()
    {
        var page = Open("?tab=config");
        page.Find("input[placeholder='nginx:1.27']").Input("nginx:1.28");
        Navigation.NavigateTo("/apps/shop/web?tab=events");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("input[placeholder='nginx:1.27']")));
        Navigation.NavigateTo("/apps/shop/web?tab=config");
        page.WaitForAssertion(() => Assert.Equal("nginx:1.28", page.Find("input[placeholder='nginx:1.27']").GetAttribute("value")));
    }

    [Fact]
    public void Deleting_asks_for_the_name()
    {
        var page = Open("?tab=config");
        Button(page, "Delete web…").Click();
        page.WaitForElement("#confirm-name");
        page.Find("#confirm-form").Submit();
        Assert.Empty(Apps.Calls);
        page.Find("#confirm-name").Input("web");
        page.Find("#confirm-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["delete shop/web"], Apps.Calls));
        Assert.EndsWith("/apps", Navigation.Uri);
    }

    [Fact]
    public void A_viewer_can_change_nothing_and_is_told_why()
    {
        var page = Open("?tab=config", Given.Member("shop", TeamRole.Viewer));
        Assert.All(page.FindAll(".app-head button.button"), b => Assert.Equal("true", b.GetAttribute("aria-disabled")));
        Assert.All(page.FindAll(".app-head button.button"), b => Assert.Contains("not change", b.GetAttribute("title")));
    }

    [Fact]
    public void An_app_of_another_team_is_not_there()
    {
        var page = Open("", Given.Member("office", TeamRole.TeamAdmin));
        Assert.Contains("There is no app web in team shop", page.Markup);
    }
}
