using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

/// <summary>What a series of probes means. A series is written as letters: <c>+</c> passed, <c>-</c> failed, <c>.</c> no connection; one each interval of 10 s.</summary>
public sealed class ProbeRuleTests
{
    private static readonly ContainerRun s_run = new("c1", Given.Now);

    private static HealthSpec Policy(int retries = 3, int successes = 1, double startPeriod = 0) => new()
    {
        Kind = HealthKind.Http, Retries = retries, SuccessThreshold = successes, StartPeriod = TimeSpan.FromSeconds(startPeriod),
    };

    private static ProbeRecord Fresh => ProbeRule.Begin(s_run, InstanceObservation.Initial, Given.Now);

    private static DateTimeOffset At(double seconds) => Given.Now.AddSeconds(seconds);

    private static ProbeRecord Hear(ProbeRecord record, char heard, double at, HealthSpec policy, ProbeNeighbours? others = null) => ProbeRule.Heard(record,
        heard switch
        {
            '+' => new ProbeAnswer(ProbeOutcome.Passed, default, "ok"),
            '-' => new ProbeAnswer(ProbeOutcome.Failed, default, "answered 503"),
            _ => new ProbeAnswer(ProbeOutcome.Silent, default, "refused"),
        }, At(at), policy, others ?? default);

    private static ProbeRecord Hear(string series, HealthSpec policy, double step = 10)
    {
        var record = Fresh;
        for (var i = 0; i < series.Length; i++)
        {
            record = Hear(record, series[i], (i + 1) * step, policy);
        }
        return record;
    }

    [Theory]
    [InlineData("", Health.Starting, false)]
    [InlineData("+", Health.Healthy, true)]
    [InlineData("-", Health.Starting, false)]
    [InlineData("--", Health.Starting, false)]
    [InlineData("---", Health.Unhealthy, false)]
    [InlineData("...", Health.Unhealthy, false)]
    [InlineData(".-.", Health.Unhealthy, false)]
    [InlineData("--+", Health.Healthy, true)]
    [InlineData("+-", Health.Healthy, false)]
    [InlineData("+--", Health.Healthy, false)]
    [InlineData("+--+", Health.Healthy, true)]
    [InlineData("+--+--", Health.Healthy, false)]
    [InlineData("+---", Health.Unhealthy, false)]
    [InlineData("+---+", Health.Healthy, true)]
    [InlineData("---+", Health.Healthy, true)]
    public void Readiness_follows_the_last_probe_and_health_several(string series, Health health, bool ready)
    {
        var record = Hear(series, Policy());

        Assert.Equal((health, ready), (record.Health, record.Ready));
        Assert.Equal(series.Length > 0 && series[^1] != '+', record.Answer.Length > 0);
    }

    [Theory]
    [InlineData("+", Health.Starting, false)]
    [InlineData("++", Health.Starting, false)]
    [InlineData("+++", Health.Healthy, true)]
    [InlineData("++-++", Health.Starting, false)]
    [InlineData("+++-++", Health.Healthy, false)]
    [InlineData("+++-+++", Health.Healthy, true)]
    [InlineData("---++", Health.Unhealthy, false)]
    [InlineData("---+++", Health.Healthy, true)]
    public void A_success_threshold_is_met_again_after_each_failure(string series, Health health, bool ready)
    {
        var record = Hear(series, Policy(successes: 3));

        Assert.Equal((health, ready), (record.Health, record.Ready));
    }

    [Theory]
    [InlineData("---", 35, Health.Starting)]
    [InlineData("------", 35, Health.Unhealthy)]
    [InlineData("-----", 35, Health.Starting)]
    [InlineData("+---", 100, Health.Unhealthy)]
    public void Within_the_start_period_failures_do_not_count_until_it_was_healthy(string series, double startPeriod, Health health) =>
        Assert.Equal(health, Hear(series, Policy(startPeriod: startPeriod)).Health);

    [Fact]
    public void Of_the_many_probes_at_the_start_one_in_an_interval_counts()
    {
        Assert.Equal(Health.Starting, Hear(new string('.', 29), Policy(), step: 0.9).Health);
        Assert.Equal(Health.Unhealthy, Hear(new string('.', 40), Policy(), step: 0.9).Health);
    }

    [Theory]
    [InlineData(true, true, Health.Healthy)]
    [InlineData(true, false, Health.Starting)]
    [InlineData(false, true, Health.Starting)]
    public void What_was_ready_in_the_same_run_stays_so_until_a_probe_says_otherwise(bool sameRun, bool healthy, Health health)
    {
        var before = new InstanceObservation { State = InstanceState.Running, ContainerId = "c1", StartedAt = sameRun ? Given.Now : At(-60), ReadySince = At(-1), Health = healthy ? Health.Healthy : Health.None };

        var record = ProbeRule.Begin(s_run, before, At(5));

        Assert.Equal((health, sameRun), (record.Health, record.Ready));
        Assert.Equal(sameRun ? Given.Now : At(5), record.Since);
        Assert.False(Hear(record, '-', 10, Policy()).Ready);
        Assert.Equal((Health.Healthy, true), (Hear(record, '+', 10, Policy(successes: sameRun ? 2 : 1)).Health, Hear(record, '+', 10, Policy(successes: sameRun ? 2 : 1)).Ready));
    }

