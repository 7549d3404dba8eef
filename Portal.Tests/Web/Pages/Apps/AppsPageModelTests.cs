using Portal.Components.Pages.Apps;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class AppsPageModelTests
{
    private static readonly AppView Web = Given.App("web", "shop", AppStatus.Degraded, 3);
    private static readonly AppView Api = Given.App("api", "shop", AppStatus.Healthy, 2, "registry.example.org:5000/team/api:2.0");
    private static readonly AppView Mail = Given.App("mail", "office", AppStatus.Running) with { ChangedAt = Given.Now };

    private static AppsPageModel Model(AppsFilter? filter = null)
    {
        var model = new AppsPageModel();
        model.Apply(Given.Snapshot([Web, Api, Mail], [Given.Host("a"), Given.Host("b")],
            [Given.Instance(Web, 1, "a"), Given.Instance(Web, 2, "b"), Given.Instance(Web, 3, null, InstanceState.Pending), Given.Instance(Api, 1, "a"), Given.Instance(Mail, 1, "b")]));
        model.Apply(filter ?? new AppsFilter());
        return model;
    }

    private static string[] Names(AppsPageModel model) => [.. model.Rows.Select(r => r.App.Name)];

    [Theory]
    [InlineData("", "api mail web")]
    [InlineData("?q=WEB", "web")]
    [InlineData("?q=office", "mail")]
    [InlineData("?q=5000", "api")]
    [InlineData("?q=nothing", "")]
    [InlineData("?status=Degraded", "web")]
    [InlineData("?status=degraded,running", "mail web")]
    [InlineData("?teams=shop", "api web")]
    [InlineData("?teams=shop&hosts=b", "web")]
    [InlineData("?sort=-name", "web mail api")]
    [InlineData("?sort=status", "web mail api")]
    [InlineData("?sort=-changed", "mail api web")]
    [InlineData("?sort=-replicas", "web api mail")]
    [InlineData("?sort=nonsense&status=7,nonsense", "api mail web")]
    public void A_url_says_which_rows_and_in_which_order(string uri, string expected)
    {
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Names(Model(AppsFilter.Read(QueryText.Read(uri)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=a%20b%26c")]
    [InlineData("?status=Degraded,Healthy&teams=office,shop&hosts=a&sort=-changed")]
    [InlineData("?sort=-name")]
    public void A_filter_and_its_url_say_the_same(string uri)
    {
        var filter = AppsFilter.Read(QueryText.Read(uri));
        var written = QueryText.Write(filter.Write());
        Assert.Equal(Uri.UnescapeDataString(uri), Uri.UnescapeDataString(written));
        Assert.Equal(filter, AppsFilter.Read(QueryText.Read(written)));
    }

    [Fact]
    public void A_facet_counts_what_the_others_leave()
    {
        var model = Model(AppsFilter.Read(QueryText.Read("?teams=shop&status=Failed")));
        Assert.Empty(model.Rows);
        var facets = model.Facets.ToDictionary(f => f.Key, f => string.Join(' ', f.Values.Select(v => $"{v.Value}={v.Count}{(v.Selected ? "!" : "")}")));
        Assert.Equal("Degraded=1 Failed=0! Healthy=1", facets["status"]);
        Assert.Equal("shop=0!", facets["teams"]);
        Assert.Equal("", facets["hosts"]);
    }

    [Fact]
    public void Toggling_a_value_twice_changes_nothing()
    {
        var filter = AppsFilter.Read(QueryText.Read("?hosts=a"));
        foreach (var (facet, value) in new[] { ("status", "Failed"), ("teams", "shop"), ("hosts", "b"), ("hosts", "a") })
        {
            Assert.NotEqual(filter, filter.Toggle(facet, value));
            Assert.Equal(filter, filter.Toggle(facet, value).Toggle(facet, value));
        }
    }

    [Fact]
    public void Unplaced_instances_are_in_the_row_and_offer_no_address()
    {
        var row = Model().Rows.Single(r => r.App.Name == "web");
        Assert.Equal(3, row.Instances.Length);
        Assert.Equal("2 of 3", row.Counted);
        Assert.Equal(["a", "b"], row.Hosts);
        Assert.Equal(["a.example.org:32769", "b.example.org:32770"], row.Endpoints.Select(e => e.Authority));
    }

    [Fact]
    public void What_did_not_change_keeps_its_row()
    {
        var model = Model();
        var before = model.Rows.ToDictionary(r => r.App.Name);
        var instances = before.Values.SelectMany(r => r.Instances).ToList();
        var snapshot = Given.Snapshot([Web with { Reason = "new" }, Api, Mail], null, instances);
        // As the live state does: what did not change is shared.
        model.Apply(snapshot with { Instances = snapshot.Instances.SetItem(Api.Id, before["api"].Instances) });
        Assert.Same(before["api"], model.Rows.Single(r => r.App.Name == "api"));
        Assert.NotSame(before["web"], model.Rows.Single(r => r.App.Name == "web"));
    }

    [Fact]
    public void A_hovered_table_holds_its_order()
    {
        var model = Model(AppsFilter.Read(QueryText.Read("?sort=status&status=Degraded,Running")));
        Assert.Equal(["web", "mail"], Names(model));
        model.Hold(true);
        model.Apply(Given.Snapshot([Web with { Status = AppStatus.Healthy }, Given.App("new", status: AppStatus.Degraded), Api]));
        Assert.Equal(["web", "mail", "new"], Names(model));
        Assert.Equal(AppStatus.Healthy, model.Rows[0].App.Status);
        Assert.True(model.Rows[1].Gone);
        model.Hold(false);
        Assert.Equal(["new"], Names(model));
    }

    [Fact]
    public void Asking_for_another_order_is_answered_at_once_also_while_hovered()
    {
        var model = Model();
        model.Hold(true);
        model.Apply(model.Filter.SortBy(AppSort.Changed).SortBy(AppSort.Changed));
        Assert.Equal(["mail", "api", "web"], Names(model));
    }
}
