using Portal.Components.Pages.Hosts;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Hosts;

public sealed class HostsPageModelTests
{
    [Theory]
    [InlineData("", "a b c")]
    [InlineData("?q=zone%3Dx", "b")]
    [InlineData("?state=Unreachable", "c")]
    [InlineData("?state=Ready&q=a.example", "a")]
    public void A_url_says_which_hosts(string uri, string expected)
    {
        var model = new HostsPageModel();
        model.Apply(Given.Snapshot([], [Given.Host("c", Reachability.Unreachable), Given.Host("a"), Given.Host("b") with { Labels = Given.Host("b").Labels.Add("zone", "x") }]));
        model.Apply(HostsFilter.Read(QueryText.Read(uri)));
        Assert.Equal(expected, string.Join(' ', model.Rows.Select(r => r.Host.Name)));
        Assert.Equal(3, model.Total);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=b&state=Ready&view=tiles")]
    public void A_filter_and_its_url_say_the_same(string uri) => Assert.Equal(uri, QueryText.Write(HostsFilter.Read(QueryText.Read(uri)).Write()));

    [Fact]
    public void A_host_lists_what_it_carries_and_what_is_free()
    {
        var web = Given.App("web");
        var row = HostsPageModel.RowsOf(Given.Snapshot([web], [Given.Host("a", reservedCpus: 3.75)],
            [Given.Instance(web, 2, "a"), Given.Instance(web, 1, "a"), Given.Instance(web, 3, null)])).Single();
        Assert.Equal([1, 2], row.Instances.Select(i => i.Instance.Slot));
        Assert.Equal("0.25 CPUs, 7 GiB free", row.Free);
        Assert.True(row.IsFull);
        Assert.Equal("Docker 27.1.1 · Debian GNU/Linux 12 · amd64", row.Machine);
    }

    [Theory]
    [InlineData(Reachability.Reachable, Availability.Active, "Ready", -5)]
    [InlineData(Reachability.Reachable, Availability.Cordoned, "Cordoned", -6)]
    [InlineData(Reachability.Reachable, Availability.Draining, "Draining", -7)]
    [InlineData(Reachability.Reachable, Availability.Draining, "Drained", null)]
    [InlineData(Reachability.Unreachable, Availability.Cordoned, "Unreachable", -30)]
    public void The_age_beside_a_state_is_that_states_own(Reachability reachability, Availability availability, string state, int? minutes)
    {
        var host = Given.Host("a", reachability) with { Availability = availability, State = state, Since = Given.Now.AddMinutes(-30) };
        EventView[] events = [Given.Event(5, "", host: "a", kind: "HostActivated"), Given.Event(6, "", host: "a", kind: "HostCordoned"), Given.Event(7, "", host: "a", kind: "HostDraining"), Given.Event(8, "", host: "a", kind: "HostCordoned")];
        DateTimeOffset? Since(params EventView[] known) => HostsPageModel.RowsOf(Given.Snapshot([], [host], events: known)).Single().Since;
        Assert.Equal(minutes is { } at ? Given.Now.AddMinutes(at) : null, Since(events));
        Assert.Equal(state is "Cordoned" or "Draining" or "Drained" ? null : Given.Now.AddMinutes(-30), Since(Given.Event(6, "", host: "b", kind: "HostCordoned")));
    }

    [Fact]
    public void What_is_not_known_is_said_to_be_so()
    {
        var row = HostsPageModel.RowsOf(Given.Snapshot([], [Given.Host("a", Reachability.Unknown) with { EngineVersion = null, Capacity = default }])).Single();
        Assert.Equal("not known yet", row.Machine);
        Assert.Equal("not known yet", row.Free);
        Assert.False(row.IsFull);
    }
}
