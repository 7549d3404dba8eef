using Portal.Core.Domain;
using Portal.Core.State.Services;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class RolloutServiceTests(StoreFixture fixture)
{
    [Fact]
    public async Task A_pause_is_seen_until_it_is_taken_back_or_another_revision_is_asked_for()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var rollouts = stage.Get<IRolloutService>();
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);

        Assert.True((await rollouts.PauseAsync(Admin, "default", "web", Any, default)).RolloutPaused);
        Assert.False((await rollouts.ResumeAsync(Admin, "default", "web", Any, default)).RolloutPaused);
        await rollouts.PauseAsync(Admin, "default", "web", Any, default);
        Assert.False((await stage.Apps.DeployAsync(Admin, "default", "web", "nginx:1.28", Any, default)).RolloutPaused);
    }
}
