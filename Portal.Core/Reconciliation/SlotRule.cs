using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Reconciliation;

/// <summary>What one wanted slot needs by itself: a first instance, a host, or a successor to one that failed or was lost.</summary>
internal static class SlotRule
{
    public static void Apply(Round round, WantedSlot slot)
    {
        var instances = round.RunningIn(slot.Number);
        if (instances.Count == 0)
        {
            Fill(round, slot);
            return;
        }
        var newest = instances[0];
        var older = instances[1..];
        if (newest.Host is null)
        {
            if (older.Find(i => round.IsReady(i) && !ReplacementRule.IsStale(round, slot, i)) is { } back)
            {
                round.Stop(newest, $"its predecessor on {round.HostName(back.Host)} came back before this one had a host");
            }
            else
            {
                // What came back from a lost host and is broken must not keep the room that its successor waits for.
                foreach (var broken in older.Where(i => i.Observed is { Failure: not InstanceFailure.None } && !round.IsLost(i)))
                {
                    round.Stop(broken, broken.Observed!.Reason, unlessReady: true);
                }
                round.Place(slot, newest);
            }
            return;
        }
        if (older.Count > 0)
        {
            Retire(round, newest, older);
        }
        Heal(round, slot, newest, older);
    }

    private static void Fill(Round round, WantedSlot slot)
    {
        if (round.IsStoppingIn(slot.Number))
        {
            if (round.BoundsOf(round.Wanted).Surge == 0 || !round.HasRoom)
            {
                return;
            }
        }
        if (round.MayStartFresh)
        {
            // The new revision works: what begins now begins with it.
            round.Move(slot.Number);
        }
        var first = round.App.Epochs.GetValueOrDefault(slot.Number) == 0;
        round.Create(slot, first ? $"replica {slot.Number} is wanted" : round.LastStopIn(slot.Number) ?? $"replica {slot.Number} had no instance", round.GoneFrom(slot.Number));
    }

    /// <summary>The highest epoch stays once it is available; until then its predecessors do.</summary>
    private static void Retire(Round round, InstanceInput newest, List<InstanceInput> older)
    {
        if (!round.IsAvailable(newest))
        {
            return;
        }
        round.CountOn(newest);
        foreach (var old in older)
        {
            round.Stop(old, round.IsLost(old)
                ? $"replaced on {round.HostName(newest.Host)} while host {round.HostName(old.Host)} could not be reached"
                : $"its successor on {round.HostName(newest.Host)} is ready");
        }
    }

    private static void Heal(Round round, WantedSlot slot, InstanceInput newest, List<InstanceInput> older)
    {
        if (round.AwaitedUntil(newest) is { } until)
        {
            round.Wake(until);
            return;
        }
        if (round.IsLost(newest))
        {
            if (slot.Pin is null && !older.Exists(round.IsReady))
            {
                round.Create(slot, $"host {round.HostName(newest.Host)} of its predecessor cannot be reached");
            }
            return;
        }
        if (newest.Observed is { Failure: not (InstanceFailure.None or InstanceFailure.Exited) } failed && older.Exists(i => round.IsReady(i) && !ReplacementRule.IsStale(round, slot, i)))
        {
            // Its predecessor is back from a lost host and does as well.
            round.Stop(newest, failed.Reason, failed.Failure is InstanceFailure.CrashLoop or InstanceFailure.EngineTrouble ? failed.Failure : InstanceFailure.None, unlessReady: true);
            return;
        }
        if (round.IsToBeRebooted(newest) && newest.Observed?.Failure is InstanceFailure.StoppedOutside or InstanceFailure.Unhealthy or InstanceFailure.EngineTrouble)
        {
            // So does a machine that goes down end them: they come back with it.
            round.Note(slot.Number, $"host {round.HostName(newest.Host)} is to be rebooted, it waits for it");
            return;
        }
        switch (newest.Observed?.Failure)
        {
            case InstanceFailure.RemovedOutside:
                Succeed(round, slot, newest, "its predecessor was removed outside Portal");
                break;
            case InstanceFailure.StoppedOutside:
                Succeed(round, slot, newest, "its predecessor was stopped outside Portal");
                break;
            case InstanceFailure.NameTaken:
                Succeed(round, slot, newest, "another container had its predecessor's name");
                break;
            case InstanceFailure.Unhealthy:
                Succeed(round, slot, newest, "its predecessor was unhealthy");
                break;
            case InstanceFailure.CrashLoop or InstanceFailure.EngineTrouble when slot.Pin is null:
                Failures.Move(round, slot, newest);
                break;
        }
    }

    private static void Succeed(Round round, WantedSlot slot, InstanceInput failed, string cause)
    {
        round.Stop(failed, failed.Observed!.Reason, unlessReady: true);
        if (round.HasAnother(slot))
        {
            return;
        }
        // What may still hold the port or the volume goes first; the slot is filled when it is gone.
        if (failed.Observed.Failure != InstanceFailure.Unhealthy || !round.IsStoppingIn(slot.Number) || round.HasRoom)
        {
            round.Create(slot, cause, failed);
        }
    }
}
