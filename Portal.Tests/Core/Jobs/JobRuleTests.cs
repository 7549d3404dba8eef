using Portal.Core.Domain;
using Portal.Core.Jobs;

namespace Portal.Tests.Core.Jobs;

public sealed class JobRuleTests
{
    private static readonly JobSpec s_five = new() { Completions = 5, Parallelism = 2 };
    private static readonly JobSpec s_minutely = new() { Schedule = "* * * * *" };

    [Fact]
    public void A_new_job_runs_once_and_no_more()
    {
        var play = new JobPlay(s_five);
        play.Settle();
        while (play.UnderWay.ToList() is { Count: > 0 } running)
        {
            Assert.InRange(running.Count, 1, 2);
            play.End(running[0], InstanceOutcome.Succeeded);
            play.Settle();
        }
        var run = Assert.Single(play.Runs);
        Assert.Equal((RunStatus.Succeeded, RunCause.Deploy, "ann", 5), (run.Status, run.Cause, run.By, run.Succeeded));
        Assert.Equal("all 5 instances ended with exit code 0", run.Reason);
    }

    [Fact]
    public void A_new_revision_runs_once_the_run_before_has_ended()
    {
        var play = new JobPlay(new JobSpec());
        play.Settle();
        play.DeployGeneration = 2;
        play.Settle();
        Assert.Single(play.Runs);
        play.End(play.UnderWay.Single(), InstanceOutcome.Succeeded);
        play.Settle();
        Assert.Equal((2, 2), (play.Runs.Count, play.Run(2).Revision));
    }

