using Portal.Core.Domain;

namespace Portal.Core.Reconciliation;

/// <summary>
/// Replaces what runs but should run otherwise or elsewhere: an older revision, a restart asked for, a host that is drained or no
/// longer fits. Never more at once than the bounds allow.
/// </summary>
internal static class ReplacementRule
{
    public static void Apply(Round round, SlotPlan plan)
    {
        var wanted = plan.Wanted.Length;
        var bounds = round.BoundsOf(wanted);
        var slots = plan.Wanted.Select(slot => (Slot: slot, Instances: round.RunningIn(slot.Number))).ToList();
        var available = slots.Count(s => s.Instances.Exists(round.IsAvailable));
        // Of these, those that no planned reboot may take away at any moment: others count as down already.
        var steady = slots.Count(s => s.Instances.Exists(round.IsSteady));
        var stale = slots
            .Where(s => s.Instances.Count > 0 && !round.Creates(s.Slot.Number))
            .Select(s => (s.Slot, s.Instances, Leaver: LeaverOf(round, s.Slot, s.Instances)))
            .Select(s => (s.Slot, s.Instances, s.Leaver, Why: WhyReplace(round, s.Slot, s.Leaver)))
            .Where(s => s.Why is not null)
            .OrderBy(s => s.Instances.Exists(round.IsAvailable)).ThenBy(s => s.Slot.Number);
        foreach (var (slot, instances, leaver, why) in stale)
        {
            var newest = instances[0];
            if (leaver == newest && (newest.Host is null || instances.Count > 1))
            {
                // A successor that never became available is itself out of date: it makes room for the right one.
                if (!round.IsAvailable(newest))
                {
                    round.Move(slot.Number);
                    round.Stop(newest, why!.Why, unlessReady: true);
                    if (newest.Host is null && instances.Count == 1)
                    {
                        round.Create(slot, why.Why);
                    }
                }
                continue;
            }
            if (leaver == newest && bounds.Surge > 0 && round.HasRoom)
            {
                round.Move(slot.Number);
                var avoid = Failures.Avoid(round, slot);
                round.Create(slot, why!.Why, avoid: why.AvoidsHost ? avoid.SetItem(leaver.Host!.Value, "it is to leave it") : avoid, predecessor: leaver.Host);
                continue;
            }
            var isAvailable = round.IsAvailable(leaver);
            var unavailable = why!.IsByChoice ? round.BudgetOf(wanted) : bounds.Unavailable;
            var isSteady = round.IsSteady(leaver);
            if (isAvailable && (isSteady ? steady : available) - 1 < wanted - unavailable)
            {
                if (bounds.Surge == 0 && unavailable == 0)
                {
                    round.Hold(slot.Number, $"stays although {why.Why}: its disruption budget allows none to be down, and it cannot start elsewhere first");
                }
                continue;
            }
            if (!isAvailable && !round.ServesNobody(leaver))
            {
                // It serves, but not for long enough to count, or may do so in a moment: of many such all would go at once.
                continue;
            }
            if (isAvailable)
            {
                slots.SelectMany(s => s.Instances).Where(i => i != leaver && round.IsAvailable(i)).ToList().ForEach(round.CountOn);
            }
            available -= isAvailable ? 1 : 0;
            steady -= isSteady ? 1 : 0;
            round.Move(slot.Number);
            round.Stop(leaver, why.Why, onlyIfSuccessorFits: isAvailable ? slot : null, unlessReady: !isAvailable);
        }
    }

    /// <summary>Which instance of a slot would have to go: a successor that waits in vain for room may wait for what its predecessor takes, back from a lost host.</summary>
    private static InstanceInput LeaverOf(Round round, WantedSlot slot, List<InstanceInput> instances)
    {
        var newest = instances[0];
        var waitsInVain = instances.Count > 1 && newest is { Host: null, PendingReason: not null } && WhyReplace(round, slot, newest) is null;
        return waitsInVain && !round.IsLost(instances[1]) ? instances[1] : newest;
    }

    /// <summary>Whether an instance runs otherwise or elsewhere than it should.</summary>
    public static bool IsStale(Round round, WantedSlot slot, InstanceInput instance) => WhyReplace(round, slot, instance) is not null || WhyMove(round, instance) is not null;

    private static Leave? WhyReplace(Round round, WantedSlot slot, InstanceInput instance)
    {
        if (round.GoalOf(slot.Number) is var goal && instance.Revision != goal)
        {
            return new Leave($"revision {goal} replaces revision {instance.Revision}", IsByChoice: false);
        }
        if (instance.RestartGeneration < round.App.RestartGeneration)
        {
            return new Leave("a restart was asked for", IsByChoice: false);
        }
        return slot.Pin is null ? WhyMove(round, instance) : null;
    }

    /// <summary>Why an instance should leave the host where it is, whether or not its data let it; null if it may stay.</summary>
    public static Leave? WhyMove(Round round, InstanceInput instance)
    {
        if (instance.Host is not { } id || !round.Hosts.TryGetValue(id, out var host) || host.IsLost)
        {
            return null;
        }
        return host.Availability == Availability.Draining ? new Leave($"host {host.Name} is being drained", IsByChoice: true)
            : Constraints.Of(round.App.SpecOf(instance.Revision)).Refuse(host) is { } reason ? new Leave($"host {host.Name} no longer fits: {reason}", IsByChoice: false)
            : host.Reboot is not null && round.MustLeave.Contains(instance.Slot) ? new Leave($"host {host.Name} is to be rebooted, and its app may not miss it meanwhile", IsByChoice: true)
            : round.App.Moves.TryGetValue(instance.Id, out var move) ? new Leave(move, IsByChoice: true, AvoidsHost: true)
            : null;
    }
}
