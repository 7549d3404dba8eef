using Bunit;
using Portal.Components.Pages.Apps;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class AppsPageTests : PageContext
{
    private static readonly AppView Web = Given.App("web", "shop", AppStatus.Degraded, 3) with { Reason = "2 of 3 are ready: b cannot be reached." };
    private static readonly AppView Mail = Given.App("mail", "office");

    public AppsPageTests() => Live.Set(Given.Snapshot([Web, Mail], [Given.Host("a")], [Given.Instance(Web, 1, "a"), Given.Instance(Mail, 1, "a")]));

    private static string[] Names(IRenderedComponent<AppsPage> page) => [.. page.FindAll("a.row-link").Select(a => a.TextContent)];

    [Fact]
    public void A_row_says_how_the_app_is_and_why()
    {
        var page = Open<AppsPage>("/apps?teams=shop");
        var row = page.Find("tbody tr").TextContent;
        foreach (var part in new[] { "Degraded", "b cannot be reached", "web", "shop", "nginx:1.27", "2 of 3", "a.example.org:32769", "by token:ci-shop" })
        {
            Assert.Contains(part, row);
        }
    }

    [Fact]
    public void The_address_restores_the_filters_and_follows_them()
    {
        var page = Open<AppsPage>("/apps?teams=office&sort=-changed");
        Assert.Equal(["mail"], Names(page));
        page.FindAll("button.chip").Single(b => b.TextContent.Contains("office", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Equal(2, Names(page).Length));
        Assert.EndsWith("/apps?sort=-changed", Navigation.Uri);
        page.Find("input[type=search]").Input("we");
        page.WaitForAssertion(() => Assert.Equal(["web"], Names(page)));
        Assert.Contains("q=we", Navigation.Uri);
    }

    [Fact]
    public void A_change_elsewhere_comes_by_itself()
    {
        var page = Open<AppsPage>("/apps");
        Live.Set(Live.Current with { Apps = Live.Current.Apps.Remove(Mail.Id) });
        page.WaitForAssertion(() => Assert.Equal(["web"], Names(page)));
    }

    [Fact]
    public void A_viewer_sees_a_scale_control_that_says_why_it_is_off()
    {
        var page = Open<AppsPage>("/apps", Given.Member("shop", TeamRole.Viewer));
        Assert.Equal(["web"], Names(page));
        Assert.True(page.Find(".scale input").HasAttribute("disabled"));
        Assert.Contains("not change", page.Find(".scale").GetAttribute("title"));
    }

    [Fact]
    public void Without_apps_it_says_what_to_do()
    {
        Live.Set(Given.Snapshot([]));
        var page = Open<AppsPage>("/apps");
        Assert.Equal(["/apps/new", "/hosts/add"], page.FindAll(".empty a").Select(a => a.GetAttribute("href")));
    }
}
