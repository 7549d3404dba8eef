using Bunit;
using Portal.Components.Layout;
using Portal.Components.Pages.Overview;
using Portal.Core.Domain;
using Portal.Core.State.Views;
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
        Assert.Equal(["/hosts/b", "/apps/default/web?tab=instances"], page.FindAll(".attention li > a:first-child").Select(a => a.GetAttribute("href")));
        Assert.Equal(2, page.FindAll(".host-tile").Count);
        Assert.Equal("idle", page.Find(".host-tile:nth-child(2) .blocks i").GetAttribute("data-tone"));
        Assert.Contains("Replica 2 is unknown", page.Find(".timeline").TextContent);
    }

    [Fact]
    public void The_rail_counts_what_the_list_counts()
    {
        Live.Set(Given.Snapshot([Given.App("web", status: AppStatus.Pending, replicas: 2), Given.App("mail", "office", AppStatus.Failed)], [Given.Host("a", reservedCpus: 4)]));
        foreach (var uri in new[] { "/", "/?team=office" })
        {
            var page = Open<OverviewPage>(uri);
            var rail = Open<Rail>(uri);
            Assert.Equal(page.FindAll(".attention li").Count.ToString(), rail.Find(".badge [aria-hidden]").TextContent);
            Assert.Equal(page.Find("#attention-title + .count").TextContent, Assert.Single(rail.FindAll(".badge")).FirstElementChild!.TextContent);
        }
    }

    [Fact]
    public void Equal_neighbours_of_one_instance_are_one_event()
    {
        var web = Given.App("web");
        EventView Failed(long id, int slot) => Given.Event(id, "Could not start: exit code 3.", "web", "a") with { Instance = InstanceId.Of(web.Id, slot, 1) };
        Live.Set(Given.Snapshot([web], events: [Failed(1, 1), Failed(2, 1), Failed(3, 1), Failed(4, 2), Failed(5, 1)]));
        var page = Open<OverviewPage>("/");
        Assert.Equal(3, page.FindAll(".timeline li").Count);
        Assert.Equal("×3", Assert.Single(page.FindAll(".times [aria-hidden]")).TextContent);
        Assert.Equal("Could not start: exit code 3.", page.Find(".timeline .what").GetAttribute("title"));
    }
}
