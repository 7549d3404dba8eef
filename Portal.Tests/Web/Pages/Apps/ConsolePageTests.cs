using Bunit;
using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class ConsolePageTests : PageContext
{
    private static readonly AppView Web = Given.App("web", "shop", replicas: 1);
    private static readonly InstanceView One = Given.Instance(Web, 1, "a") with { ContainerId = "0123456789abcdef" };

    public ConsolePageTests() => Live.Set(Given.Snapshot([Web], [Given.Host("a")], [One]));

    private IRenderedComponent<ConsolePage> Open(Actor? actor = null, string? id = null) => Open<ConsolePage>("/", actor,
        p => p.Add(x => x.Team, "shop").Add(x => x.Name, "web").Add(x => x.Id, id ?? One.Id.ToString()));

    [Fact]
    public void A_deployer_gets_a_terminal() => Assert.Single(Open().FindAll(".console"));

    [Fact]
    public void A_viewer_is_told_why_not()
    {
        var page = Open(Given.Member("shop", TeamRole.Viewer));
        Assert.Empty(page.FindAll(".console"));
        Assert.Contains("a console needs the role Deployer", page.Find(".empty").TextContent);
    }

    [Fact]
    public void An_instance_that_is_gone_says_so_and_one_that_goes_meanwhile_stays()
    {
        Assert.Contains("no longer there", Open(id: Guid.NewGuid().ToString()).Markup);
        var page = Open();
        Live.Set(Given.Snapshot([Web], [Given.Host("a")], []));
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".console")));
    }

    [Theory]
    [InlineData(TeamRole.Viewer, false)]
    [InlineData(TeamRole.Deployer, true)]
    public void The_drawer_leads_there(TeamRole role, bool may)
    {
        var page = Open<AppPage>($"/apps/shop/web?tab=instances&instance={One.Id}", Given.Member("shop", role), p => p.Add(x => x.Team, "shop").Add(x => x.Name, "web"));
        page.WaitForAssertion(() => Assert.Contains("Console", page.Find("dialog").TextContent));
        Assert.Equal(may ? 1 : 0, page.FindAll($"dialog a[href='/teams/shop/apps/web/instances/{One.Id}/console']").Count);
    }
}
