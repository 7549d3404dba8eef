using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Tests.Core.Rollouts;

public class RolloutRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly UpdateSpec Policy = new();
    private static readonly UpdateSpec Canary = new() { Canary = [new CanaryStep(10, TimeSpan.FromMinutes(5)), new CanaryStep(50, null)] };

    [Fact]
    public void The_first_rollout_has_nothing_to_go_back_to()
    {
        var rollout = RolloutRule.Of(new RolloutIntent(1, 1, By: "ada"), null, null, Now);
        Assert.Equal((null, 1, 1, RolloutStatus.Progressing, "ada"), (rollout.From, rollout.To, rollout.Base, rollout.Status, rollout.By));
        var facts = new RolloutFacts(3, 0, 0, "replica 1 on a: exit code 1", IsFinal: true);
        Assert.Equal(RolloutStatus.Progressing, Advance(rollout, new RolloutIntent(1, 1), facts).Rollout.Status);
        var (failed, _) = RolloutRule.Advance(rollout, new RolloutIntent(1, 1), Policy, facts, Now.AddMinutes(5));
        Assert.Equal(RolloutStatus.Failed, failed.Status);
        Assert.Contains("replica 1 on a: exit code 1", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stops_slowly_fails_no_rollout()
    {
        var (waits, wakeAt) = RolloutRule.Advance(Second(), new RolloutIntent(2, 2), Policy, new RolloutFacts(3, 3, 1), Now.AddMinutes(6));
        Assert.Equal((RolloutStatus.Progressing, "3 of 3 ready with the new revision; 1 of the revision before is still there"), (waits.Status, waits.Reason));
        Assert.Null(wakeAt);
    }

    [Fact]
    public void An_app_whose_rollouts_were_not_kept_goes_on_from_what_runs()
    {
        var rollout = RolloutRule.Of(new RolloutIntent(0, 4), null, running: 3, Now);
        Assert.Equal((3, 4, 3), (rollout.From, rollout.To, rollout.Base));
    }

    [Fact]
    public void Another_revision_in_the_middle_keeps_what_every_slot_runs()
    {
        var first = Second().WithSlot(1, 2);
        var third = RolloutRule.Of(new RolloutIntent(9, 3), first, null, Now);
        Assert.Equal((1, 3, 1), (third.From, third.To, third.Base));
        Assert.Equal((2, 1), (third.RevisionOf(1), third.RevisionOf(2)));
        Assert.Equal(RolloutStatus.Cancelled, RolloutRule.Superseded(first, 3, Now).Status);
    }

    [Fact]
    public void Asking_for_the_old_one_in_the_middle_leads_back()
    {
        var back = RolloutRule.Of(new RolloutIntent(9, 1), Second().WithSlot(1, 2), null, Now);
        Assert.Equal((2, 1, 1), (back.From, back.To, back.Base));
        Assert.Equal(RolloutStatus.Progressing, Advance(back, new RolloutIntent(9, 1), new RolloutFacts(3, 2, 1)).Rollout.Status);
        Assert.Equal(RolloutStatus.Succeeded, Advance(back, new RolloutIntent(9, 1), new RolloutFacts(3, 3, 0)).Rollout.Status);
    }

    [Theory]
    [InlineData(RolloutStatus.Succeeded, 2)]
    [InlineData(RolloutStatus.RolledBack, 1)]
    [InlineData(RolloutStatus.Cancelled, 1)]
    [InlineData(RolloutStatus.Failed, 1)]
    public void The_next_one_begins_where_the_last_one_ended(RolloutStatus ended, int present)
    {
        var last = Second() with { Status = ended, EndedAt = Now, Base = ended == RolloutStatus.Succeeded ? 2 : 1 };
        var next = RolloutRule.Of(new RolloutIntent(9, 3), last, null, Now);
        Assert.Equal((present, 3, present), (next.From, next.To, next.Base));
    }

    [Fact]
    public void It_succeeds_once_every_slot_is_ready_with_it_and_no_other_runs()
    {
        Assert.Equal(RolloutStatus.Progressing, Advance(Second(), Wanted(), new RolloutFacts(3, 3, 1)).Rollout.Status);
        var (done, wakeAt) = Advance(Second().WithSlot(1, 2), Wanted(), new RolloutFacts(3, 3, 0));
        Assert.Equal((RolloutStatus.Succeeded, 2, true), (done.Status, done.Base, done.Slots.IsEmpty));
        Assert.Null(wakeAt);
    }

    [Fact]
    public void Trouble_that_proves_the_revision_bad_turns_it_back_at_once()
    {
        var (back, _) = Advance(Second().WithSlot(1, 2), Wanted(), new RolloutFacts(3, 0, 3, "replica 1 on a: exit code 1", IsFinal: true));
        Assert.Equal((RolloutStatus.RollingBack, RolloutStatus.RolledBack), (back.Status, back.Outcome));
        var (still, _) = Advance(back, Wanted(), new RolloutFacts(3, 3, 0));
        Assert.Equal(RolloutStatus.RollingBack, still.Status);
        var (ended, _) = Advance(back.WithSlot(1, 1), Wanted(), new RolloutFacts(3, 3, 0));
        Assert.Equal((RolloutStatus.RolledBack, "replica 1 on a: exit code 1"), (ended.Status, ended.Reason));
    }

    [Fact]
    public void What_once_worked_is_given_until_the_deadline()
    {
        var facts = new RolloutFacts(3, 1, 2, "replica 2 on b: exit code 1", IsFinal: true);
        var (going, wakeAt) = Advance(Second(), Wanted(), facts);
        Assert.Equal((RolloutStatus.Progressing, (DateTimeOffset?)Now.AddMinutes(5)), (going.Status, wakeAt));
        var (late, _) = RolloutRule.Advance(going, Wanted(), Policy, facts, Now.AddMinutes(5));
        Assert.Equal(RolloutStatus.RollingBack, late.Status);
        Assert.Contains("no further one within 5m: replica 2 on b", late.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_slot_that_becomes_ready_starts_the_deadline_anew()
    {
        var (going, _) = RolloutRule.Advance(Second(), Wanted(), Policy, new RolloutFacts(3, 1, 2), Now.AddMinutes(4));
        Assert.Equal(RolloutStatus.Progressing, RolloutRule.Advance(going, Wanted(), Policy, new RolloutFacts(3, 1, 2), Now.AddMinutes(8)).Rollout.Status);
        Assert.Equal(RolloutStatus.RollingBack, RolloutRule.Advance(going, Wanted(), Policy, new RolloutFacts(3, 1, 2), Now.AddMinutes(9)).Rollout.Status);
    }

    [Fact]
    public void With_pause_a_failure_ends_it_where_it_is()
    {
        var (failed, _) = RolloutRule.Advance(Second().WithSlot(1, 2), Wanted(), Policy with { OnFailure = OnUpdateFailure.Pause }, new RolloutFacts(3, 0, 3), Now.AddMinutes(5));
        Assert.Equal((RolloutStatus.Failed, 2, 1), (failed.Status, failed.RevisionOf(1), failed.RevisionOf(2)));
    }

    [Fact]
    public void Paused_it_holds_and_its_deadline_does_not_run()
    {
        var (held, wakeAt) = Advance(Second(), Wanted() with { Paused = true }, new RolloutFacts(3, 1, 2));
        Assert.Equal((RolloutStatus.Paused, 0), (held.Status, RolloutRule.Limit(held, Policy, 3)));
        Assert.Null(wakeAt);
        var (resumed, _) = RolloutRule.Advance(held, Wanted(), Policy, new RolloutFacts(3, 1, 2), Now.AddHours(2));
        Assert.Equal((RolloutStatus.Progressing, 3), (resumed.Status, RolloutRule.Limit(resumed, Policy, 3)));
    }

    [Fact]
    public void Cancelled_it_goes_back()
    {
        var (back, _) = Advance(Second().WithSlot(1, 2), Wanted() with { Cancelled = true }, new RolloutFacts(3, 1, 2));
        Assert.Equal((RolloutStatus.RollingBack, RolloutStatus.Cancelled), (back.Status, back.Outcome));
        Assert.Equal(RolloutStatus.Cancelled, Advance(back.WithSlot(1, 1), Wanted(), new RolloutFacts(3, 3, 0)).Rollout.Status);
    }

    [Fact]
    public void At_canary_steps_it_waits_for_its_time_and_for_a_person()
    {
        Assert.Equal(1, RolloutRule.Limit(Second(), Canary, 6));
        var (first, wakeAt) = RolloutRule.Advance(Second(), Wanted(), Canary, new RolloutFacts(6, 1, 5), Now);
        Assert.Equal((RolloutStatus.Paused, (DateTimeOffset?)Now.AddMinutes(5), 1), (first.Status, wakeAt, RolloutRule.Limit(first, Canary, 6)));

        var (second, _) = RolloutRule.Advance(first, Wanted(), Canary, new RolloutFacts(6, 1, 5), Now.AddMinutes(5));
        Assert.Equal((RolloutStatus.Progressing, 1, 3), (second.Status, second.Step, RolloutRule.Limit(second, Canary, 6)));

        var (waiting, never) = RolloutRule.Advance(second, Wanted(), Canary, new RolloutFacts(6, 3, 3), Now.AddHours(9));
        Assert.Equal((RolloutStatus.Paused, (DateTimeOffset?)null), (waiting.Status, never));
        Assert.Contains("until someone promotes it", waiting.Reason, StringComparison.Ordinal);

        var (promoted, _) = RolloutRule.Advance(waiting, Wanted() with { Promoted = 2 }, Canary, new RolloutFacts(6, 3, 3), Now.AddHours(10));
        Assert.Equal((RolloutStatus.Progressing, 6), (promoted.Status, RolloutRule.Limit(promoted, Canary, 6)));
    }

    [Fact]
    public void Where_nothing_is_wanted_it_is_done()
    {
        Assert.Equal(RolloutStatus.Succeeded, Advance(Second(), Wanted(), new RolloutFacts(0, 0, 0)).Rollout.Status);
    }

    private static RolloutIntent Wanted() => new(5, 2);

    [Fact]
    public void Nothing_is_touched_before_its_image_is_there()
    {
        var unprepared = Second() with { PreparedAt = null };
        var waiting = new RolloutFacts(3, 0, 3, Preparation: new Preparation(false, "web:2 is being pulled", null, false, Now.AddMinutes(4)));
        var (rollout, wakeAt) = RolloutRule.Advance(unprepared, Wanted(), Policy, waiting, Now.AddMinutes(6));
        Assert.Equal((null, 0, "web:2 is being pulled"), (rollout.PreparedAt, RolloutRule.Limit(rollout, Policy, 3), rollout.Reason));
        Assert.Equal(Now.AddMinutes(9), wakeAt);

        (rollout, _) = RolloutRule.Advance(rollout, Wanted(), Policy, waiting with { Preparation = new Preparation(true, "", null, false, null) }, Now.AddMinutes(8));
        Assert.Equal((Now.AddMinutes(8), Now.AddMinutes(8), 3), (rollout.PreparedAt, rollout.ProgressAt, RolloutRule.Limit(rollout, Policy, 3)));
    }

    [Theory]
    [InlineData(OnUpdateFailure.Rollback, RolloutStatus.RolledBack)]
    [InlineData(OnUpdateFailure.Pause, RolloutStatus.Failed)]
    public void What_cannot_be_had_ends_it_before_anything_is_touched(OnUpdateFailure onFailure, RolloutStatus end)
    {
        var unprepared = Second() with { PreparedAt = null };
        var policy = Policy with { OnFailure = onFailure };
        var facts = new RolloutFacts(3, 0, 3, Preparation: new Preparation(false, "web:2 is being pulled", "host h1: no such image", true, Now));
        var (rollout, _) = RolloutRule.Advance(unprepared, Wanted(), policy, facts, Now);
        (rollout, _) = RolloutRule.Advance(rollout, Wanted(), policy, facts with { Others = 0 }, Now);
        Assert.Equal((end, "nothing was touched: host h1: no such image"), (rollout.Status, rollout.Reason));

        var late = facts with { Preparation = new Preparation(false, "web:2 is being pulled", null, false, Now) };
        (rollout, _) = RolloutRule.Advance(unprepared, Wanted(), policy, late, Now.AddMinutes(5));
        Assert.StartsWith("nothing was touched: no progress within 5m", rollout.Reason, StringComparison.Ordinal);
    }

    private static RolloutState Second() => new()
    {
        Generation = 5,
        From = 1,
        To = 2,
        Base = 1,
        Slots = ImmutableSortedDictionary<int, int>.Empty,
        Status = RolloutStatus.Progressing,
        PreparedAt = Now,
        StartedAt = Now,
        ProgressAt = Now,
    };

    private static (RolloutState Rollout, DateTimeOffset? WakeAt) Advance(RolloutState rollout, RolloutIntent intent, RolloutFacts facts) =>
        RolloutRule.Advance(rollout, intent, Policy, facts, Now);
}
