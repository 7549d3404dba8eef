using Portal.Components.Live;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Live;

/// <summary>What is shared between circuits, and what never is.</summary>
public sealed class LiveViewsTests
{
    private readonly LiveViews _views = new();
    private readonly LiveSnapshot _all = Given.Snapshot([Given.App("web", "shop"), Given.App("mail", "office")]);

    [Fact]
    public void Those_of_the_same_rights_share_one_narrowed_snapshot()
    {
        var one = _views.For(_all, Given.Member("shop", TeamRole.Viewer));
        Assert.Same(one, _views.For(_all, Given.Member("shop", TeamRole.Viewer) with { Name = "somebody else" }));
        Assert.Equal(["web"], one.Apps.Values.Select(a => a.Name));
        Assert.Same(_all, _views.For(_all, Given.Admin));
    }

    [Theory]
    [InlineData("shop", TeamRole.Deployer)]
    [InlineData("office", TeamRole.Viewer)]
    public void Those_of_other_rights_do_not(string team, TeamRole role)
    {
        var viewer = _views.For(_all, Given.Member("shop", TeamRole.Viewer));
        var other = _views.For(_all, Given.Member(team, role));
        Assert.NotSame(viewer, other);
        Assert.Equal(_all.For(Given.Member(team, role)).Apps.Keys, other.Apps.Keys);
    }

    [Fact]
    public void A_scope_is_narrowed_once_and_a_new_snapshot_anew()
    {
        var scoped = _views.Within(_all, new Scope("office", null));
        Assert.Same(scoped, _views.Within(_all, new Scope("office", null)));
        Assert.Equal(["mail"], scoped.Apps.Values.Select(a => a.Name));
        Assert.NotSame(scoped, _views.Within(_all with { Version = 2 }, new Scope("office", null)));
    }
}
