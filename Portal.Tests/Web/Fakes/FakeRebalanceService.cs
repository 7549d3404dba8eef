using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Tests.Web.Fakes;

/// <summary>A rebalance that the test sets. Calls are written down.</summary>
public sealed class FakeRebalanceService : IRebalanceService
{
    public List<string> Calls { get; } = [];

    public RebalanceView View { get; set; } = new();

    public RebalancePlanView Plan { get; set; } = new("No move would spread instances better.", []);

    public Task<RebalancePlanView> PlanAsync(Actor actor, CancellationToken cancellation) => Task.FromResult(Plan);

    public Task<RebalanceView> GetAsync(Actor actor, CancellationToken cancellation) => Task.FromResult(View);

    public Task<RebalanceView> StartAsync(Actor actor, CancellationToken cancellation) =>
        Become("start", View with { Status = RebalanceStatus.Running, AskedBy = actor.Name, AskedAt = Given.Now, Reason = "0 instances moved, 1 under way" });

    public Task<RebalanceView> StopAsync(Actor actor, CancellationToken cancellation) => Become("stop", View with { Status = RebalanceStatus.Stopped, Reason = "stopped, 0 instances moved" });

    public Task<RebalanceView> SetOnJoinAsync(Actor actor, bool onJoin, CancellationToken cancellation) => Become($"on join {onJoin}", View with { OnJoin = onJoin });

    private Task<RebalanceView> Become(string call, RebalanceView view)
    {
        Calls.Add(call);
        View = view;
        return Task.FromResult(view);
    }
}
