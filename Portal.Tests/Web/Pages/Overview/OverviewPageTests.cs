using Bunit;
using Portal.Components.Pages.Overview;
using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Overview;

public sealed class OverviewPageTests : PageContext
{
    [Fact]
    public void An_empty_portal_says_where_to_begin()
    {
        var page = Open<OverviewPage>("/");
        Assert.Equal("/hosts/add", page.Find(".empty a").GetAttribute("href"));
        Assert.Empty(Open<OverviewPage>("/", Given.Member("shop", TeamRole.Viewer)).FindAll(".empty a"));
    }

    [Fact]
    public void Trouble_comes_first_then_hosts_then_events()
    {
        var web = Given.App("web", status: AppStatus.Degraded, replicas: 2);
        Live.Set(Given.Snapshot([web], [Given.Host("a"), Given.Host("b", Reachability.Unreachable)], [Given.Instance(web, 1, "a"), Given.Instance(web, 2, "b", InstanceState.Unknown)],
            [Given.Event(1, "Replica 2 is unknown: b cannot be reached.", "web", "b")]));
        var page = Open<OverviewPage>("/");
        Assert.Equal(["/hosts/b", "/apps/default/web?tab=instances"], page.FindAll(".attention a").Select(a => a.GetAttribute("href")));
        Assert.Equal(2, page.FindAll(".host-tile").Count);
        Assert.Equal("idle", page.Find(".host-tile:nth-child(2) .blocks i").GetAttribute("data-tone"));
        Assert.Contains("Replica 2 is unknown", page.Find(".timeline").TextContent);
    }
}
