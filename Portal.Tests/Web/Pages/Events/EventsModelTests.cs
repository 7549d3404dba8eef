using Portal.Components.Pages.Events;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Events;

public sealed class EventsModelTests
{
    [Fact]
    public void What_comes_while_it_is_held_waits()
    {
        var model = new EventsModel();
        model.Take([Given.Event(2, "b"), Given.Event(1, "a")], 2);
        model.Hold(true);
        model.TakeLive([Given.Event(3, "c")]);
        Assert.Equal((1, 2), (model.Waiting, model.Shown.Length));
        model.Hold(false);
        Assert.Equal([3L, 2, 1], model.Shown.Select(e => e.Newest.Id));
        // What left the snapshot's few hundred stays on the page.
        model.TakeLive([]);
        Assert.Equal(3, model.Shown.Length);
        Assert.True(model.HasMore);
        model.Take([Given.Event(0, "z")], 2);
        Assert.Equal((false, 0L), (model.HasMore, model.Oldest));
    }

    [Theory]
    [InlineData("?about=scaling", true)]
    [InlineData("?about=hosts", false)]
    [InlineData("?about=hosts,apps", true)]
    [InlineData("?severity=warning", false)]
    [InlineData("?q=WEB", true)]
    [InlineData("?q=nothing", false)]
    [InlineData("?app=web", true)]
    [InlineData("?app=other", false)]
    [InlineData("?range=15m", true)]
    [InlineData("?from=2026-03-01T12:00:01Z", false)]
    [InlineData("?from=2026-03-01T11:00:00Z&to=2026-03-01T12:00:00Z", false)]
    [InlineData("?from=2026-03-01T11:00:00Z&to=2026-03-01T12:00:01Z", true)]
    public void The_address_says_which_fit_and_the_store_is_asked_the_same(string address, bool fits)
    {
        var query = QueryText.Read(address);
        var filter = EventsFilter.Read(query);
        var e = Given.Event(1, "web was scaled", app: "web", kind: "AppScaled") with { At = Given.Now };

        Assert.Equal(fits, filter.Fits(e, Given.Now));
        Assert.Equal(filter, EventsFilter.Read(name => filter.Write().FirstOrDefault(w => w.Name == name).Value));
        var ask = filter.Ask(new EventQuery(), Given.Now);
        Assert.Equal(query("severity") is null ? null : (Severity?)Severity.Warning, ask.Severity);
        Assert.Equal(query("about") == "scaling" ? "AppScaled,Scal*,Autoscal*" : ask.Kind, ask.Kind);
        Assert.Contains("format=csv", filter.Download("csv", new EventQuery { Team = "shop" }, Given.Now), StringComparison.Ordinal);
    }
}
