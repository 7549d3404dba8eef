using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Common;

public sealed class RolloutActionsTests
{
    private static readonly RolloutState Moving = Given.Rollout(2, RolloutStatus.Progressing);
    private static readonly AppView Web = Given.App("web", "shop", replicas: 3) with { Revision = 2, Rollout = new RolloutView(Moving), RolloutGeneration = 2 };
    private readonly FakeLiveState _live = new();
    private readonly FakeRolloutService _service;
    private readonly List<Exception> _refused = [];
    private readonly AppActions _apps;
    private readonly RolloutActions _actions;

    public RolloutActionsTests()
    {
        _live.Set(Given.Snapshot([Web]));
        var apps = new FakeAppService(_live);
        _service = new FakeRolloutService(apps);
        _apps = new AppActions(apps, () => Given.Admin, _refused.Add);
        _apps.Observe(_live.Current);
        _actions = new RolloutActions(_service, _apps, () => Given.Admin);
    }

    private bool IsBusyAfter(RolloutState seen, long asked = 2)
    {
        _live.Set(_live.Current with { Apps = _live.Current.Apps.SetItem(Web.Id, Web with { Rollout = new RolloutView(seen), RolloutGeneration = asked }) });
        _apps.Observe(_live.Current);
        return _actions.Of(Web.Id).IsBusy;
    }

    [Fact]
    public async Task A_pause_waits_until_it_holds()
    {
        await _actions.PauseAsync(Web);
        Assert.True(_actions.Of(Web.Id).Is(RolloutActions.Pause));
        Assert.True(IsBusyAfter(Moving with { Available = 1 }));
        Assert.False(IsBusyAfter(Moving with { Status = RolloutStatus.Paused }));
        Assert.Equal(["pause shop/web"], _service.Calls);
    }

    [Fact]
    public async Task Going_on_waits_until_it_moves()
    {
        IsBusyAfter(Moving with { Status = RolloutStatus.Paused });
        await _actions.ResumeAsync(Web);
        Assert.True(_actions.Of(Web.Id).IsBusy);
        Assert.False(IsBusyAfter(Moving));
    }

    [Fact]
    public async Task A_promotion_waits_for_the_next_step()
    {
        var waiting = Moving with { Status = RolloutStatus.Paused, Step = 1, StepReachedAt = Given.Now };
        IsBusyAfter(waiting);
        await _actions.PromoteAsync(Web with { Rollout = new RolloutView(waiting) });
        Assert.True(IsBusyAfter(waiting));
        Assert.False(IsBusyAfter(waiting with { Step = 2, StepReachedAt = null, Status = RolloutStatus.Progressing }));
    }

    [Fact]
    public async Task A_cancellation_waits_until_it_turns()
    {
        await _actions.CancelAsync(Web);
        Assert.True(IsBusyAfter(Moving));
        Assert.False(IsBusyAfter(Moving with { Status = RolloutStatus.RollingBack }));
    }

    [Fact]
    public async Task A_rollback_waits_for_the_rollout_that_it_asked_for()
    {
        IsBusyAfter(Moving, asked: 3);
        await _actions.RollbackAsync(Web, 1, "too slow");
        Assert.True(_actions.Of(Web.Id).Is(RolloutActions.Rollback(1)));
        Assert.False(IsBusyAfter(Moving with { Generation = 3 }, asked: 3));
        Assert.Equal(["rollback 1 “too slow” shop/web"], _service.Calls);
    }

    [Fact]
    public async Task A_refusal_is_told_and_ends_the_wait()
    {
        _service.Refuse = new RefusedException(RefusalKind.Unprocessable, "No rollout is under way.");
        await _actions.PauseAsync(Web);
        Assert.Equal("No rollout is under way.", Assert.Single(_refused).Message);
        Assert.False(_actions.Of(Web.Id).IsBusy);
    }
}
