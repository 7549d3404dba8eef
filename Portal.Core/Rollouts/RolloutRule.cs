using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Rollouts;

/// <summary>How a rollout begins, advances, waits, gives up and ends. Pure: it says which revision slots may have; the reconciler moves them, within the bounds.</summary>
public static class RolloutRule
{
    /// <summary>The rollout that the intent asks for: the one that is known, or a new one that takes its place.</summary>
    /// <param name="intent">What users want.</param>
    /// <param name="before">The rollout that is known; null for none.</param>
    /// <param name="running">The revision that instances run already, for an app whose rollouts were not kept; null for none.</param>
    /// <param name="now">The time.</param>
    public static RolloutState Of(RolloutIntent intent, RolloutState? before, int? running, DateTimeOffset now)
    {
        if (before is not null && before.Generation == intent.Generation && before.To == intent.Revision)
        {
            return before;
        }
        var present = before?.Base ?? running ?? intent.Revision;
        // Back to where it came from: what is left is the revision that was on its way.
        var from = present != intent.Revision ? present : before is { IsOver: false } ? before.To : before is null ? (int?)null : present;
        return new RolloutState
        {
            Generation = intent.Generation,
            From = from,
            To = intent.Revision,
            Base = present,
            Slots = before?.Slots ?? ImmutableSortedDictionary<int, int>.Empty,
            Status = RolloutStatus.Progressing,
            Reason = $"revision {intent.Revision} was asked for",
            By = intent.By,
            Message = intent.Message,
            StartedAt = now,
            ProgressAt = now,
        };
    }

    /// <summary>The end of a rollout whose place another takes.</summary>
    public static RolloutState Superseded(RolloutState rollout, int by, DateTimeOffset now) =>
        rollout with { Status = RolloutStatus.Cancelled, Reason = $"revision {by} was asked for before it was done", EndedAt = now, Outcome = null };

    /// <summary>Takes a rollout as far as what is there allows.</summary>
    /// <param name="rollout">As it was.</param>
    /// <param name="intent">What users want.</param>
    /// <param name="update">The policy.</param>
    /// <param name="facts">What is there.</param>
    /// <param name="now">The time.</param>
    /// <returns>As it is now, and when to look again though nothing changed; null for never.</returns>
    public static (RolloutState Rollout, DateTimeOffset? WakeAt) Advance(RolloutState rollout, RolloutIntent intent, UpdateSpec update, RolloutFacts facts, DateTimeOffset now)
    {
        if (rollout.IsOver)
        {
            return (rollout, null);
        }
        if (rollout.Status == RolloutStatus.RollingBack)
        {
            return (rollout.Slots.IsEmpty && facts.Others == 0 ? Ended(rollout, rollout.Outcome!.Value, rollout.Reason, now) : rollout, null);
        }
        if (intent.Cancelled)
        {
            return (GoBack(rollout, RolloutStatus.Cancelled, "it was cancelled", now), null);
        }
        if (facts.Updated >= facts.Wanted && facts.Others == 0)
        {
            return (Succeeded(rollout, facts, now), null);
        }
        rollout = Counted(rollout, facts, now);
        if (rollout.PreparedAt is null && facts.Preparation is null or { IsDone: true })
        {
            // The time that its image took is not that of its instances.
            rollout = rollout with { PreparedAt = now, ProgressAt = facts.Preparation is null ? rollout.ProgressAt : now };
        }
        if (intent.Paused)
        {
            return (rollout with { Status = RolloutStatus.Paused, Reason = $"paused by a user; {Count(facts)}" }, null);
        }
        if (rollout.Status == RolloutStatus.Paused && rollout.StepReachedAt is null)
        {
            rollout = rollout with { ProgressAt = now };
        }
        return rollout.PreparedAt is null ? Prepare(rollout, update, facts.Preparation!, now) : AtStep(rollout, intent, update, facts, now);
    }

    private static (RolloutState, DateTimeOffset?) Prepare(RolloutState rollout, UpdateSpec update, Preparation preparation, DateTimeOffset now)
    {
        if (preparation is { IsFinal: true, Trouble: { } trouble })
        {
            return (Failed(rollout, update, $"nothing was touched: {trouble}", now), null);
        }
        var progressAt = preparation.ProgressAt is { } at && at > rollout.ProgressAt ? at : rollout.ProgressAt;
        var deadline = progressAt + update.ProgressDeadline;
        if (now >= deadline)
        {
            return (Failed(rollout, update, $"nothing was touched: no progress within {DurationText.Format(update.ProgressDeadline)}: {preparation.Trouble ?? preparation.Words}", now), null);
        }
        return (rollout with { Status = RolloutStatus.Progressing, ProgressAt = progressAt, Reason = preparation.Words }, deadline);
    }

