using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Core.Reconciliation;

/// <summary>Says how an app is, as the first of the nomenclature's list that is true, with a reason in a sentence.</summary>
internal static class StatusRule
{
    public static StatusVerdict Of(Round round, SlotPlan plan)
    {
        var wanted = plan.Wanted.Length;
        var seen = round.App.Instances.Where(i => i.Observed?.State == InstanceState.Running && !round.IsLost(i)).ToList();
        var slots = plan.Wanted.Select(s => new SlotView(round, s)).ToList();
        var ready = slots.Count(s => s.IsReady);
        var (status, reason) = Judge(round, plan, slots, ready);
        return new StatusVerdict(status, reason, wanted, seen.Count, ready, seen.Count(i => i.Revision == round.App.Revision && i.Desired == DesiredState.Run));
    }

    private static (AppStatus, string) Judge(Round round, SlotPlan plan, List<SlotView> slots, int ready)
    {
        var wanted = slots.Count;
        if (wanted == 0)
        {
            var why = round.App.Deleted ? "Being deleted" : round.App.Stopped ? "Stopped by intent" : "Scaled to 0";
            return round.App.Spec.Kind == AppKind.Global && !round.App.Stopped && !round.App.Deleted
                ? (AppStatus.Pending, "No active host fits this global app")
                : (AppStatus.Stopped, round.Stopping > 0 ? $"{why}; {Count(round.Stopping, "container")} still to go" : why);
        }
        if (slots.Find(s => s.PendingReason is not null) is { } pending)
        {
            var more = slots.Count(s => s.PendingReason is not null) - 1;
            return (AppStatus.Pending, $"{ready} of {wanted} ready; replica {pending.Number}{(more > 0 ? $" and {more} more" : "")}: {pending.PendingReason}");
        }
        if (ready == 0 && round.Rollout.Status == RolloutStatus.Failed)
        {
            return (AppStatus.Failed, $"Revision {round.Rollout.To} failed: {round.Rollout.Reason}");
        }
        if (ready < wanted)
        {
            return JudgeMissing(slots, ready, wanted);
        }
        if (round.Rollout is { IsOver: false, From: not null } rollout)
        {
            return (AppStatus.Progressing, SayRollout(rollout, slots));
        }
        var outdated = slots.Count(s => s.IsBeingReplaced);
        if (outdated > 0)
        {
            return (AppStatus.Progressing, $"{wanted - outdated} of {wanted} replaced; {slots.Find(s => s.IsBeingReplaced)!.Doing}");
        }
        // A first revision that was late and runs after all has nothing left to tell.
        var after = round.Rollout is { Status: RolloutStatus.RolledBack or RolloutStatus.Failed } failed && failed.Base != failed.To ? $"; revision {failed.To} {(failed.Status == RolloutStatus.Failed ? "failed" : "was rolled back")}: {failed.Reason}" : "";
        var stays = slots.Find(s => s.Stays is not null) is { } bound ? $"; replica {bound.Number} {bound.Stays}" : "";
        return !round.App.Spec.IsChecked
            ? (AppStatus.Running, $"{Count(wanted, "instance")} running; nothing checks {(wanted == 1 ? "its" : "their")} health{stays}{after}")
            : (AppStatus.Healthy, (wanted == 1 ? "Its instance is healthy" : $"All {wanted} instances are healthy") + stays + after);
    }

    private static string SayRollout(RolloutState rollout, List<SlotView> slots)
    {
        var doing = slots.Find(s => s.IsBeingReplaced) is { } next && rollout.Status != RolloutStatus.Paused ? $"; {next.Doing}" : "";
        return rollout.Status == RolloutStatus.RollingBack
            ? $"Going back from revision {rollout.To} to {rollout.Base}: {rollout.Reason}{doing}"
            : $"Revision {rollout.To} replaces {rollout.From}: {rollout.Reason}{doing}";
    }

