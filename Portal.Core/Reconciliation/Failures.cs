using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Reconciliation;

/// <summary>Moving a slot away from hosts where it fails, and backing off once every fitting host was tried.</summary>
internal static class Failures
{
    /// <summary>How long a failure keeps a slot away from a host.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>Hosts to stay away from: those that failed lately, unless that leaves none.</summary>
    public static ImmutableDictionary<HostId, string> Avoid(Round round, WantedSlot slot)
    {
        if (slot.Pin is not null || round.App.Failures.IsEmpty)
        {
            return ImmutableDictionary<HostId, string>.Empty;
        }
        var avoid = Recent(round, slot.Number).GroupBy(f => f.Host).ToImmutableDictionary(g => g.Key, g => g.Last().Reason);
        return Untried(round, avoid.Keys) ? avoid : ImmutableDictionary<HostId, string>.Empty;
    }

    /// <summary>Replaces a failing instance on a host that was not tried, at once; else on any, after a back-off of 10 s to 5 min.</summary>
    public static void Move(Round round, WantedSlot slot, InstanceInput failing)
    {
        var earlier = Recent(round, slot.Number).ToList();
        var tried = earlier.Select(f => f.Host).Append(failing.Host!.Value).Distinct().ToList();
        var observed = failing.Observed!;
        if (Untried(round, tried))
        {
            round.Stop(failing, observed.Reason, observed.Failure, unlessReady: true);
            var avoid = earlier.Append(new SlotFailure(slot.Number, failing.Host.Value, observed.At, observed.Reason, failing.Revision))
                .GroupBy(f => f.Host).ToImmutableDictionary(g => g.Key, g => g.Last().Reason);
            Succeed(round, slot, $"its predecessor on {round.HostName(failing.Host)} failed: {observed.Reason}", failing, avoid);
            return;
        }
        // An engine in trouble is tried again by its own worker; only a crash loop starts over.
        if (observed.Failure != InstanceFailure.CrashLoop)
        {
            return;
        }
        var doublings = Math.Clamp(earlier.Count, 0, 5);
        var delay = TimeSpan.FromTicks(Math.Min(FirstDelay.Ticks << doublings, LongestDelay.Ticks));
        // From one attempt to the next: while it waits the engine goes on restarting it, and each crash is seen anew.
        var due = failing.CreatedAt + delay;
        if (due > round.Now)
        {
            round.Wake(due);
            round.Note(slot.Number, $"every fitting host was tried, the next attempt is at {due.UtcDateTime:HH:mm:ss} UTC");
            return;
        }
        round.Stop(failing, observed.Reason, observed.Failure, unlessReady: true);
        Succeed(round, slot, $"its predecessor failed and every fitting host was tried; another attempt after {delay.TotalSeconds:0} s", failing, ImmutableDictionary<HostId, string>.Empty);
    }

    /// <summary>What fails may run all the same: where no more may be present, the slot is filled once it is gone.</summary>
    private static void Succeed(Round round, WantedSlot slot, string cause, InstanceInput failing, ImmutableDictionary<HostId, string> avoid)
    {
        if (round.HasRoom && !round.HasAnother(slot))
        {
            round.Create(slot, cause, failing, avoid);
        }
    }

    private static IEnumerable<SlotFailure> Recent(Round round, int slot) =>
        round.App.Failures.Where(f => f.Slot == slot && f.Revision == round.Rollout.RevisionOf(slot) && f.At > round.Now - Memory).OrderBy(f => f.At);

    public static bool Untried(Round round, IEnumerable<HostId> tried)
    {
        var constraints = Constraints.Of(round.App.Spec);
        var without = tried.ToHashSet();
        return round.Hosts.Values.Any(h => !without.Contains(h.Id) && h.Availability == Availability.Active
            && h.Reachability == Reachability.Reachable && constraints.Refuse(h) is null);
    }
}
