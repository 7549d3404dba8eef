using Bunit;
using Portal.Components.Pages.Deploys;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Deploys;

public sealed class DeploysPageTests : PageContext
{
    [Fact]
    public void An_empty_list_says_what_will_stand_there()
    {
        var page = Open<DeploysPage>("/deploys");
        page.WaitForAssertion(() => Assert.Contains("No deploy yet", page.Find(".empty").TextContent));
    }

    [Fact]
    public void A_rollout_that_ends_shows_at_once_and_with_what_was_read()
    {
        var rollout = Given.Rollout(2, RolloutStatus.Progressing);
        Rollouts.Rollouts = [new RolloutView(rollout, "shop", "web")];
        var web = Given.App("web", "shop") with { Rollout = new RolloutView(rollout), RolloutGeneration = 2 };
        Live.Set(Given.Snapshot([web]));
        var page = Open<DeploysPage>("/deploys");
        page.WaitForAssertion(() => Assert.Contains("Progressing", page.Find("tbody tr").TextContent));
        Assert.Equal("/apps/shop/web", page.Find("tbody a").GetAttribute("href"));

        var ended = Given.Rollout(2, RolloutStatus.RolledBack, "web.1 on a: exit code 3");
        Rollouts.Rollouts = [new RolloutView(ended, "shop", "web"), new RolloutView(Given.Rollout(1, RolloutStatus.Succeeded) with { StartedAt = Given.Now.AddHours(-1) }, "shop", "web")];
        Live.Set(Given.Snapshot([web with { Rollout = new RolloutView(ended) }]));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count), TimeSpan.FromSeconds(5));
        Assert.Contains("exit code 3", page.Find("tbody tr").TextContent);
        Assert.Contains("1 min", page.Find("tbody tr").TextContent);
    }

    [Fact]
    public void The_address_filters()
    {
        Rollouts.Rollouts = [new RolloutView(Given.Rollout(2, RolloutStatus.Failed), "shop", "web"), new RolloutView(Given.Rollout(1, RolloutStatus.Succeeded), "shop", "mail")];
        var page = Open<DeploysPage>("/deploys?status=failed");
        page.WaitForAssertion(() => Assert.Equal(["web"], page.FindAll("tbody .row-link").Select(a => a.TextContent)));
        page.FindAll(".chip").Single(c => c.TextContent.Contains("Failed", StringComparison.Ordinal)).Click();
        Assert.EndsWith("/deploys", Navigation.Uri);
    }
}
