using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>
/// What pages and endpoints do with rollouts. Each call checks what the actor may do and throws <see cref="RefusedException"/>: unprocessable
/// where no rollout is under way. A refused call changes nothing.
/// </summary>
public interface IRolloutService
{
    /// <summary>An app's rollouts, newest first.</summary>
    Task<ImmutableArray<RolloutView>> ListAsync(Actor actor, string team, string app, CancellationToken cancellation);
    /// <summary>The latest rollouts of all apps that the actor may see, newest first, at most 1,000.</summary>
    Task<ImmutableArray<RolloutView>> ListAllAsync(Actor actor, RolloutQuery query, CancellationToken cancellation);
    /// <summary>Asks for an earlier revision; null for the last one that succeeded before the present one.</summary>
    Task<AppView> RollbackAsync(Actor actor, string team, string app, int? revision, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Lets the rollout hold.</summary>
    Task<AppView> PauseAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Lets it go on.</summary>
    Task<AppView> ResumeAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Lets it go back to the revision before.</summary>
    Task<AppView> CancelAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
    /// <summary>Ends its wait at a canary step.</summary>
    Task<AppView> PromoteAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation);
}

/// <summary>Which rollouts are wanted; null is no filter.</summary>
/// <param name="Team">Of that team.</param>
/// <param name="App">Of the app of that name.</param>
/// <param name="Status">With that status.</param>
public sealed record RolloutQuery(string? Team = null, string? App = null, RolloutStatus? Status = null);
