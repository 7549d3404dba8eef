using Portal.Core.State;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>While the store is away, every service says so in one way.</summary>
public sealed class StoreAwayTests
{
    // Nothing listens on port 1.
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=nobody;Database=nothing";

    [Fact]
    public async Task Every_service_says_that_the_store_is_away()
    {
        await using var stage = ServiceStage.Over(Nowhere);
        Func<Task>[] calls =
        [
            () => stage.Apps.ListAsync(Admin, new AppQuery(), default),
            () => stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default),
            () => stage.Hosts.ListAsync(Admin, default),
            () => stage.Hosts.PutAsync(Admin, "h1", new HostRequest("tcp://h1.example:2375"), default),
            () => stage.Teams.ListAsync(Admin, default),
            () => stage.Tokens.AuthenticateAsync("ptl_" + new string('a', 43), null, default),
            () => stage.Users.GetActorAsync(Guid.NewGuid(), null, default),
            () => stage.History.ListEventsAsync(Admin, new EventQuery(), default),
        ];

        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(call);
        }
        Assert.NotNull(await stage.Get<IReadiness>().NotReadyReasonAsync(default));
    }
}
