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
        var stale = slots
            .Where(s => s.Instances.Count > 0 && !round.Creates(s.Slot.Number))
            .Select(s => (s.Slot, s.Instances, Why: WhyReplace(round, s.Slot, s.Instances[0])))
            .Where(s => s.Why is not null)
            .OrderBy(s => s.Instances.Exists(round.IsAvailable)).ThenBy(s => s.Slot.Number);
        foreach (var (slot, instances, why) in stale)
        {
            var newest = instances[0];
            if (newest.Host is null || instances.Count > 1)
            {
                // A successor that never became available is itself out of date: it makes room for the right one.
                if (!round.IsAvailable(newest))
                {
                    round.Move(slot.Number);
                    round.Stop(newest, why!);
                    if (newest.Host is null && instances.Count == 1)
                    {
                        round.Create(slot, why!);
                    }
                }
                continue;
            }
            if (bounds.Surge > 0 && round.Present < wanted + bounds.Surge)
            {
                round.Move(slot.Number);
                round.Create(slot, why!, predecessor: newest.Host);
                continue;
            }
            var isAvailable = round.IsAvailable(newest);
            if (isAvailable && available - 1 < wanted - bounds.Unavailable)
            {
                continue;
            }
            if (!isAvailable && round.IsReady(newest))
            {
                // It serves, but not for long enough to count: of many such all would go at once.
                continue;
            }
            available -= isAvailable ? 1 : 0;
            round.Move(slot.Number);
            round.Stop(newest, why!, onlyIfSuccessorFits: isAvailable ? slot : null);
        }
    }

    /// <summary>Whether an instance runs otherwise or elsewhere than it should.</summary>
    public static bool IsStale(Round round, WantedSlot slot, InstanceInput instance) => WhyReplace(round, slot, instance) is not null || WhyMove(round, instance) is not null;

    private static string? WhyReplace(Round round, WantedSlot slot, InstanceInput instance)
    {
        if (round.GoalOf(slot.Number) is var goal && instance.Revision != goal)
        {
            return $"revision {goal} replaces revision {instance.Revision}";
        }
        if (instance.RestartGeneration < round.App.RestartGeneration)
        {
            return "a restart was asked for";
        }
        return slot.Pin is null ? WhyMove(round, instance) : null;
    }

    /// <summary>Why an instance should leave the host where it is, whether or not its data let it; null if it may stay.</summary>
    public static string? WhyMove(Round round, InstanceInput instance)
    {
        if (instance.Host is not { } id || !round.Hosts.TryGetValue(id, out var host) || host.IsLost)
        {
            return null;
        }
        return host.Availability == Availability.Draining ? $"host {host.Name} is being drained"
            : Constraints.Of(round.App.SpecOf(instance.Revision)).Refuse(host) is { } reason ? $"host {host.Name} no longer fits: {reason}"
            : null;
    }
}
