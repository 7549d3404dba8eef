using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Reconciliation;

/// <summary>
/// Compares what an app should be with what was seen of it, and decides the next steps. Pure: the same inputs give the
/// same decision. It never takes more than the bounds allow at once, so it is asked again whenever something changes.
/// </summary>
public static class AppReconciler
{
    /// <summary>Whether the app is at the beginning of a rollout whose room and image are to be looked up before it is decided on: <see cref="AppInput.Survey"/>.</summary>
    public static bool NeedsSurvey(AppInput app, DateTimeOffset now) => !app.Deleted && app.Spec.Kind != AppKind.Job && RolloutStep.NeedsSurvey(RolloutStep.Begin(app, now));

    /// <summary>Decides for one app.</summary>
    /// <param name="app">The app and its instances.</param>
    /// <param name="hosts">Every registered host.</param>
    /// <param name="now">The time.</param>
    public static AppDecision Reconcile(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, DateTimeOffset now)
    {
        if (app.Spec.Kind == AppKind.Job)
        {
            return JobReconciler.Reconcile(app, hosts, now);
        }
        var round = new Round(app, hosts, now);
        round.EndWhatIsOver();
        RolloutStep.Apply(round, SlotPlan.Of(round.App, hosts, now));
        var slots = SlotPlan.Of(round.App, hosts, now);
        round.StopSlotsOutside(slots);
        round.Announce(slots);
        foreach (var slot in slots.Wanted)
        {
            SlotRule.Apply(round, slot);
        }
        ReplacementRule.Apply(round, slots);
        return round.Decide(slots);
    }
}
