using Bunit;
using Portal.Components.Controls;
using Portal.Components.Pages.Logs;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Logs;

public sealed class LogsPageTests : PageContext
{
    private static readonly AppView Web = Given.App("web", "shop", replicas: 1);
    private static readonly AppView Api = Given.App("api", "shop", replicas: 1);

    public LogsPageTests() => Live.Set(Given.Snapshot([Web, Api], [Given.Host("a")], [Given.Instance(Web, 1, "a"), Given.Instance(Api, 1, "a")]));

    [Fact]
    public void The_address_says_which_lines_are_read()
    {
        var id = InstanceId.Of(Web.Id, 1, 1);
        var page = Open<LogsPage>($"/logs?app=shop/web&instance={id}&since=2026-01-01T00:00:00Z&until=2026-01-01T01:00:00Z&q=error&times=utc");
        var panel = page.FindComponent<LogPanel>().Instance;

        Assert.Equal($"/api/v1/teams/shop/apps/web/logs?markers=true&instance={id}&since=2026-01-01T00%3A00%3A00Z&until=2026-01-01T01%3A00%3A00Z&q=error", panel.Source);
        Assert.Equal($"/api/v1/teams/shop/apps/web/logs?format=text&instance={id}&since=2026-01-01T00%3A00%3A00Z&until=2026-01-01T01%3A00%3A00Z&q=error", panel.Download);
        Assert.Equal((false, false, "utc"), (panel.Follow, panel.Tags, panel.Zone));
        Assert.Equal(2, page.FindAll("input[type=datetime-local]").Count);
    }

    [Fact]
    public void An_app_is_chosen_first_and_its_filters_go_into_the_address()
    {
        var page = Open<LogsPage>("/logs");
        Assert.Empty(page.FindComponents<LogPanel>());
        page.Find("select").Change("shop/web");
        page.WaitForAssertion(() => Assert.EndsWith("/logs?app=shop%2Fweb", Navigation.Uri, StringComparison.Ordinal));
        page.WaitForAssertion(() => Assert.EndsWith("&tail=1000&ended=true", page.FindComponent<LogPanel>().Instance.Source, StringComparison.Ordinal));

        page.Find("button.chip").Click();
        page.WaitForAssertion(() => Assert.EndsWith("&tail=1000", page.FindComponent<LogPanel>().Instance.Source, StringComparison.Ordinal));
        page.Find("input[type=search]").Change("<b>");
        page.WaitForAssertion(() => Assert.Contains("q=%3Cb%3E", Navigation.Uri));
    }

    [Fact]
    public void An_ended_instance_is_said_to_be_so()
    {
        var ended = Given.Instance(Web, 1, "a", epoch: 3) with { EndedAt = Given.Now, Reason = "it exited with code 7" };
        Apps.Ended = [ended];
        var page = Open<LogsPage>($"/logs?app=shop/web&instance={ended.Id}");
        page.WaitForAssertion(() => Assert.Contains("it exited with code 7", page.Find(".banner").TextContent));
        page.WaitForAssertion(() => Assert.DoesNotContain("follow", page.FindComponent<LogPanel>().Instance.Source));
    }

    [Theory]
    [InlineData("wrap=true&times=off&ended=false&since=5m&container=proxy")]
    [InlineData("")]
    public void What_is_read_is_written(string query)
    {
        var values = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        var place = LogPlace.Read(name => values.GetValueOrDefault(name));
        Assert.Equal(values.OrderBy(v => v.Key), place.Write().Where(v => !string.IsNullOrEmpty(v.Value)).ToDictionary(v => v.Name, v => v.Value!).OrderBy(v => v.Key));
    }
}