    /// <summary>How many slots may run the new revision now.</summary>
    public static int Limit(RolloutState rollout, UpdateSpec update, int wanted) => rollout switch
    {
        { IsOver: true } or { PreparedAt: null } or { Status: not RolloutStatus.Progressing } and { StepReachedAt: null } => 0,
        _ when rollout.Step < update.Canary.Length => (int)Math.Ceiling(wanted * update.Canary[rollout.Step].Percent / 100.0),
        _ => wanted,
    };

    private static (RolloutState, DateTimeOffset?) AtStep(RolloutState rollout, RolloutIntent intent, UpdateSpec update, RolloutFacts facts, DateTimeOffset now)
    {
        while (rollout.Step < update.Canary.Length)
        {
            var step = update.Canary[rollout.Step];
            if (facts.Updated < Limit(rollout with { Status = RolloutStatus.Progressing }, update, facts.Wanted))
            {
                break;
            }
            var since = rollout.StepReachedAt ?? now;
            var due = step.Pause is { } pause ? since + pause : DateTimeOffset.MaxValue;
            if (intent.Promoted <= rollout.Step && due > now)
            {
                var until = step.Pause is null ? "until someone promotes it" : $"for {DurationText.Format(step.Pause.Value)} from then on";
                rollout = rollout with { Status = RolloutStatus.Paused, StepReachedAt = since, Reason = $"{Count(facts)}; at {step.Percent} % it waits {until}" };
                return (rollout, step.Pause is null ? null : due);
            }
            rollout = rollout with { Status = RolloutStatus.Progressing, Step = rollout.Step + 1, StepReachedAt = null, ProgressAt = now };
        }
        return Judge(rollout with { Status = RolloutStatus.Progressing, StepReachedAt = null, Reason = Count(facts) }, update, facts, now);
    }

    private static (RolloutState, DateTimeOffset?) Judge(RolloutState rollout, UpdateSpec update, RolloutFacts facts, DateTimeOffset now)
    {
        var deadline = rollout.ProgressAt + update.ProgressDeadline;
        // A first rollout has nothing to go back to: it may as well wait.
        if (rollout.Available == 0 && rollout.Base != rollout.To && facts is { IsFinal: true, Trouble: { } trouble })
        {
            return (Failed(rollout, update, trouble, now), null);
        }
        if (facts.Updated >= facts.Wanted)
        {
            // Whatever the new revision was to show, it has: how long the old one takes to stop says nothing of it.
            return (rollout with { Reason = $"{Count(facts)}; {facts.Others} of the revision before {(facts.Others == 1 ? "is" : "are")} still there" }, null);
        }
        if (now >= deadline)
        {
            return (Failed(rollout, update, $"{Count(facts)}, and no further one within {DurationText.Format(update.ProgressDeadline)}{(facts.Trouble is null ? "" : $": {facts.Trouble}")}", now), null);
        }
        return (rollout with { Reason = facts.Trouble is null ? rollout.Reason : $"{rollout.Reason}; {facts.Trouble}" }, deadline);
    }

    private static RolloutState Failed(RolloutState rollout, UpdateSpec update, string reason, DateTimeOffset now) =>
        update.OnFailure == OnUpdateFailure.Rollback && rollout.Base != rollout.To ? GoBack(rollout, RolloutStatus.RolledBack, reason, now) : Ended(rollout, RolloutStatus.Failed, reason, now);

    private static RolloutState GoBack(RolloutState rollout, RolloutStatus outcome, string reason, DateTimeOffset now) => rollout.Base == rollout.To
        ? Ended(rollout, outcome, reason, now)
        : rollout with { Status = RolloutStatus.RollingBack, Outcome = outcome, Reason = reason, StepReachedAt = null, ProgressAt = now };

    private static RolloutState Succeeded(RolloutState rollout, RolloutFacts facts, DateTimeOffset now) => Ended(rollout with
    {
        Base = rollout.To,
        Slots = ImmutableSortedDictionary<int, int>.Empty,
        Available = facts.Updated,
    }, RolloutStatus.Succeeded, facts.Wanted == 0 ? $"no instance is wanted now; the next ones run revision {rollout.To}" : $"{Count(facts)}", now);

    private static RolloutState Ended(RolloutState rollout, RolloutStatus status, string reason, DateTimeOffset now) =>
        rollout with { Status = status, Outcome = null, Reason = reason, StepReachedAt = null, EndedAt = now };

    private static RolloutState Counted(RolloutState rollout, RolloutFacts facts, DateTimeOffset now) =>
        facts.Updated > rollout.Available ? rollout with { Available = facts.Updated, ProgressAt = now } : rollout;

    private static string Count(RolloutFacts facts) => $"{facts.Updated} of {facts.Wanted} ready with the new revision";
}