    [Fact]
    public void Another_policy_counts_anew_and_restarts_nothing_for_the_former()
    {
        var anew = ProbeRule.Anew(Hear("+---", Policy()));

        Assert.Equal((Health.Starting, false, 0, ""), (anew.Health, anew.Ready, anew.Failures, anew.Answer));
        Assert.True(ProbeRule.Anew(Hear("+", Policy())).Ready);
    }

    [Fact]
    public void A_failed_connection_is_the_instances_own_once_another_connected_since()
    {
        var record = Hear("+", Policy(retries: 2));
        record = Hear(record, '.', 20, Policy(retries: 2), new ProbeNeighbours(1, At(15), At(15)));
        record = Hear(record, '.', 30, Policy(retries: 2), new ProbeNeighbours(1, At(15), At(15)));
        Assert.Equal((Health.Healthy, false), (record.Health, record.Ready));

        Assert.Equal(Health.Unhealthy, Hear(record, '.', 40, Policy(retries: 2), new ProbeNeighbours(1, At(35), At(35))).Health);
    }

    [Fact]
    public void If_no_probe_of_the_host_connects_nothing_is_known_and_nothing_counts()
    {
        var policy = Policy(retries: 2);
        var record = Hear("+", policy);
        for (var at = 20; at < 200; at += 10)
        {
            record = Hear(record, '.', at, policy, new ProbeNeighbours(2, At(15), At(at - 1)));
        }
        Assert.Equal((Health.Unknown, false, 0), (record.Health, record.Ready, record.Failures));

        // The others are back: it gets its retries, each an interval apart.
        record = Hear(record, '.', 200, policy, new ProbeNeighbours(2, At(195), At(195)));
        record = Hear(record, '.', 201, policy, new ProbeNeighbours(2, At(200.5), At(195)));
        Assert.Equal(Health.Unknown, record.Health);
        record = Hear(record, '.', 210, policy, new ProbeNeighbours(2, At(205), At(205)));
        Assert.Equal(Health.Unhealthy, record.Health);
        Assert.Equal((Health.Healthy, true), (Hear(record, '+', 220, policy).Health, Hear(record, '+', 220, policy).Ready));
    }

    [Fact]
    public void On_a_suspect_host_a_failed_connection_says_nothing_but_a_wrong_answer_does()
    {
        var suspect = new ProbeNeighbours(0, null, null, IsSuspect: true);
        var record = Hear("+", Policy(retries: 1));

        Assert.Equal(Health.Unknown, Hear(record, '.', 20, Policy(retries: 1), suspect).Health);
        Assert.Equal(Health.Unhealthy, Hear(record, '-', 20, Policy(retries: 1), suspect).Health);
    }

    [Fact]
    public void Neighbours_are_summed_up()
    {
        var asked = Fresh with { AskedAt = At(5), ConnectedAt = At(5) };

        Assert.Equal(new ProbeNeighbours(0, null, null), ProbeNeighbours.Of([], false));
        Assert.Equal(new ProbeNeighbours(2, At(5), At(5)), ProbeNeighbours.Of([asked, asked with { AskedAt = At(9), ConnectedAt = At(2) }], false));
        Assert.Equal(new ProbeNeighbours(2, At(5), null, true), ProbeNeighbours.Of([asked, Fresh], true));
    }

    [Fact]
    public void One_that_is_waited_for_is_asked_often_at_first_and_never_more_rarely_than_its_interval()
    {
        var record = Fresh;
        var pauses = new List<double>();
        Assert.Equal(At(0), ProbeRule.NextAt(record, Policy(), 7, At(0)));
        for (var at = 0.0; pauses.Count < 8; at += pauses[^1])
        {
            record = Hear(record, '.', at, Policy());
            pauses.Add((ProbeRule.NextAt(record, Policy(), 7, At(at)) - At(at)).TotalSeconds);
        }
        Assert.Equal([0.1, 0.1, 0.2, 0.4, 0.8, 1, 1, 1], pauses.Select(p => Math.Round(p, 3)));
        Assert.Equal(At(90.2), ProbeRule.NextAt(record, Policy() with { Interval = TimeSpan.FromMilliseconds(200) }, 7, At(90)));
    }

    [Fact]
    public void Healthy_ones_keep_their_own_place_in_the_interval()
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var place = (uint)random.NextInt64(uint.MaxValue);
            var policy = Policy() with { Interval = TimeSpan.FromMilliseconds(random.Next(100, 60_000)) };
            var record = Hear(Fresh, '+', random.NextDouble() * 100, policy);
            var first = ProbeRule.NextAt(record, policy, place, record.AskedAt!.Value.AddMilliseconds(5));
            Assert.InRange(first - record.AskedAt.Value, policy.Interval / 2, policy.Interval * 1.5);
            record = record with { AskedAt = first };
            Assert.Equal(first + policy.Interval, ProbeRule.NextAt(record, policy, place, first.AddMilliseconds(5)));
        }
    }

    [Fact]
    public void Places_are_spread_evenly()
    {
        var counts = new int[10];
        for (var i = 0; i < 10_000; i++)
        {
            var place = (uint)InstanceId.Of(new AppId(Guid.Parse("22222222-2222-2222-2222-222222222222")), i, 1).Value.GetHashCode();
            var record = Hear("+", Policy());
            counts[(int)(ProbeRule.NextAt(record, Policy(), place, At(10)).UtcTicks % TimeSpan.FromSeconds(10).Ticks / TimeSpan.FromSeconds(1).Ticks)]++;
        }
        Assert.All(counts, c => Assert.InRange(c, 800, 1200));
    }
}
