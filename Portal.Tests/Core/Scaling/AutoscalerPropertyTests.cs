using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using static Portal.Tests.Core.Scaling.GivenScaling;

namespace Portal.Tests.Core.Scaling;

public sealed class AutoscalerPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly Gen<ScalingPace> Paces =
        from window in Gen.Elements(0, 10, 60, 300)
        from step in Gen.Elements(new CountOrPercent(1), new CountOrPercent(4), new CountOrPercent(100, true), new CountOrPercent(10, true), new CountOrPercent(0))
        from period in Gen.Elements(5, 15, 60)
        select new ScalingPace(TimeSpan.FromSeconds(window), step, TimeSpan.FromSeconds(period));

    private static readonly Gen<ScalingSpec> Policies =
        from min in Gen.Choose(1, 8)
        from more in Gen.Choose(0, 30)
        from scaleOut in Paces
        from scaleIn in Paces
        from tolerance in Gen.Elements(0, 5, 10, 25)
        from target in Gen.Choose(5, 95)
        select new ScalingSpec
        {
            Min = min, Max = min + more, ScaleOut = scaleOut, ScaleIn = scaleIn, TolerancePercent = tolerance,
            Metrics = [Cpu with { Target = new ScalingTarget(target, IsPercent: true) }],
        };

    [Fact]
    public void The_bounds_hold_whatever_is_measured()
    {
        var figures = Gen.OneOf(Gen.Choose(0, 400).Select(c => (double?)(c / 100.0)), Gen.Constant<double?>(null), Gen.Elements<double?>(double.NaN, -1, double.PositiveInfinity)).ListOf();
        var ages = Gen.Choose(0, 60);
        Prop.ForAll(Policies.ToArbitrary(), figures.ToArbitrary(), ages.ToArbitrary(), (policy, cores, age) =>
        {
            var current = Math.Max(1, cores.Count);
            var decision = Autoscaler.Decide(Input(policy, current, [.. cores]), Now + TimeSpan.FromSeconds(age));
            return decision.Number >= policy.Min && decision.Number <= policy.Max && decision.Recommended >= policy.Min && decision.Recommended <= policy.Max && decision.Reason.Length > 0;
        }).Check(Many);
    }

    [Fact]
    public void A_constant_load_comes_to_rest_and_stays_there()
    {
        var loads = Gen.Choose(0, 2000).Select(l => l / 100.0);
        Prop.ForAll(Policies.ToArbitrary(), loads.ToArbitrary(), Gen.Choose(1, 30).ToArbitrary(), (policy, load, start) =>
        {
            var decisions = Play(policy, start, TimeSpan.FromMinutes(40), _ => load);
            var numbers = decisions.Select(d => d.Number).Prepend(start).ToList();
            var turns = numbers.Zip(numbers.Skip(1), (a, b) => Math.Sign(b - a)).Where(s => s != 0).Distinct().Count();
            // The bounds may first pull it one way: after that it goes one way only, and then rests.
            var inBounds = numbers.Skip(1).ToList();
            var ways = inBounds.Zip(inBounds.Skip(1), (a, b) => Math.Sign(b - a)).Where(s => s != 0).Distinct().Count();
            return turns <= 2 && ways <= 1 && numbers.TakeLast(24).Distinct().Count() == 1;
        }).Check(Many);
    }

    [Fact]
    public void What_stays_within_the_tolerance_changes_nothing()
    {
        var waves = Gen.Choose(-9, 9).Select(w => w / 100.0).NonEmptyListOf();
        Prop.ForAll(waves.ToArbitrary(), Gen.Choose(1, 10).ToArbitrary(), (wave, number) =>
        {
            var decisions = Play(Policy(scaleIn: TimeSpan.Zero), number, TimeSpan.FromMinutes(10), at => number * 0.5 * (1 + wave[(int)(at.TotalSeconds / 5) % wave.Count]));
            return decisions.All(d => d.Number == number && d.Why is ScalingWhy.Steady);
        }).Check(Many);
    }

    [Fact]
    public void A_sawtooth_faster_than_the_window_never_scales_in_and_out_in_turns()
    {
        var periods = Gen.Choose(2, 50);
        Prop.ForAll(periods.ToArbitrary(), Gen.Choose(1, 400).ToArbitrary(), Gen.Choose(1, 400).ToArbitrary(), (period, low, high) =>
        {
            var decisions = Play(Policy(max: 20), 1, TimeSpan.FromMinutes(30), at => ((int)(at.TotalSeconds / 5) % period < period / 2 ? low : high) / 100.0);
            var settled = decisions.Skip(decisions.Count / 2).Select(d => d.Number).Distinct().Count();
            return settled == 1;
        }).Check(Many);
    }

    [Fact]
    public void Fewer_are_set_only_by_a_whole_window_of_fresh_figures()
    {
        var loads = Gen.Choose(0, 500).Select(l => l / 100.0).NonEmptyListOf();
        Prop.ForAll(Policies.ToArbitrary(), loads.ToArbitrary(), (policy, load) =>
        {
            var start = policy.Max;
            var decisions = Play(policy, start, TimeSpan.FromMinutes(12), at => load[(int)(at.TotalSeconds / 30) % load.Count]);
            for (var i = 0; i < decisions.Count; i++)
            {
                if (decisions[i] is { } d && d.Number < d.Current)
                {
                    var looks = (int)(policy.ScaleIn.Stabilization.TotalSeconds / 5);
                    if (i < looks || decisions.Skip(i - looks).Take(looks + 1).Any(e => e.Recommended > d.Number))
                    {
                        return false;
                    }
                }
            }
            return true;
        }).Check(Many);
    }

    [Fact]
    public void Stale_figures_never_let_fewer_be()
    {
        Prop.ForAll(Policies.ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), Gen.Choose(31, 10_000).ToArbitrary(), (policy, current, age) =>
        {
            var number = policy.Clamp(current);
            var input = Input(policy with { ScaleIn = policy.ScaleIn with { Stabilization = TimeSpan.Zero } }, number, [.. Enumerable.Repeat((double?)0, number)]);
            return Autoscaler.Decide(input, Now + TimeSpan.FromSeconds(age)).Number == number;
        }).Check(Many);
    }

    [Fact]
    public void The_same_inputs_give_the_same_decision()
    {
        Prop.ForAll(Policies.ToArbitrary(), Gen.Choose(1, 12).ToArbitrary(), (policy, start) =>
        {
            var (a, b) = (Play(policy, start, TimeSpan.FromMinutes(3), at => at.TotalSeconds % 37 / 10), Play(policy, start, TimeSpan.FromMinutes(3), at => at.TotalSeconds % 37 / 10));
            return a.Select(d => (d.Number, d.Recommended, d.Why, d.Reason, d.LookAgainAt)).SequenceEqual(b.Select(d => (d.Number, d.Recommended, d.Why, d.Reason, d.LookAgainAt)));
        }).Check(Many);
    }

    [Fact]
    public void What_is_remembered_stays_small()
    {
        var policy = Policy(max: 100) with { ScaleIn = new ScalingPace(TimeSpan.FromHours(1), new CountOrPercent(100, true), TimeSpan.FromSeconds(15)) };
        var random = new Random(7);

        var decisions = Play(policy, 5, TimeSpan.FromHours(3), _ => random.NextDouble() * 10);

        Assert.All(decisions, d => Assert.InRange(d.History.Spans.Length, 1, 70));
    }
}
