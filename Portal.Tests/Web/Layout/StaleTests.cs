using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Components.Controls;
using Portal.Components.Layout;
using Portal.Core.State;
using Portal.Tests.Web.Fakes;
using Portal.Tests.Web.Pages;

namespace Portal.Tests.Web.Layout;

/// <summary>What the frame says while the store is away, and once it is back.</summary>
public sealed class StaleTests : PageContext
{
    [Fact]
    public void The_bar_is_live_only_while_the_store_answers()
    {
        var bar = Open<TopBar>("/");
        Assert.Equal("Live", bar.Find(".connection .up").TextContent);
        Live.Set(Live.Current with { StaleSince = Given.Now });
        bar.WaitForAssertion(() => Assert.Equal("Stale since 12:00:00 UTC", bar.Find(".connection[data-stale] .up").TextContent));
        Live.Set(Live.Current with { StaleSince = null });
        bar.WaitForAssertion(() => Assert.Equal("Live", bar.Find(".connection .up").TextContent));
    }

    [Fact]
    public void That_the_store_does_not_answer_is_taken_back_when_it_does()
    {
        var toasts = Services.GetRequiredService<ToastService>();
        var banner = Open<StaleBanner>("/");
        Live.Set(Live.Current with { StaleSince = Given.Now });
        banner.WaitForElement(".banner");
        toasts.SayRefused(new StoreUnavailableException("away"));
        toasts.SayRefused(new InvalidOperationException("else"));
        Assert.Contains(Refusals.StoreAway, Toasts);
        Live.Set(Live.Current with { StaleSince = null });
        banner.WaitForAssertion(() => Assert.Single(toasts.Toasts));
        Assert.DoesNotContain(Refusals.StoreAway, Toasts);
    }
}
