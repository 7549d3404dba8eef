using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Common;

/// <summary>Rollouts in words.</summary>
public static class RolloutWords
{
    /// <summary>The rollout to what was asked for last; null where the controller has not begun it yet.</summary>
    public static RolloutState? LastOf(AppView app) => app.Rollout?.State is { } rollout && rollout.Generation == app.RolloutGeneration ? rollout : null;

    /// <summary>The revision that every instance is on its way to.</summary>
    public static int GoalOf(AppView app) => LastOf(app) is { Status: RolloutStatus.RollingBack } back ? back.Base : app.Revision;

    /// <summary>Whether it ended in another way than users wished for, and so that something of it still matters.</summary>
    public static bool EndedOtherwise(RolloutState rollout) => rollout is { IsOver: true, Status: not RolloutStatus.Succeeded };

    /// <summary>From where to where, as <c>4 → 5</c>; a first one has only its aim.</summary>
    public static string Route(RolloutState rollout) => rollout.From is { } from ? $"{from} → {rollout.To}" : $"{rollout.To}";

    /// <summary>How it stands, in a sentence, without its reason.</summary>
    public static string Outcome(RolloutState rollout) => $"{Standing(rollout)}.";

    /// <summary>How it stands and why, in a sentence.</summary>
    public static string Sentence(RolloutState rollout) => rollout.Reason.Trim().TrimEnd('.') is { Length: > 0 } reason ? $"{Standing(rollout)}: {reason}." : Outcome(rollout);

    /// <summary>How long it took; what it has taken so far while it is under way.</summary>
    public static string Took(RolloutState rollout, DateTimeOffset now) => Words.Span((rollout.EndedAt ?? now) - rollout.StartedAt);

    /// <summary>Bounds for so many wanted instances, as <c>at least 6 healthy, at most 7 present</c>.</summary>
    public static string Within(Bounds bounds, int wanted) => $"at least {Math.Max(0, wanted - bounds.Unavailable)} healthy, at most {wanted + bounds.Surge} present";

    private static string Standing(RolloutState rollout) => rollout.Status switch
    {
        RolloutStatus.Succeeded => $"Revision {rollout.To} runs",
        RolloutStatus.RolledBack => $"Revision {rollout.To} was rolled back; revision {rollout.Base} runs",
        RolloutStatus.Cancelled => $"The rollout of revision {rollout.To} was cancelled" + (HasWayBack(rollout) ? $"; revision {rollout.Base} runs" : ""),
        RolloutStatus.Failed => HasWayBack(rollout) ? $"Revision {rollout.To} failed and stays as far as it came; the rest runs revision {rollout.Base}" : $"Revision {rollout.To} failed",
        RolloutStatus.RollingBack => $"Going back from revision {rollout.To} to {rollout.Base}",
        RolloutStatus.Paused => $"Revision {rollout.To} {Replaces(rollout)}, and holds",
        _ => $"Revision {rollout.To} {Replaces(rollout)}",
    };

    private static bool HasWayBack(RolloutState rollout) => rollout.Base != rollout.To;

    private static string Replaces(RolloutState rollout) => rollout.From is { } from ? $"replaces revision {from}" : "is being rolled out";
}
