using Portal.Components.Pages.Hosts;
using Portal.Core.Domain;
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

    [Fact]
    public void What_is_not_known_is_said_to_be_so()
    {
        var row = HostsPageModel.RowsOf(Given.Snapshot([], [Given.Host("a", Reachability.Unknown) with { EngineVersion = null, Capacity = default }])).Single();
        Assert.Equal("not known yet", row.Machine);
        Assert.Equal("not known yet", row.Free);
        Assert.False(row.IsFull);
    }
}