    private static (AppStatus, string) JudgeMissing(List<SlotView> slots, int ready, int wanted)
    {
        var unknown = slots.Where(s => s.IsUnknown).ToList();
        var trouble = slots.Find(s => s.Trouble is not null);
        if (trouble is null && unknown.Count > 0 && ready + unknown.Count >= wanted)
        {
            return (AppStatus.Unknown, $"Of {unknown.Count} of {wanted} instances nothing can be said: {unknown[0].Doing}");
        }
        if (trouble is not null || unknown.Count > 0)
        {
            var first = trouble ?? unknown[0];
            return (AppStatus.Degraded, $"{ready} of {wanted} ready; replica {first.Number}: {first.Trouble ?? first.Doing}");
        }
        var making = slots.Find(s => !s.IsReady)!;
        return (AppStatus.Progressing, $"{ready} of {wanted} ready; replica {making.Number}: {making.Doing}");
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>What can be said of one wanted slot.</summary>
    private sealed class SlotView
    {
        public SlotView(Round round, WantedSlot slot)
        {
            Number = slot.Number;
            var instances = round.RunningIn(slot.Number);
            var newest = instances.FirstOrDefault();
            IsReady = instances.Exists(round.IsReady);
            IsUnknown = !IsReady && instances.Exists(round.IsLost);
            if (newest is null)
            {
                Doing = round.Creates(slot.Number) ? "being placed" : "waits until its predecessor is gone";
                IsBeingReplaced = true;
                return;
            }
            var whyMove = ReplacementRule.WhyMove(round, newest);
            var hold = round.HoldOf(slot.Number);
            var outdated = hold is null && (newest.Revision != round.GoalOf(slot.Number) || newest.RestartGeneration < round.App.RestartGeneration || whyMove is not null && slot.Pin is null);
            Stays = hold ?? (whyMove is not null && slot.Pin is { } pin ? $"stays although {whyMove.Why}: {pin.Why}" : null);
            IsBeingReplaced = instances.Count > 1 || outdated || round.Creates(slot.Number);
            Doing = Describe(round, newest, outdated);
            if (round.IsGivenUp(newest) && slot.Pin is not null)
            {
                PendingReason = $"waits for host {round.HostName(newest.Host)}, which cannot be reached: {slot.Pin.Why}";
            }
            else if (newest.Host is null && !IsReady)
            {
                PendingReason = newest.PendingReason;
            }
            Trouble = IsReady || round.IsLost(newest) ? null : TroubleOf(newest.Observed) is { } trouble && round.NoteOf(slot.Number) is { } note ? $"{trouble.TrimEnd('.')}; {note}" : TroubleOf(newest.Observed);
        }

        public int Number { get; }
        public bool IsReady { get; }
        public bool IsUnknown { get; }
        public bool IsBeingReplaced { get; }
        public string? PendingReason { get; }
        public string? Stays { get; }
        public string? Trouble { get; }
        public string Doing { get; }

        private static string Describe(Round round, InstanceInput newest, bool outdated) =>
            newest.Host is null ? newest.PendingReason ?? "being placed"
            : round.AwaitedUntil(newest) is { } until ? $"waits for host {round.HostName(newest.Host)}, which is being rebooted, until {until.UtcDateTime:HH:mm:ss} UTC"
            : round.IsLost(newest) ? $"host {round.HostName(newest.Host)} cannot be reached"
            : outdated ? $"replica {newest.Slot} is next"
            : newest.Observed?.State switch
            {
                { } and not InstanceState.Running when newest.Observed.Reason.Length > 0 => $"{newest.Observed.State.ToString().ToLowerInvariant()} on {round.HostName(newest.Host)}: {newest.Observed.Reason.TrimEnd('.')}",
                null or InstanceState.Assigned => $"assigned to {round.HostName(newest.Host)}",
                InstanceState.Pulling => $"image being pulled on {round.HostName(newest.Host)}",
                InstanceState.Running when newest.Observed.Health == Health.Starting =>
                    newest.Observed.Reason.Length > 0 ? $"running on {round.HostName(newest.Host)}, {newest.Observed.Reason}" : "running, not yet checked",
                var state => $"{state.ToString()!.ToLowerInvariant()} on {round.HostName(newest.Host)}",
            };

        private static string? TroubleOf(Observed? observed) => observed switch
        {
            null => null,
            { Failure: not InstanceFailure.None } => observed.Reason,
            { State: InstanceState.Failed } => observed.Reason,
            { Health: Health.Unhealthy } => observed.Reason.Length > 0 ? observed.Reason : "unhealthy",
            // It was ready in this run, or nothing can be heard of it: that is no start.
            { State: InstanceState.Running, Health: Health.Healthy or Health.Unknown } => observed.Reason.Length > 0 ? observed.Reason : "not ready",
            _ => null,
        };
    }
}
