using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Common;

public sealed class AppActionsTests
{
    private static readonly AppView Web = Given.App("web", "shop", replicas: 3);
    private readonly FakeLiveState _live = new();
    private readonly FakeAppService _apps;
    private readonly List<Exception> _refused = [];
    private readonly AppActions _actions;

    public AppActionsTests()
    {
        _live.Set(Given.Snapshot([Web]));
        _apps = new FakeAppService(_live);
        _actions = new AppActions(_apps, () => Given.Admin, _refused.Add);
    }

    private void Observe(Func<AppView, AppView> change)
    {
        _live.Set(_live.Current with { Apps = _live.Current.Apps.SetItem(Web.Id, change(_live.Current.Apps[Web.Id])) });
        _actions.Observe(_live.Current);
    }

    [Fact]
    public async Task A_button_is_busy_until_the_controller_acted_on_its_change()
    {
        await _actions.RestartAsync(Web);
        var work = _actions.Of(Web.Id);
        Assert.True(work.Is(AppActions.Restart));
        Assert.NotEqual("", work.WaitsFor);
        Observe(app => app with { Reason = "other news" });
        Assert.True(work.IsBusy);
        Observe(app => app with { ObservedGeneration = 2 });
        Assert.False(work.IsBusy);
        Assert.Equal("", work.WaitsFor);
        Assert.Equal(["restart shop/web"], _apps.Calls);
    }

    [Fact]
    public async Task A_stop_is_busy_until_nothing_runs()
    {
        await _actions.StopAsync(Web);
        Observe(app => app with { ObservedGeneration = 2, Running = 1 });
        Assert.Equal("Waiting for 3 containers to stop.", _actions.Of(Web.Id).WaitsFor);
        Observe(app => app with { Running = 0 });
        Assert.False(_actions.Of(Web.Id).IsBusy);
    }

    [Fact]
    public async Task An_app_that_is_gone_is_waited_for_no_more()
    {
        await _actions.DeployAsync(Web, "nginx:2");
        _actions.Observe(Given.Snapshot([]));
        Assert.False(_actions.Of(Web.Id).IsBusy);
    }

    [Fact]
    public async Task A_refusal_is_told_and_ends_the_wait()
    {
        _apps.Refuse = new RefusedException(RefusalKind.Conflict, "It is being deleted.");
        await _actions.StartAsync(Web);
        Assert.Equal("It is being deleted.", Assert.Single(_refused).Message);
        Assert.False(_actions.Of(Web.Id).IsBusy);
    }

    [Fact]
    public async Task A_refused_scale_is_left_to_its_control()
    {
        _apps.Refuse = new RefusedException(RefusalKind.Unprocessable, "The team's quota is 10 instances.");
        await Assert.ThrowsAsync<RefusedException>(() => _actions.ScaleAsync(Web, 12));
        Assert.Empty(_refused);
    }

    [Fact]
    public void Who_may_not_change_an_app_is_told_why()
    {
        Assert.Null(AppActions.WhyNot(Given.Member("shop", TeamRole.Deployer), Web));
        Assert.Contains("not change", AppActions.WhyNot(Given.Member("shop", TeamRole.Viewer), Web));
        Assert.Contains("deleted", AppActions.WhyNot(Given.Admin, Web with { Deleting = true }));
    }
}
