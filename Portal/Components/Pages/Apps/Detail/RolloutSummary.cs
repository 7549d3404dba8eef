using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>An app's last rollout as its overview shows it. Knows no renderer and no service.</summary>
public sealed record RolloutSummary
{
    public required RolloutState State { get; init; }
    /// <summary>How it stands and why, in a sentence.</summary>
    public required string Sentence { get; init; }
    /// <summary>How many slots are where they shall be.</summary>
    public required int Done { get; init; }
    public required int Wanted { get; init; }
    /// <summary>What <see cref="Done"/> counts, as <c>ready with revision 5</c>.</summary>
    public required string Counted { get; init; }
    /// <summary>The bounds in words; empty once it is over.</summary>
    public required string Bounds { get; init; }
    public required ImmutableArray<CanaryView> Canary { get; init; }
    /// <summary>Its image on the hosts where it is pulled ahead, while nothing is touched yet.</summary>
    public ImmutableArray<ImagePullView> Images { get; init; } = [];
    public bool CanPause { get; init; }
    public bool CanResume { get; init; }
    public bool CanPromote { get; init; }
    public bool CanCancel { get; init; }
    /// <summary>Why it cannot be promoted though it waits; null where it can.</summary>
    public string? WhyNoPromotion { get; init; }
    /// <summary>Why it cannot be cancelled though it is under way; null where it can.</summary>
    public string? WhyNoCancelling { get; init; }

    /// <summary>The summary of an app's last rollout; null while there is none, or it is not begun.</summary>
    /// <param name="app">The app.</param>
    /// <param name="instances">Its live instances.</param>
    /// <param name="revisions">Its revisions as far as they are known: the bounds are the strictest of those that are about.</param>
    public static RolloutSummary? Of(AppView app, ImmutableArray<InstanceView> instances, ImmutableArray<RevisionView> revisions)
    {
        if (RolloutWords.LastOf(app) is not { } rollout)
        {
            return null;
        }
        var (back, held) = (rollout.Status == RolloutStatus.RollingBack, app.RolloutPaused);
        var underWay = !rollout.IsOver;
        var waits = rollout is { Status: RolloutStatus.Paused, StepReachedAt: not null };
        return new RolloutSummary
        {
            State = rollout,
            Sentence = RolloutWords.Sentence(rollout),
            Done = back ? ReadyAt(instances, rollout.Base) : Math.Min(rollout.Available, app.Desired),
            Wanted = app.Desired,
            Counted = $"ready with revision {(back ? rollout.Base : rollout.To)}",
            Bounds = underWay ? RolloutWords.Within(BoundsOf(app, rollout, revisions), app.Desired) : "",
            Canary = underWay && !back ? CanaryView.Of(app.Spec.Update.Canary, rollout) : [],
            Images = underWay ? app.Rollout?.Images ?? [] : [],
            CanPause = underWay && !back && !held,
            CanResume = underWay && !back && held,
            CanPromote = waits,
            WhyNoPromotion = held ? "Someone paused it: resume it first." : null,
            CanCancel = underWay && !back,
            WhyNoCancelling = rollout.Base == rollout.To ? "No revision ran before it, so there is nothing to go back to." : null,
        };
    }

    private static int ReadyAt(ImmutableArray<InstanceView> instances, int revision) =>
        instances.Where(i => i.Revision == revision && i.Ready && i.Desired == DesiredState.Run).Select(i => i.Slot).Distinct().Count();

    private static Bounds BoundsOf(AppView app, RolloutState rollout, ImmutableArray<RevisionView> revisions)
    {
        var about = rollout.Slots.Values.Append(rollout.Base).Append(rollout.To).ToHashSet();
        return revisions.Where(r => about.Contains(r.Number)).Select(r => r.Spec with { Update = app.Spec.Update }).Append(app.Spec)
            .Select(spec => Core.Domain.Bounds.Of(spec, app.Desired)).Aggregate(Core.Domain.Bounds.Stricter);
    }
}

/// <summary>One canary step.</summary>
/// <param name="Text">How far, and what happens there.</param>
/// <param name="Tone">Of the step: past, present, to come.</param>
/// <param name="IsHere">Whether the rollout is at it.</param>
public sealed record CanaryView(string Text, string Tone, bool IsHere)
{
    public static ImmutableArray<CanaryView> Of(ImmutableArray<CanaryStep> steps, RolloutState rollout) =>
    [
        .. steps.Select((step, index) => new CanaryView(Say(step), index < rollout.Step ? "good" : index == rollout.Step ? "work" : "idle", index == rollout.Step)),
    ];

    private static string Say(CanaryStep step) => step.Pause is { } pause ? $"{step.Percent} %, then waits for {DurationText.Format(pause)}" : $"{step.Percent} %, then waits until promoted";
}
