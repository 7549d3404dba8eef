using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Tests.Web.Fakes;

/// <summary>Says the rollouts that a test gives it, and writes down how they are steered.</summary>
public sealed class FakeRolloutService(IAppService apps) : IRolloutService
{
    public List<string> Calls { get; } = [];

    public ImmutableArray<RolloutView> Rollouts { get; set; } = [];

    /// <summary>Thrown by the next change, once.</summary>
    public Exception? Refuse { get; set; }

    public Task<ImmutableArray<RolloutView>> ListAsync(Actor actor, string team, string app, CancellationToken cancellation) =>
        Task.FromResult(Rollouts.Where(r => r.Team == team && r.App == app).ToImmutableArray());

    public Task<ImmutableArray<RolloutView>> ListAllAsync(Actor actor, RolloutQuery query, CancellationToken cancellation) =>
        Task.FromResult(Rollouts.Where(r => (query.Team is null || r.Team == query.Team) && (query.App is null || r.App == query.App)
            && (query.Status is null || r.State.Status == query.Status)).ToImmutableArray());

    public Task<AppView> RollbackAsync(Actor actor, string team, string app, int? revision, ChangeOptions options, CancellationToken cancellation) =>
        DoAsync(actor, team, app, options.Message is null ? $"rollback {revision}" : $"rollback {revision} “{options.Message}”");

    public Task<AppView> PauseAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) => DoAsync(actor, team, app, "pause");

    public Task<AppView> ResumeAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) => DoAsync(actor, team, app, "resume");

    public Task<AppView> CancelAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) => DoAsync(actor, team, app, "cancel");

    public Task<AppView> PromoteAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) => DoAsync(actor, team, app, "promote");

    private Task<AppView> DoAsync(Actor actor, string team, string app, string call)
    {
        if (Refuse is { } refuse)
        {
            Refuse = null;
            throw refuse;
        }
        Calls.Add($"{call} {team}/{app}");
        return apps.GetAsync(actor, team, app, default);
    }
}
