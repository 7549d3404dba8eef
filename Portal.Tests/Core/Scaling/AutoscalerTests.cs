using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using static Portal.Tests.Core.Scaling.GivenScaling;

namespace Portal.Tests.Core.Scaling;

public sealed class AutoscalerTests
{
    [Fact]
    public void More_are_set_at_once_and_the_reason_names_the_figures()
    {
        var decision = Autoscaler.Decide(Input(Policy(), 2, 0.92, 0.88), Now);

        Assert.Equal((4, 4, ScalingWhy.Metric), (decision.Number, decision.Recommended, decision.Why));
        Assert.Equal("cpu 90 % where 50 % is the target, on average of 2 instances over up to 30 s", decision.Reason);
        Assert.Equal((4, new ScalingStep(Now, 2, 4)), (decision.History.Number, Assert.Single(decision.History.Steps)));
    }

    [Theory]
    [InlineData(0.54, 2)]
    [InlineData(0.46, 2)]
    [InlineData(0.56, 3)]
    [InlineData(0.45, 2)]
    public void What_is_within_the_tolerance_changes_nothing(double cores, int wanted) =>
        Assert.Equal(wanted, Autoscaler.Decide(Input(Policy(), 2, cores, cores), Now).Recommended);

    [Fact]
    public void Fewer_are_set_only_after_the_whole_window_said_so()
    {
        var decisions = Play(Policy(), 6, TimeSpan.FromMinutes(6), _ => 1.0);

        var first = decisions.FindIndex(d => d.Number < 6);
        Assert.Equal(60, first);
        Assert.All(decisions[..first], d => Assert.Equal((2, ScalingWhy.Stabilizing, Now + TimeSpan.FromMinutes(5)), (d.Recommended, d.Why, d.LookAgainAt)));
        Assert.All(decisions[first..], d => Assert.Equal(2, d.Number));
    }

    [Fact]
    public void A_peak_begins_the_window_anew()
    {
        var decisions = Play(Policy(), 4, TimeSpan.FromMinutes(9), at => at == TimeSpan.FromMinutes(3) ? 2.0 : 1.0);

        // The look after the peak is the first that saw less: from then on it counts.
        Assert.Equal(TimeSpan.FromSeconds(8 * 60 + 10), TimeSpan.FromSeconds(5 * decisions.FindIndex(d => d.Number < 4)));
    }

    [Fact]
    public void Without_a_window_the_look_that_sees_the_load_acts_on_it()
    {
        var decisions = Play(Policy(), 2, TimeSpan.FromMinutes(2), at => at < TimeSpan.FromMinutes(1) ? 1.0 : 2.0);

        Assert.Equal(12, decisions.FindIndex(d => d.Number == 4));
    }

    [Fact]
    public void A_number_that_somebody_set_holds_for_a_window_and_gives_way_to_load_at_once()
    {
        var before = Play(Policy(), 2, TimeSpan.FromMinutes(6), _ => 1.0)[^1].History;

        var held = Autoscaler.Decide(Input(Policy(), 6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1) with { History = before }, Now + TimeSpan.FromMinutes(6));
        var grown = Autoscaler.Decide(Input(Policy(), 3, 0.9, 0.9, 0.9) with { History = before }, Now);

        Assert.Equal((6, ScalingWhy.NotMeasured), (held.Number, held.Why));
        Assert.Equal((6, ScalingWhy.Metric), (grown.Number, grown.Why));
    }

    [Fact]
    public void A_step_goes_no_further_than_it_may_within_its_period()
    {
        var policy = Policy(max: 20) with { ScaleOut = new ScalingPace(TimeSpan.Zero, new CountOrPercent(2), TimeSpan.FromMinutes(1)) };

        var decisions = Play(policy, 1, TimeSpan.FromMinutes(2), _ => 4.0);

        Assert.Equal([3, 5, 7], decisions.Select(d => d.Number).Distinct());
        Assert.Equal([0, 12, 24], new[] { 3, 5, 7 }.Select(n => decisions.FindIndex(d => d.Number == n)));
        Assert.Equal(ScalingWhy.StepLimit, decisions[1].Why);
        Assert.Equal(Now + TimeSpan.FromMinutes(1), decisions[1].LookAgainAt);
    }