    [Fact]
    public void What_failed_is_tried_again_after_a_while_that_grows()
    {
        var play = new JobPlay(new JobSpec { Completions = 2, Parallelism = 2, Retries = 2 });
        play.Settle();
        foreach (var seconds in new[] { 1, 2 })
        {
            play.End(play.UnderWay.Single(a => a.Slot == 1), InstanceOutcome.Failed);
            var wake = play.Settle().WakeAt;
            Assert.Equal(play.Now.AddSeconds(seconds), wake);
            Assert.DoesNotContain(play.UnderWay, a => a.Slot == 1);
            play.Now = wake!.Value;
            play.Settle();
            Assert.Contains(play.UnderWay, a => a.Slot == 1);
        }
        play.End(play.UnderWay.Single(a => a.Slot == 1), InstanceOutcome.Failed);
        play.Settle();
        var run = play.Run(1);
        Assert.Equal((RunStatus.Failed, 3), (run.Status, run.Failed));
        Assert.Equal("instance 1 failed 3 times, last on h1: exited with code 3", run.Reason);
        Assert.Contains(play.Attempts, a => a.Outcome == InstanceOutcome.Cancelled && a.Reason.StartsWith("run 1 failed", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_lost_does_not_count()
    {
        var play = new JobPlay(new JobSpec { Retries = 0 });
        play.Settle();
        for (var i = 0; i < 5; i++)
        {
            play.End(play.UnderWay.Single(), InstanceOutcome.Lost, "host h1 cannot be reached");
            play.Now = play.Settle().WakeAt!.Value;
            play.Settle();
        }
        play.End(play.UnderWay.Single(), InstanceOutcome.Succeeded);
        play.Settle();
        Assert.Equal((RunStatus.Succeeded, 0), (play.Run(1).Status, play.Run(1).Failed));
    }

    [Fact]
    public void The_deadline_ends_a_run()
    {
        var play = new JobPlay(s_five with { Deadline = TimeSpan.FromMinutes(5) });
        var wake = play.Settle().WakeAt!.Value;
        Assert.Equal(play.Now.AddMinutes(5), wake);
        play.Now = wake;
        play.Settle();
        Assert.Equal(RunStatus.Failed, play.Run(1).Status);
        Assert.StartsWith("its deadline of 5m passed with 0 of 5 done; instance 1 was on h1", play.Run(1).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_fires_at_its_times_and_never_for_the_past()
    {
        var play = new JobPlay(s_minutely);
        var decision = play.Settle();
        Assert.Empty(play.Runs);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 10, 1, 0, TimeSpan.Zero), decision.NextRunAt);
        Assert.Equal(decision.NextRunAt, decision.WakeAt);
        play.Now = decision.WakeAt!.Value;
        play.Settle();
        Assert.Equal((RunCause.Schedule, play.Now, (string?)null), (play.Run(1).Cause, play.Run(1).ScheduledAt, play.Run(1).Message));
        play.Settle();
        Assert.Single(play.Runs);
    }

    [Theory]
    [InlineData(RunOverlap.Skip, RunStatus.Running, RunStatus.Skipped)]
    [InlineData(RunOverlap.Allow, RunStatus.Running, RunStatus.Running)]
    [InlineData(RunOverlap.Replace, RunStatus.Cancelled, RunStatus.Running)]
    public void Overlap_is_as_asked(RunOverlap overlap, RunStatus first, RunStatus second)
    {
        var play = new JobPlay(s_minutely with { Overlap = overlap });
        play.Now = play.Settle().WakeAt!.Value;
        play.Settle();
        play.Now = play.Now.AddMinutes(1);
        play.Settle();
        Assert.Equal((first, second), (play.Run(1).Status, play.Run(2).Status));
        if (overlap == RunOverlap.Replace)
        {
            Assert.Empty(play.UnderWay);
            Assert.Equal("waits until what is left of run 1 has stopped", play.Run(2).Reason);
            play.Vanish();
            play.Settle();
            Assert.Equal(2, play.UnderWay.Single().Run);
        }
    }

    [Theory]
    [InlineData(MissedRuns.RunOnce, RunStatus.Running)]
    [InlineData(MissedRuns.Skip, RunStatus.Missed)]
    public void Missed_times_are_recorded_and_made_up_for_as_asked(MissedRuns missed, RunStatus last)
    {
        var play = new JobPlay(new JobSpec { Schedule = "*/10 * * * *", Missed = missed });
        play.Settle();
        play.Now = play.Now.AddHours(3).AddMinutes(5);
        play.Settle();
        Assert.Equal(last, play.Runs.Last().Status);
        Assert.Equal(missed == MissedRuns.RunOnce ? 11 : 10, play.Runs.Count);
        Assert.Contains("times before", play.Run(1).Reason, StringComparison.Ordinal);
        Assert.Equal(missed == MissedRuns.RunOnce, play.Runs.Last().Message?.Contains("5 min late", StringComparison.Ordinal) ?? false);
        play.Settle();
    }

    [Fact]
    public void A_clock_that_is_put_back_brings_no_time_twice()
    {
        var play = new JobPlay(s_minutely with { Overlap = RunOverlap.Allow });
        play.Now = play.Settle().WakeAt!.Value;
        play.Settle();
        play.Now = play.Now.AddSeconds(-30);
        play.Job = play.Job with { Schedule = "*/1 * * * *" };
        play.Settle();
        play.Now = play.Now.AddSeconds(31);
        play.Settle();
        Assert.Single(play.Runs);
        play.Now = play.Now.AddMinutes(1);
        play.Settle();
        Assert.Equal(2, play.Runs.Count);
    }

    [Fact]
    public void Little_lateness_is_no_lateness()
    {
        var play = new JobPlay(new JobSpec { Schedule = "*/10 * * * *", Missed = MissedRuns.Skip });
        play.Now = play.Settle().WakeAt!.Value.AddSeconds(25);
        play.Settle();
        Assert.Equal(RunStatus.Running, play.Run(1).Status);
    }

    [Fact]
    public void Stopped_it_neither_runs_nor_misses_anything()
    {
        var play = new JobPlay(s_minutely);
        play.Now = play.Settle().WakeAt!.Value;
        play.Settle();
        play.WhyStopped = "the app was stopped";
        Assert.Null(play.Settle().NextRunAt);
        Assert.Equal((RunStatus.Cancelled, "the app was stopped with 0 of 1 done"), (play.Run(1).Status, play.Run(1).Reason));
        play.Now = play.Now.AddHours(1).AddSeconds(30);
        play.Settle();
        play.WhyStopped = null;
        play.Settle();
        Assert.Single(play.Runs);
    }

    [Fact]
    public void A_run_on_demand_waits_its_turn_and_can_be_cancelled()
    {
        var play = new JobPlay(new JobSpec());
        play.Settle();
        var (second, third) = (play.Ask(), play.Ask());
        play.Settle();
        Assert.Single(play.Runs);
        play.Cancel(third, "bob");
        play.Settle();
        Assert.Equal((RunStatus.Cancelled, "cancelled by bob before it began", false), (play.Run(third).Status, play.Run(third).Reason, play.Run(third).Began));
        play.Cancel(1, "bob");
        play.Settle();
        Assert.Equal((RunStatus.Cancelled, RunStatus.Running), (play.Run(1).Status, play.Run(second).Status));
        Assert.Equal(RunCause.Manual, play.Run(second).Cause);
    }

    [Fact]
    public void Runs_are_kept_for_their_time_but_the_last()
    {
        var play = new JobPlay(s_minutely with { Keep = TimeSpan.FromMinutes(30) });
        for (var i = 0; i < 20; i++)
        {
            play.Now = play.Settle().NextRunAt!.Value;
            play.Settle();
            play.End(play.UnderWay.Single(), InstanceOutcome.Succeeded);
        }
        play.Settle();
        Assert.Equal((20, 10), (play.Runs.Count, play.ContainersKept));
        play.Job = play.Job with { Schedule = null };
        play.Now = play.Now.AddHours(1);
        play.Settle();
        Assert.Equal((20, 0), (play.Runs.Single().Number, play.ContainersKept));
    }

    [Fact]
    public void However_often_it_runs_there_is_a_bound()
    {
        var play = new JobPlay(s_minutely);
        for (var i = 0; i < 300; i++)
        {
            play.Now = play.Settle().NextRunAt!.Value;
            play.Settle();
            play.End(play.UnderWay.Single(), InstanceOutcome.Succeeded);
        }
        play.Settle();
        Assert.Equal((200, 300, 10), (play.Runs.Count, play.Runs.Last().Number, play.ContainersKept));
    }

    [Fact]
    public void Whatever_happens_what_must_hold_holds()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var play = new JobPlay(new JobSpec
            {
                Completions = random.Next(1, 7),
                Parallelism = random.Next(1, 5),
                Retries = random.Next(3),
                Deadline = random.Next(2) == 0 ? null : TimeSpan.FromMinutes(random.Next(1, 5)),
                Keep = TimeSpan.FromMinutes(random.Next(0, 30)),
                Schedule = random.Next(3) == 0 ? null : random.Next(2) == 0 ? "* * * * *" : "*/3 * * * *",
                Overlap = (RunOverlap)random.Next(3),
                Missed = (MissedRuns)random.Next(2),
            })
            { IsPresentWhenLost = random.Next(2) == 0 };
            try
            {
                Play(play, random);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or InvalidOperationException)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private static void Play(JobPlay play, Random random)
    {
        for (var step = 0; step < 120; step++)
        {
            play.Now = play.Now.AddMilliseconds(random.Next(3) == 0 ? random.Next(200_000) : random.Next(5_000));
            switch (random.Next(12))
            {
                case 0:
                    play.Ask();
                    break;
                case 1 when play.Runs.LastOrDefault(r => !r.IsOver) is { } run:
                    play.Cancel(run.Number);
                    break;
                case 2:
                    play.WhyStopped = play.WhyStopped is null ? "the app was stopped" : null;
                    break;
                case 3:
                    play.DeployGeneration++;
                    break;
                case 4:
                    play.Vanish();
                    break;
                default:
                    foreach (var attempt in play.UnderWay.Where(_ => random.Next(2) == 0).ToList())
                    {
                        play.End(attempt, random.Next(4) switch { 0 => InstanceOutcome.Failed, 1 => InstanceOutcome.Lost, _ => InstanceOutcome.Succeeded });
                    }
                    break;
            }
            play.Settle();
        }
        (play.WhyStopped, play.Job) = (null, play.Job with { Schedule = null });
        for (var step = 0; step < 400 && play.Runs.Any(r => !r.IsOver); step++)
        {
            play.Vanish();
            play.UnderWay.ToList().ForEach(a => play.End(a, InstanceOutcome.Succeeded));
            play.Now = play.Settle().WakeAt ?? play.Now;
        }
        Assert.DoesNotContain(play.Runs, r => !r.IsOver);
    }
}
