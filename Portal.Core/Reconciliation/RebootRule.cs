using Portal.Core.Domain;

namespace Portal.Core.Reconciliation;

/// <summary>Which instances must leave hosts before these are rebooted: those by which more of the app would be down than its disruption budget allows.</summary>
public static class RebootRule
{
    /// <summary>The slots that must leave, of those whose instance is on a host that is to be rebooted, all such hosts together.</summary>
    /// <param name="there">The slots, each with whether it is bound to its host: then it waits, whatever the budget.</param>
    /// <param name="budget">How many may be down by choice at once.</param>
    public static IReadOnlyList<int> MustLeave(IReadOnlyCollection<(int Slot, bool IsBound)> there, int budget) =>
        [.. there.Where(s => !s.IsBound).Select(s => s.Slot).OrderDescending().Take(Math.Max(0, there.Count - budget)).Order()];

    internal static HashSet<int> MustLeave(Round round, SlotPlan plan)
    {
        if (round.Hosts.Values.All(h => h.Reboot is null))
        {
            return [];
        }
        var there = plan.Wanted.Where(s => round.RunningIn(s.Number) is [{ } newest, ..] && round.IsToBeRebooted(newest)).Select(s => (s.Number, s.Pin is not null)).ToList();
        return [.. MustLeave(there, round.BudgetOf(plan.Wanted.Length))];
    }
}
