using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>What a page's buttons do to rollouts; what they wait for stands with the app's other work.</summary>
/// <param name="rollouts">The service, which also says who may do what.</param>
/// <param name="actions">The page's other actions.</param>
/// <param name="actor">Who does it.</param>
public sealed class RolloutActions(IRolloutService rollouts, AppActions actions, Func<Actor> actor)
{
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Promote = "promote";
    public const string Cancel = "cancel";

    /// <summary>What is under way for an app.</summary>
    public PendingWork Of(AppId app) => actions.Of(app);

    /// <summary>The name of the work that goes back to a revision.</summary>
    public static string Rollback(int revision) => $"rollback {revision}";

    public Task PauseAsync(AppView app) => actions.RunAsync(app, Pause, "Waiting for the controller to hold it.",
        (options, cancellation) => rollouts.PauseAsync(actor(), app.Team, app.Name, options, cancellation),
        Sees(rollout => rollout.Status != RolloutStatus.Progressing));

    public Task ResumeAsync(AppView app) => actions.RunAsync(app, Resume, "Waiting for the controller to go on.",
        (options, cancellation) => rollouts.ResumeAsync(actor(), app.Team, app.Name, options, cancellation),
        Sees(rollout => rollout.Status != RolloutStatus.Paused || rollout.StepReachedAt is not null));

    public Task PromoteAsync(AppView app)
    {
        var step = RolloutWords.LastOf(app)?.Step ?? 0;
        return actions.RunAsync(app, Promote, "Waiting for the controller to go on.",
            (options, cancellation) => rollouts.PromoteAsync(actor(), app.Team, app.Name, options, cancellation),
            Sees(rollout => rollout.IsOver || rollout.Step > step));
    }

    public Task CancelAsync(AppView app) => actions.RunAsync(app, Cancel, "Waiting for the controller to turn round.",
        (options, cancellation) => rollouts.CancelAsync(actor(), app.Team, app.Name, options, cancellation),
        Sees(rollout => rollout.IsOver || rollout.Status == RolloutStatus.RollingBack));

    public Task RollbackAsync(AppView app, int revision, string? message = null) => actions.RunAsync(app, Rollback(revision), $"Waiting for the controller to begin with revision {revision}.",
        (options, cancellation) => rollouts.RollbackAsync(actor(), app.Team, app.Name, revision, options with { Message = message }, cancellation),
        Sees(_ => true));

    /// <summary>Done once the rollout that was asked for last is seen to be so.</summary>
    private static Func<AppView?, bool> Sees(Func<RolloutState, bool> so) => app => app is null or { Job: not null } || (RolloutWords.LastOf(app) is { } rollout && so(rollout));
}
