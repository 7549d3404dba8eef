using System.Collections.Immutable;
using Portal.Core.Alerts;
using Portal.Core.Domain;

namespace Portal.Tests.Core.Alerts;

public sealed class AlertEvaluatorTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TeamId s_team = new(Guid.Parse("11111111-1111-1111-1111-111111111111"));
    private static readonly AlertRule s_degraded = new() { Id = Guid.Parse("22222222-2222-2222-2222-222222222222"), Name = "degraded", TeamId = s_team, Kind = AlertKind.AppStatus, States = ["Degraded", "Failed"], For = TimeSpan.FromSeconds(5), Targets = ["ops"] };

    [Fact]
    public void It_is_pending_then_fires_once_and_is_over_after_a_while_of_quiet()
    {
        var told = Play(s_degraded, second => second is >= 1 and < 20, 40);

        Assert.Equal([(6, AlertPhase.Firing), (30, AlertPhase.Resolved)], told);
    }

    [Fact]
    public void What_is_met_too_shortly_never_fires() => Assert.Empty(Play(s_degraded, second => second is >= 1 and < 5, 20));

    [Fact]
    public void What_flaps_tells_a_bounded_number_of_times()
    {
        // On and off every 20 s, for two hours.
        var told = Play(s_degraded with { For = TimeSpan.Zero }, second => second / 20 % 2 == 0, 7200);

        Assert.InRange(told.Count, 3, 8);
        Assert.All(told.Chunk(2), pair => Assert.Equal(AlertPhase.Firing, pair[0].Phase));
    }

    [Fact]
    public void What_is_silenced_fires_quietly_and_is_told_when_the_silence_ends()
    {
        var silence = new AlertSilence(s_team, null, "web", null, s_start, s_start.AddSeconds(30));

        Assert.Equal([(30, AlertPhase.Firing)], Play(s_degraded, _ => true, 60, silence));
        Assert.Equal([(5, AlertPhase.Firing)], Play(s_degraded, _ => true, 60, silence with { App = "other" }));
        Assert.Empty(Play(s_degraded, second => second < 12, 60, silence));
    }

    [Fact]
    public void What_is_gone_or_switched_off_is_over_at_once()
    {
        var firing = new AlertState { RuleId = s_degraded.Id, Subject = "app:default/web", Phase = AlertPhase.Firing, FiredAt = s_start, Notified = true };
        var gone = Assert.Single(AlertEvaluator.Evaluate([s_degraded], [firing], [], new AlertScene(), s_start));
        var off = Assert.Single(AlertEvaluator.Evaluate([s_degraded with { Enabled = false }], [firing], [], Scene(AppStatus.Degraded), s_start));
        var orphan = Assert.Single(AlertEvaluator.Evaluate([], [firing], [], Scene(AppStatus.Degraded), s_start));

        Assert.True(gone is { Tells: true, State.Phase: AlertPhase.Resolved });
        Assert.True(off is { Tells: true, State.Phase: AlertPhase.Resolved });
        Assert.True(orphan is { Tells: false, Removed: true });
    }

    [Theory]
    [InlineData(false, false, 90.0, true)]
    [InlineData(false, false, 110.0, false)]
    [InlineData(true, false, 110.0, true)]
    [InlineData(false, true, 40.0, true)]
    [InlineData(false, true, 60.0, false)]
    public void A_bound_is_above_or_below_as_it_is_or_in_per_cent(bool below, bool percent, double value, bool expected)
    {
        var rule = s_degraded with { Kind = AlertKind.Metric, Metric = Metric.Memory, Of = AlertGrouping.Instance, Below = below, Percent = percent, Value = value };

        Assert.Equal(expected, Assert.Single(AlertConditions.Of(rule, Scene(AppStatus.Running, new UsageFacts(1, 100, null, 200)), s_start)).IsMet);
    }

    [Fact]
    public void What_cannot_be_known_leaves_an_alert_as_it_is()
    {
        var rule = s_degraded with { Kind = AlertKind.Metric, Metric = Metric.Cpu, Of = AlertGrouping.App, Value = 1 };
        var firing = new AlertState { RuleId = rule.Id, Subject = "app:default/web", Phase = AlertPhase.Firing, FiredAt = s_start, Notified = true };

        Assert.Empty(AlertEvaluator.Evaluate([rule], [firing], [], Scene(AppStatus.Running, default), s_start.AddHours(1)));
        Assert.Empty(AlertEvaluator.Evaluate([rule], [], [], Scene(AppStatus.Running, default), s_start));
    }

    [Fact]
    public void Restarts_are_counted_within_their_window_and_from_when_an_instance_was_first_seen()
    {
        var rule = s_degraded with { Kind = AlertKind.Restarts, Value = 2, Window = TimeSpan.FromMinutes(1) };
        var log = new RestartLog();
        foreach (var (second, count) in ((int, int)[])[(0, 50), (10, 52), (20, 53)])
        {
            log = log.With(Scene(AppStatus.Running, default, count).Instances, s_start.AddSeconds(second));
        }
        var scene = Scene(AppStatus.Running) with { Restarts = log };

        Assert.True(Assert.Single(AlertConditions.Of(rule, scene, s_start.AddSeconds(30))).IsMet);
        Assert.False(Assert.Single(AlertConditions.Of(rule, scene, s_start.AddSeconds(75))).IsMet);
    }

    [Fact]
    public void Rules_look_at_what_is_theirs_only()
    {
        var other = new AppFacts(new TeamId(Guid.NewGuid()), "other", "web", AppStatus.Failed, "");
        var scene = Scene(AppStatus.Running) with { Apps = [.. Scene(AppStatus.Running).Apps, other] };

        Assert.Equal(["app:default/web"], AlertConditions.Of(s_degraded, scene, s_start).Select(f => f.Subject));
        Assert.Empty(AlertConditions.Of(s_degraded with { App = "api" }, scene, s_start));
        Assert.Equal(2, AlertConditions.Of(s_degraded with { TeamId = null }, scene, s_start).Count());
    }

    private static AlertScene Scene(AppStatus status, UsageFacts usage = default, int restarts = 0) => new()
    {
        Apps = [new AppFacts(s_team, "default", "web", status, "1 of 2 is ready")],
        Instances = [new InstanceFacts(s_team, "default", "web", new InstanceId(Guid.Parse("33333333-3333-3333-3333-333333333333")), 1, "h1", restarts, usage)],
    };

    /// <summary>Second by second, with what is told.</summary>
    private static List<(int Second, AlertPhase Phase)> Play(AlertRule rule, Func<int, bool> isMet, int seconds, params AlertSilence[] silences)
    {
        var states = ImmutableDictionary<string, AlertState>.Empty;
        var told = new List<(int, AlertPhase)>();
        for (var second = 0; second <= seconds; second++)
        {
            foreach (var change in AlertEvaluator.Evaluate([rule], states.Values, silences, Scene(isMet(second) ? AppStatus.Degraded : AppStatus.Running), s_start.AddSeconds(second)))
            {
                states = change.Removed ? states.Remove(change.State.Subject) : states.SetItem(change.State.Subject, change.State);
                if (change.Tells)
                {
                    told.Add((second, change.State.Phase));
                }
            }
        }
        return told;
    }
}