    [Fact]
    public void Instances_that_are_not_measured_are_neither_idle_nor_busy()
    {
        // Two of four idle: the others are taken to have the target, so two and a bit are right.
        var idle = Autoscaler.Decide(Input(Policy(scaleIn: TimeSpan.Zero), 4, 0.01, 0.01, null, null), Now);
        // One of four is overloaded: the others are taken to be about to help.
        var busy = Autoscaler.Decide(Input(Policy(), 4, 0.9, null, null, null), Now);

        Assert.Equal(3, idle.Number);
        Assert.Equal(4, busy.Number);
        Assert.Contains("2 more are not ready or not measured", idle.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_taken_away_while_a_replica_that_stays_does_not_serve()
    {
        var input = Input(Policy(scaleIn: TimeSpan.Zero), 6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
        ScalingInput Without(params int[] slots) => input with { Instances = [.. input.Instances.Select(i => i with { IsReady = !slots.Contains(i.Slot) })] };
        // What serves stays, whatever its number; unless data lies at the lowest numbers.
        Assert.Equal(2, Autoscaler.Decide(Without(1), Now).Number);
        var bound = Autoscaler.Decide(Without(1) with { KeepsLowest = true }, Now);
        Assert.Equal((6, ScalingWhy.NotReady), (bound.Number, bound.Why));
        Assert.Contains("replica 1, which stays, is not ready", bound.Reason, StringComparison.Ordinal);
        Assert.Equal(2, Autoscaler.Decide(Without(6) with { KeepsLowest = true }, Now).Number);
        var few = Autoscaler.Decide(Without(1, 2, 3, 4, 6) with { Policy = input.Policy with { Min = 2, Metrics = [] } }, Now);
        Assert.Equal((6, ScalingWhy.NotReady), (few.Number, few.Why));
    }

    [Fact]
    public void What_is_not_ready_or_was_measured_long_ago_counts_as_not_measured()
    {
        var input = Input(Policy(scaleIn: TimeSpan.Zero), 2) with { Instances = [Instance(1, 0.01, Now, ready: false), Instance(2, 0.01, Now - TimeSpan.FromSeconds(31))] };

        var decision = Autoscaler.Decide(input, Now);

        Assert.Equal((2, ScalingWhy.NotMeasured, 2), (decision.Number, decision.Why, decision.Metrics[0].Missing));
    }

    [Fact]
    public void The_metric_that_asks_for_most_decides_and_an_unknown_one_never_lets_fewer_be()
    {
        var requests = new ScalingMetric { Kind = ScalingMetricKind.Prometheus, Port = "http", Name = "requests", Rate = true, Target = new ScalingTarget(10) };
        var policy = Policy(scaleIn: TimeSpan.Zero) with { Metrics = [Cpu, requests] };
        ScalingInput With(double cores, double? rate) => Input(policy, 2) with
        {
            Instances = [.. Enumerable.Range(1, 2).Select(s => Instance(s, cores, Now)).Select(i => rate is { } r ? i with { Figures = i.Figures.Add(requests.Source, new ScalingFigure(r, Now)) } : i)],
            Troubles = ImmutableDictionary<string, string>.Empty.Add(requests.Source, "connection refused"),
        };

        var both = Autoscaler.Decide(With(0.6, 25), Now);
        var down = Autoscaler.Decide(With(0.01, null), Now);
        var up = Autoscaler.Decide(With(0.9, null), Now);

        Assert.Equal((4, "requests 25/s where 10/s is the target, on average of 2 instances over up to 30 s"), (both.Stepped(), both.Reason.Split(';')[0]));
        Assert.Equal((2, ScalingWhy.NotMeasured, "requests: connection refused: the number stays"), (down.Number, down.Why, down.Reason));
        Assert.Equal(4, up.Number);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, true)]
    public void It_rests_with_an_app_that_is_stopped_or_has_none(int current, bool stopped)
    {
        var decision = Autoscaler.Decide(Input(Policy(min: 2), current, 0.9, 0.9, 0.9) with { IsStopped = stopped }, Now);

        Assert.Equal((current, ScalingWhy.Resting), (decision.Number, decision.Why));
    }

    [Fact]
    public void Bounds_are_kept_at_once_and_named()
    {
        var most = Autoscaler.Decide(Input(Policy(max: 3), 2, 1.0, 1.0), Now);
        var least = Autoscaler.Decide(Input(Policy(min: 4), 2, 0.5, 0.5), Now);
        var above = Autoscaler.Decide(Input(Policy(max: 3), 7, 1.0, 1.0), Now);

        Assert.Equal((3, ScalingWhy.AtMax), (most.Number, most.Why));
        Assert.EndsWith("that asks for 4, at most 3", most.Reason, StringComparison.Ordinal);
        Assert.Equal((4, ScalingWhy.AtMin), (least.Number, least.Why));
        Assert.EndsWith("2 would do, at least 4", least.Reason, StringComparison.Ordinal);
        Assert.Equal((3, "at most 3"), (above.Number, above.Reason));
    }
}

file static class Shown
{
    public static int Stepped(this ScalingDecision decision) => decision.Number;
}
