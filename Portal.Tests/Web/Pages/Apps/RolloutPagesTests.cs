using Bunit;
using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

/// <summary>The overview during and after a rollout, and the tab of deploys.</summary>
public sealed class RolloutPagesTests : PageContext
{
    private static readonly AppView Web = Given.App("web", "shop", AppStatus.Progressing, replicas: 2) with { Revision = 2, RolloutGeneration = 2, Generation = 2, ObservedGeneration = 2 };

    public RolloutPagesTests() => Apps.Revisions =
    [
        new RevisionView(2, new AppSpec { Image = "nginx:1.28" }, "sha256:bb", Given.Now, "ada@example.org", "a new page"),
        new RevisionView(1, new AppSpec { Image = "nginx:1.27" }, "sha256:aa", Given.Now, "ada@example.org", null),
    ];

    private IRenderedComponent<AppPage> Open(RolloutState rollout, string query = "", Actor? actor = null, bool held = false)
    {
        See(rollout, held);
        return Open<AppPage>("/apps/shop/web" + query, actor, p => p.Add(x => x.Team, "shop").Add(x => x.Name, "web"));
    }

    private void See(RolloutState rollout, bool held = false)
    {
        var wentBack = rollout.Status is RolloutStatus.RolledBack or RolloutStatus.Cancelled;
        var app = Web with { Rollout = new RolloutView(rollout), RolloutPaused = held, Revision = wentBack ? 1 : 2, Spec = new AppSpec { Image = "nginx:1.28" }, Image = wentBack ? "nginx:1.27" : "nginx:1.28" };
        Live.Set(Given.Snapshot([app], [Given.Host("a")], [Given.Instance(app, 1, "a", revision: 2, epoch: 2), Given.Instance(app, 2, "a")]));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<AppPage> page, string text) => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(text, StringComparison.Ordinal));

    [Fact]
    public void Old_and_new_stand_apart_with_their_images_and_the_bounds()
    {
        var page = Open(Given.Rollout(2, RolloutStatus.Progressing, "1 of 2 ready with the new revision") with { Available = 1 });
        page.WaitForAssertion(() => Assert.Contains("nginx:1.27", page.Find("#leaving-1").TextContent));
        Assert.Contains("Revision 2 (new)", page.Find("#staying-title").TextContent);
        var panel = page.Find(".rollout").TextContent;
        foreach (var said in new[] { "1 of 2", "at least 2 healthy, at most 3 present", "Revision 2 replaces revision 1: 1 of 2 ready with the new revision." })
        {
            Assert.Contains(said, panel);
        }
    }

    [Fact]
    public void A_pause_is_busy_until_it_is_seen_to_hold()
    {
        var page = Open(Given.Rollout(2, RolloutStatus.Progressing));
        Button(page, "Pause").Click();
        page.WaitForAssertion(() => Assert.Equal("true", Button(page, "Pause").GetAttribute("aria-busy")));
        See(Given.Rollout(2, RolloutStatus.Paused), held: true);
        page.WaitForAssertion(() => Assert.Null(Button(page, "Resume").GetAttribute("aria-busy")));
        Assert.Equal(["pause shop/web"], Rollouts.Calls);
    }

    [Fact]
    public void A_cancellation_asks_first()
    {
        var page = Open(Given.Rollout(2, RolloutStatus.Progressing));
        Button(page, "Cancel…").Click();
        page.WaitForElement("dialog");
        Assert.Contains("Revision 1 comes back", page.Find("dialog").TextContent);
        Assert.Empty(Rollouts.Calls);
        page.Find("#confirm-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["cancel shop/web"], Rollouts.Calls));
    }

    [Fact]
    public void A_rolled_back_app_says_what_runs_and_why()
    {
        var page = Open(Given.Rollout(2, RolloutStatus.RolledBack, "web.1 on a: exit code 3"));
        page.WaitForAssertion(() => Assert.Contains("nginx:1.28", page.Find(".rollout").TextContent));
        var said = page.Find(".rollout").TextContent;
        Assert.Contains("Revision 2 was rolled back; revision 1 runs.", said);
        Assert.Contains("exit code 3", said);
        Assert.Equal(["/apps/shop/web?tab=deploys", "/apps/shop/web?tab=config"], page.FindAll(".rollout a").Select(a => a.GetAttribute("href")));
        Assert.Empty(page.FindAll(".rollout button"));
        Assert.DoesNotContain("Revision 2 replaces", page.Find(".app-sentence").TextContent);
        Assert.Contains("nginx:1.27", page.FindAll("dl.facts")[^1].TextContent);
    }

    [Fact]
    public void The_config_says_that_its_spec_does_not_run()
    {
        var page = Open(Given.Rollout(2, RolloutStatus.RolledBack), "?tab=config");
        Assert.Contains("Revision 2 was rolled back; revision 1 runs.", page.Find(".banner").TextContent);
    }

    [Fact]
    public void A_success_leaves_no_trace_on_the_overview() => Assert.Empty(Open(Given.Rollout(2, RolloutStatus.Succeeded)).FindAll(".rollout"));

    [Fact]
    public void Revisions_are_listed_with_their_outcome_and_rolled_back_to()
    {
        var page = Open(Given.Rollout(2, RolloutStatus.Succeeded), "?tab=deploys");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        Assert.Contains("in force", page.Find("tbody tr").TextContent);
        Assert.Contains("Succeeded", page.Find("tbody tr").TextContent);
        Assert.Contains("sha256:bb", page.Find("tbody tr [title*=sha256]").GetAttribute("title"));
        Button(page, "Roll back to this").Click();
        page.WaitForElement("dialog");
        Assert.Contains("image: nginx:1.28 → nginx:1.27", page.Find("dialog").TextContent);
        page.Find("#confirm-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["rollback 1 shop/web"], Rollouts.Calls));
    }

    [Fact]
    public void Two_revisions_are_compared_by_the_address()
    {
        var page = Open(Given.Rollout(2, RolloutStatus.Succeeded), "?tab=deploys&a=1&b=2");
        page.WaitForAssertion(() => Assert.Equal("nginx:1.27", page.Find(".diff del").TextContent));
        Assert.Equal("nginx:1.28", page.Find(".diff ins").TextContent);
        page.FindAll("select")[0].Change("2");
        Assert.EndsWith("?a=2&b=2&tab=deploys", Navigation.Uri);
        page.WaitForAssertion(() => Assert.Contains("They say the same.", page.Markup));
    }

    [Fact]
    public void A_viewer_is_told_why_nothing_can_be_done()
    {
        var viewer = Given.Member("shop", TeamRole.Viewer);
        Assert.All(Open(Given.Rollout(2, RolloutStatus.Progressing), actor: viewer).FindAll(".rollout button"), b => Assert.Contains("not change", b.GetAttribute("title")));
        var page = Open(Given.Rollout(2, RolloutStatus.Succeeded), "?tab=deploys", viewer);
        page.WaitForAssertion(() => Assert.Contains("not change", Button(page, "Roll back to this").GetAttribute("title")));
    }
}
