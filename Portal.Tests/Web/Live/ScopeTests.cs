using System.Collections.Immutable;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Components.Live;
using Portal.Core.State.Live;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Live;

public sealed class ScopeTests : BunitContext
{
    [Theory]
    [InlineData("/apps?status=a,b&team=x", "status", "c", "/apps?status=c&team=x")]
    [InlineData("/apps?status=a", "status", null, "/apps")]
    [InlineData("/apps", "q", "a b&c", "/apps?q=a%20b%26c")]
    public void A_filter_is_written_into_the_address(string address, string name, string? value, string expected)
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo(address);
        Assert.Equal(expected, new PageQuery(navigation).With(name, value));
    }

    [Fact]
    public void A_set_is_read_without_empties()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/apps?teams=b,,a,b");
        Assert.Equal(["a", "b"], new PageQuery(navigation).Set("teams"));
    }

    [Fact]
    public void A_scope_leaves_only_its_team_and_host()
    {
        var (here, there) = (Given.App("web", "shop"), Given.App("web", "other"));
        var snapshot = new LiveSnapshot { Apps = new[] { here, there }.ToImmutableDictionary(a => a.Id) };

        Assert.Same(snapshot, new Scope(null, null).Narrow(snapshot));
        Assert.Equal([here.Id], new Scope("shop", null).Narrow(snapshot).Apps.Keys);
        Assert.Empty(new Scope("shop", "h1").Narrow(snapshot).Apps);
    }
}
