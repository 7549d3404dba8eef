using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>How apps are scaled automatically. The policy itself is part of the spec: <see cref="IAppService.PutAsync"/> changes it.</summary>
public interface IScalingService
{
    /// <summary>How an app is scaled, and why it has the number that it has.</summary>
    Task<ScalingView> GetAsync(Actor actor, string team, string app, CancellationToken cancellation);
    /// <summary>Decisions about an app, newest first.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="team">The team.</param>
    /// <param name="app">The app.</param>
    /// <param name="after">Only older than that one; null for the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<ImmutableArray<ScalingDecisionView>> ListDecisionsAsync(Actor actor, string team, string app, long? after, int limit, CancellationToken cancellation);
    /// <summary>What the metrics that the app itself serves were over time, each instance's on average; one series each, with the label <c>metric</c>. Known for the time that a policy followed them.</summary>
    /// <exception cref="RefusedException">The range is none.</exception>
    Task<MetricAnswer> ReadFiguresAsync(Actor actor, string team, string app, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation);
    /// <summary>What would be decided now by a policy (null: the app's own); changes nothing. What is read from the app itself is known only where its policy has been reading it.</summary>
    /// <exception cref="RefusedException">The policy has faults for this app, or there is none.</exception>
    Task<(ScalingInput Input, ScalingDecision Decision)> TryAsync(Actor actor, string team, string app, ScalingSpec? policy, CancellationToken cancellation);
}
