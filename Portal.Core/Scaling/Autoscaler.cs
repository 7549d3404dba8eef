using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scaling;

/// <summary>Decides how many replicas an app should have. Pure: the same inputs give the same decision.</summary>
public static class Autoscaler
{
    /// <summary>Figures are averages over so long, or over the time since the number or the instances last changed.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>Decides for one app.</summary>
    /// <param name="input">The policy and what is known.</param>
    /// <param name="now">The time.</param>
    public static ScalingDecision Decide(ScalingInput input, DateTimeOffset now)
    {
        var (policy, current) = (input.Policy, input.Current);
        var bounds = ScheduleRule.At(policy, now);
        if (input.IsStopped || current == 0)
        {
            return new ScalingDecision
            {
                Current = current,
                Number = current,
                Recommended = current,
                Why = ScalingWhy.Resting,
                Reason = input.IsStopped ? "the app is stopped: automatic scaling rests" : "the app was scaled to 0: automatic scaling rests until somebody scales it to 1 or more",
                Bounds = bounds,
                History = new ScalingHistory { Number = current },
                LookAgainAt = bounds.ChangesAt,
            };
        }
        var verdicts = policy.Metrics.Select(m => MetricRule.Judge(m, input, now)).ToImmutableArray();
        var (asked, why, sentence) = Ask(policy, verdicts, current, bounds);
        var recommended = Math.Clamp(asked, bounds.Min, bounds.Max);
        var history = PaceRule.Record(policy, input.History, current, recommended, now);
        var (stable, stableAt) = PaceRule.Stabilize(policy, history, current, recommended, now);
        var (stepped, stepAt) = PaceRule.Limit(policy, history, current, stable, now);
        // Nothing is taken away while one of those that stay does not serve.
        var waitsFor = stepped < current ? WhatDoesNotServe(input, stepped) : null;
        var served = waitsFor is null ? stepped : current;
        // What the bounds ask for is done at once.
        var number = Math.Clamp(served, bounds.Min, bounds.Max);
        var (word, reason) = number == served && waitsFor is not null
            ? (ScalingWhy.NotReady, $"{sentence}; {stepped} would do, but {waitsFor}: scaling in waits for it")
            : Explain(policy, (current, asked, recommended, stable, served, number), bounds, why, sentence);
        return new ScalingDecision
        {
            Current = current,
            Number = number,
            Recommended = recommended,
            Why = word,
            Reason = reason,
            Metrics = verdicts,
            Bounds = bounds,
            History = number == current ? history : history with { Number = number, Steps = history.Steps.Add(new ScalingStep(now, current, number)) },
            LookAgainAt = new[] { bounds.ChangesAt, stableAt, stepAt }.Where(t => t > now).Min(),
        };
    }

    /// <summary>What of those that would stay does not serve, in words; null where all do. Those that serve stay, unless the lowest have to.</summary>
    private static string? WhatDoesNotServe(ScalingInput input, int number)
    {
        var slots = input.Instances.GroupBy(i => i.Slot).Select(g => (Slot: g.Key, IsReady: g.Any(i => i.IsReady))).OrderBy(s => !input.KeepsLowest && !s.IsReady).ThenBy(s => s.Slot).Take(number).ToList();
        return slots.Find(s => !s.IsReady) is { Slot: > 0 } waiting ? $"replica {waiting.Slot}, which stays, is not ready"
            : slots.Count < number ? $"only {slots.Count} of those that stay {(slots.Count == 1 ? "is" : "are")} there" : null;
    }

    /// <summary>The number that the metrics ask for, before any bound: that of the one that asks for most. Fewer only where all of them are known.</summary>
    private static (int Number, ScalingWhy Why, string Sentence) Ask(ScalingSpec policy, ImmutableArray<MetricVerdict> verdicts, int current, ScalingBounds bounds)
    {
        if (policy.Metrics.IsEmpty)
        {
            return (bounds.Min, ScalingWhy.Bounds, ScalingWords.Least(bounds));
        }
        var known = verdicts.Where(v => v.Wanted is not null).ToList();
        var unknown = verdicts.FirstOrDefault(v => v.Wanted is null);
        if (known.Count == 0)
        {
            return (current, ScalingWhy.NotMeasured, unknown!.Sentence);
        }
        var most = known.MaxBy(v => v.Wanted)!;
        return unknown is not null && most.Wanted < current ? (current, ScalingWhy.NotMeasured, unknown.Sentence)
            : (most.Wanted!.Value, most.Wanted == current ? ScalingWhy.Steady : ScalingWhy.Metric, most.Sentence);
    }

    private static (ScalingWhy, string) Explain(ScalingSpec policy, (int Current, int Asked, int Recommended, int Stable, int Stepped, int Number) n, ScalingBounds bounds, ScalingWhy why, string sentence)
    {
        if (n.Number != n.Stepped)
        {
            return (ScalingWhy.Bounds, n.Number > n.Stepped ? ScalingWords.Least(bounds) : ScalingWords.Most(bounds));
        }
        if (n.Stepped != n.Stable)
        {
            var pace = n.Stable > n.Current ? policy.ScaleOut : policy.ScaleIn;
            return (ScalingWhy.StepLimit, $"{sentence}; {n.Recommended} would be right, {(pace.Step.Value == 0 ? $"{(n.Stable > n.Current ? "more" : "fewer")} are never set by itself" : $"in steps of at most {pace.Step} within {DurationText.Format(pace.Period)}")}");
        }
        if (n.Stable != n.Recommended)
        {
            var pace = n.Recommended > n.Current ? policy.ScaleOut : policy.ScaleIn;
            return (ScalingWhy.Stabilizing, $"{sentence}; {n.Recommended} would do, but scaling {(n.Recommended > n.Current ? "out" : "in")} waits until that was right for {DurationText.Format(pace.Stabilization)}");
        }
        if (n.Asked != n.Recommended && why == ScalingWhy.NotMeasured)
        {
            return (ScalingWhy.Bounds, n.Asked < n.Recommended ? ScalingWords.Least(bounds) : ScalingWords.Most(bounds));
        }
        if (n.Asked != n.Recommended)
        {
            return n.Asked > n.Recommended ? (ScalingWhy.AtMax, $"{sentence}; that asks for {n.Asked}, {ScalingWords.Most(bounds)}") : (ScalingWhy.AtMin, $"{sentence}; {n.Asked} would do, {ScalingWords.Least(bounds)}");
        }
        return (why, why switch
        {
            ScalingWhy.Steady => $"{sentence}: {n.Current} {(n.Current == 1 ? "is" : "are")} right",
            ScalingWhy.NotMeasured => $"{sentence}: the number stays",
            _ => sentence,
        });
    }
}
