using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Scheduling;
using Portal.Core.State.Readers;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>
/// Takes the rebalance that is under way one step further: lets go of moves that are over, and begins the next ones, a few at once and one an app. What is to
/// move is found anew each time from what is there, so whatever happens meanwhile is heeded; that an app's bounds and its disruption budget hold is the reconciler's part.
/// </summary>
internal static class RebalanceStep
{
    private const int AtOnce = 4;

    /// <summary>What is to be written, and the rebalance afterwards; null where there is nothing to do.</summary>
    public static (AssignmentBatch Batch, ActiveRebalance? Next)? Decide(ControlledState state, DateTimeOffset now)
    {
        if (state.Rebalance is not { } rebalance)
        {
            return null;
        }
        if (!rebalance.IsStopped && rebalance.Joined is { } joined && state.Hosts.ContainsKey(joined) && state.Hosts[joined] is not { Reachability: Reachability.Reachable, Availability: Availability.Active })
        {
            return null;
        }
        var over = rebalance.Moves.Select(m => (m.Instance, Outcome: rebalance.IsStopped ? "stopped" : OutcomeOf(state, m))).Where(o => o.Outcome is not null).Select(o => (o.Instance, o.Outcome!)).ToImmutableArray();
        var gone = over.Select(o => o.Instance).ToHashSet();
        var underWay = rebalance.Moves.RemoveAll(m => gone.Contains(m.Instance));
        var done = rebalance.Done.Union(rebalance.Moves.Where(m => gone.Contains(m.Instance)).Select(m => (m.App, m.Slot)));
        var plan = rebalance.IsStopped ? [] : Plan(state, underWay, done);
        var busy = underWay.Select(m => m.App).ToHashSet();
        var begun = plan.Where(m => busy.Add(m.App)).Take(Math.Max(0, AtOnce - underWay.Length)).ToImmutableArray();
        var remaining = plan.Length - begun.Length;
        var isOver = underWay.Length + plan.Length == 0;
        var reason = Say(state, rebalance, underWay.AddRange(begun), done.Count, remaining, isOver);
        if (over.IsEmpty && begun.IsEmpty && !isOver && (reason, remaining) == (rebalance.Reason, rebalance.Remaining))
        {
            return null;
        }
        var batch = new AssignmentBatch { Rebalance = new RebalanceChange(rebalance.Id, begun, over, remaining, reason, isOver) };
        if (isOver)
        {
            batch.Events.Add(new EventDraft(Severity.Info, "RebalanceEnded", $"The rebalance that {rebalance.AskedBy} asked for ended: {reason}."));
        }
        return (batch, isOver ? null : rebalance with { Moves = underWay.AddRange(begun), Done = done, Remaining = remaining, Reason = reason });
    }

    private static ImmutableArray<ActiveMove> Plan(ControlledState state, ImmutableArray<ActiveMove> underWay, ImmutableHashSet<(AppId App, int Slot)> done)
    {
        var leaveAlone = done.Union(underWay.Select(m => (m.App, m.Slot))).ToLookup(m => m.Item1, m => m.Item2);
        var instances = state.Apps.Select(state.Find).OfType<AppEntry>().Select(e => e.Input())
            .SelectMany(a => RebalanceInstances.Of(a, state.Hosts, leaveAlone[a.Id].ToHashSet())).ToList();
        return [.. Rebalancer.Plan(state.Session.ToSnapshot(), instances).Select(m => new ActiveMove(m.Instance.App, m.Instance.Id, m.Instance.Slot, m.Instance.Host, m.To, m.Why))];
    }

    private static string? OutcomeOf(ControlledState state, ActiveMove move)
    {
        var slot = state.Find(move.App)?.Instances.Values.Where(i => i.Slot == move.Slot).ToList() ?? [];
        var newest = slot.Where(i => i.Desired == DesiredState.Run).MaxBy(i => i.Epoch);
        if (newest is null)
        {
            return slot.Exists(i => i.Id == move.Instance) ? null : "gone";
        }
        if (newest.Id == move.Instance)
        {
            return state.Hosts.TryGetValue(move.From, out var host) && host is { Availability: Availability.Active, Reachability: Reachability.Reachable } ? null : "its host leaves otherwise";
        }
        if (newest.Host is null)
        {
            return newest.PendingReason is null ? null : "fits nowhere now";
        }
        return newest.Observed?.ReadySince is null || slot.Exists(i => i.Id == move.Instance) ? null : "moved";
    }

    private static string Say(ControlledState state, ActiveRebalance rebalance, ImmutableArray<ActiveMove> underWay, int done, int remaining, bool isOver)
    {
        var moved = $"{done} {(done == 1 ? "instance" : "instances")} moved";
        if (rebalance.IsStopped)
        {
            return $"stopped, {moved}";
        }
        return isOver ? done == 0 ? "no move spreads instances better" : $"{moved}, no further move spreads them better"
            : $"{moved}, {underWay.Length} under way{(remaining > 0 ? $", {remaining} to come" : "")}{(underWay.Length > 0 ? $"; {Name(state, underWay[0])}" : "")}";
    }

    private static string Name(ControlledState state, ActiveMove move) =>
        $"{state.Find(move.App)?.App.Name ?? "an app"} replica {move.Slot} leaves {(state.Hosts.TryGetValue(move.From, out var host) ? host.Name : "a removed host")}";
}
