using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Metrics;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Tests.Web.Fakes;

/// <summary>An app whose figures the test sets, decided on by the real rules.</summary>
internal sealed class FakeScalingService : IScalingService
{
    public static readonly DateTimeOffset At = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public ScalingSpec? Policy { get; set; }
    /// <summary>When the autoscaler looked.</summary>
    public DateTimeOffset LookedAt { get; set; } = At;
    public ScalingInput Input { get; set; } = new() { Policy = new ScalingSpec(), Current = 2, Whole = new Resources(1, 1 << 30) };
    public List<ScalingDecisionView> Decisions { get; } = [];
    public RefusedException? Refuse { get; set; }
    public ScalingSpec? Tried { get; private set; }

    public Task<ScalingView> GetAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        if (Refuse is not null)
        {
            throw Refuse;
        }
        if (Policy is not { } policy)
        {
            return Task.FromResult(new ScalingView { Current = Input.Current, Input = Input });
        }
        var input = Input with { Policy = policy };
        var decision = Autoscaler.Decide(input, LookedAt);
        return Task.FromResult(new ScalingView
        {
            Policy = policy, Current = Input.Current, LookedAt = LookedAt, Recommended = decision.Recommended, Why = decision.Why, Reason = decision.Reason,
            Document = ScalingDocument.Of(input, decision, withHistory: true), Bounds = decision.Bounds, Input = input,
        });
    }

    public Task<ImmutableArray<ScalingDecisionView>> ListDecisionsAsync(Actor actor, string team, string app, long? after, int limit, CancellationToken cancellation) =>
        Refuse is not null ? throw Refuse : Task.FromResult(Decisions.Where(d => after is null || d.Id < after).OrderByDescending(d => d.Id).Take(limit).ToImmutableArray());

    /// <summary>What the app itself told, by source.</summary>
    public Dictionary<string, ImmutableArray<MetricPoint>> Figures { get; } = [];

    public Task<MetricAnswer> ReadFiguresAsync(Actor actor, string team, string app, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        Refuse is not null ? throw Refuse : Task.FromResult(new MetricAnswer(TimeSpan.FromSeconds(10),
            [.. Figures.Select(f => new MetricSeries(ImmutableSortedDictionary<string, string>.Empty.Add("metric", f.Key), [.. f.Value.Where(p => p.At >= from && p.At <= to)]))]));

    public Task<(ScalingInput Input, ScalingDecision Decision)> TryAsync(Actor actor, string team, string app, ScalingSpec? policy, CancellationToken cancellation)
    {
        Tried = policy;
        var input = Refuse is not null ? throw Refuse : Input with { Policy = policy ?? Policy ?? throw new RefusedException(RefusalKind.Unprocessable, "No policy.") };
        return Task.FromResult((input, Autoscaler.Decide(input, LookedAt)));
    }
}
