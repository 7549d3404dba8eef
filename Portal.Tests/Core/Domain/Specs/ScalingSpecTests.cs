using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

public sealed class ScalingSpecTests
{
    private const string Whole = """
        "resources":{"reservations":{"cpus":0.1,"memory":"64M"}},"ports":[{"name":"http","containerPort":80},{"name":"dns","containerPort":53,"protocol":"udp"}],
        """;

    [Fact]
    public void A_policy_is_read_with_every_field()
    {
        var scaling = Read("""
            "max":10,"min":2,"metrics":[{"metric":"cpu","target":"60%"},{"metric":"memory","target":"200M"},
              {"metric":"prometheus","port":"http","path":"/m","name":"http_requests_total","labels":{"code":"200"},"rate":true,"target":50}],
            "schedules":[{"days":"Mon-Fri","from":"08:00","to":"20:00","timeZone":"Europe/Berlin","min":6},{"days":"mon-fri","from":"20:00","to":"24:00","max":3}],
            "scaleOut":{"stabilization":"10s","step":4,"period":"1m"},"scaleIn":{"step":"50%"},"tolerance":"5%"
            """);

        Assert.Equal((2, 10, 5, true), (scaling.Min, scaling.Max, scaling.TolerancePercent, scaling.Enabled));
        Assert.Equal([new ScalingTarget(60, true), new ScalingTarget(200L << 20), new ScalingTarget(50)], scaling.Metrics.Select(m => m.Target));
        Assert.Equal("http/m http_requests_total{code=200} rate", scaling.Metrics[2].Source);
        Assert.Equal(["mon-fri 08:00–20:00 Europe/Berlin", "mon-fri 20:00–24:00 UTC"], scaling.Schedules.Select(s => s.ToString()));
        Assert.Equal(new ScalingPace(TimeSpan.FromSeconds(10), new CountOrPercent(4), TimeSpan.FromMinutes(1)), scaling.ScaleOut);
        Assert.Equal(new ScalingPace(TimeSpan.FromMinutes(5), new CountOrPercent(50, true), TimeSpan.FromSeconds(15)), scaling.ScaleIn);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same()
    {
        var spec = Spec(""" "max":10,"metrics":[{"metric":"cpu","target":0.5},{"metric":"prometheus","port":"http","name":"a","target":1.5}],"schedules":[{"from":"22:00","to":"06:00","min":1}],"enabled":false """);

        var canonical = SpecCodec.Canonical(spec);
        Assert.Equal(canonical, SpecCodec.Canonical(SpecCodec.FromCanonical(canonical)));
        Assert.Equal(canonical, SpecCodec.Canonical(SpecCodec.ReadYaml(SpecCodec.WriteYaml(spec, 3)).OrRefuse().Spec));
        Assert.Equal(canonical, SpecCodec.Canonical(SpecCodec.Validate(spec, null).OrRefuse().Spec));
    }

    [Fact]
    public void A_spec_without_it_keeps_its_form_and_its_containers()
    {
        var without = SpecCodec.ReadJson(SpecExamples.With(Whole.TrimEnd().TrimEnd(','))).OrRefuse().Spec;
        var with = Spec(""" "max":3,"metrics":[{"metric":"cpu","target":"50%"}] """);

        Assert.DoesNotContain("scaling", SpecCodec.Canonical(without), StringComparison.Ordinal);
        Assert.Equal(SpecHash.OfContainer(without), SpecHash.OfContainer(with));
        Assert.All(SpecDiff.Between(without, with), c => Assert.Equal(ChangeEffect.NoRestart, c.Effect));
    }

    [Fact]
    public void Differences_are_told_by_field_also_where_two_schedules_have_the_same_days()
    {
        var old = Spec(""" "max":9,"metrics":[{"metric":"cpu","target":"50%"}],"schedules":[{"days":"mon-fri","from":"08:00","to":"12:00","min":2},{"days":"mon-fri","from":"13:00","to":"18:00","min":3}] """);
        var @new = Spec(""" "max":9,"metrics":[{"metric":"cpu","target":"70%"}],"schedules":[{"days":"mon-fri","from":"08:00","to":"12:00","min":2},{"days":"mon-fri","from":"13:00","to":"18:00","min":4}] """);

        Assert.Equal(["scaling.metrics[0].target: 50% → 70%", "scaling.schedules[1].min: 3 → 4"], SpecDiff.Between(old, @new).Select(c => $"{c.Path}: {c.Old} → {c.New}"));
    }

    [Theory]
    [InlineData("", "scaling.max", "is required")]
    [InlineData(""" "max":0 """, "scaling.max", "from 1")]
    [InlineData(""" "max":3,"min":4,"metrics":[{"metric":"cpu","target":"1%"}] """, "scaling.min", "not be more than max")]
    [InlineData(""" "max":3 """, "scaling.metrics", "is required")]
    [InlineData(""" "max":3,"metrics":[] """, "scaling.metrics", "not be empty")]
    [InlineData(""" "max":3,"metrics":[{"target":1}] """, "scaling.metrics[0].metric", "is required")]
    [InlineData(""" "max":3,"metrics":[{"metric":"disk","target":1}] """, "scaling.metrics[0].metric", "must be cpu, memory or prometheus")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu"}] """, "scaling.metrics[0].target", "is required")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":"much"}] """, "scaling.metrics[0].target", "cores such as 0.5")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":"0%"}] """, "scaling.metrics[0].target", "from 1%")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":0}] """, "scaling.metrics[0].target", "cores such as 0.5")]
    [InlineData(""" "max":3,"metrics":[{"metric":"memory","target":"lots"}] """, "scaling.metrics[0].target", "amount of memory")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":"1%"},{"metric":"cpu","target":"2%"}] """, "scaling.metrics[1].metric", "named twice")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":"1%","port":"http"}] """, "scaling.metrics[0].port", "unknown field")]
    [InlineData(""" "max":3,"metrics":[{"metric":"prometheus","name":"a","target":1}] """, "scaling.metrics[0].port", "is required")]
    [InlineData(""" "max":3,"metrics":[{"metric":"prometheus","port":"x","name":"a","target":1}] """, "scaling.metrics[0].port", "none named x")]
    [InlineData(""" "max":3,"metrics":[{"metric":"prometheus","port":"dns","name":"a","target":1}] """, "scaling.metrics[0].port", "tcp")]
    [InlineData(""" "max":3,"metrics":[{"metric":"prometheus","port":"http","name":"a b","target":1}] """, "scaling.metrics[0].name", "name of a metric")]
    [InlineData(""" "max":3,"metrics":[{"metric":"prometheus","port":"http","name":"a","target":"50%"}] """, "scaling.metrics[0].target", "number above 0")]
    [InlineData(""" "max":3,"schedules":[{"from":"08:00","to":"20:00"}] """, "scaling.schedules[0].min", "is required")]
    [InlineData(""" "max":3,"schedules":[{"from":"08:00","to":"08:00","min":2}] """, "scaling.schedules[0].to", "must differ")]
    [InlineData(""" "max":3,"schedules":[{"from":"24:00","to":"8 am","min":2}] """, "scaling.schedules[0].from", "time of day")]
    [InlineData(""" "max":3,"schedules":[{"from":"08:00","to":"20:00","min":4}] """, "scaling.schedules[0].min", "more than max of scaling")]
    [InlineData(""" "max":3,"schedules":[{"from":"08:00","to":"20:00","min":2,"max":1}] """, "scaling.schedules[0].max", "not be less than min")]
    [InlineData(""" "max":3,"schedules":[{"days":"weekdays","from":"08:00","to":"20:00","min":2}] """, "scaling.schedules[0].days", "days of the week")]
    [InlineData(""" "max":3,"schedules":[{"timeZone":"Mars/Base","from":"08:00","to":"20:00","min":2}] """, "scaling.schedules[0].timeZone", "time zone")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":"1%"}],"tolerance":"95%" """, "scaling.tolerance", "0%")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":"1%"}],"scaleIn":{"step":-1} """, "scaling.scaleIn.step", "whole number")]
    [InlineData(""" "max":3,"metrics":[{"metric":"cpu","target":"1%"}],"scaleIn":{"stabilization":"2h"} """, "scaling.scaleIn.stabilization", "to 1h")]
    public void A_fault_is_told_where_it_is(string scaling, string path, string part)
    {
        var faults = SpecCodec.ReadJson(SpecExamples.With(Whole + $"\"scaling\":{{{scaling}}}")).Faults;
        Assert.Contains(faults, f => f.Path == path && f.Message.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(""" "scaling":{"max":3,"metrics":[{"metric":"cpu","target":"60%"}]} """, "scaling.metrics[0].target")]
    [InlineData(""" "scaling":{"max":3,"metrics":[{"metric":"memory","target":"60%"}]} """, "scaling.metrics[0].target")]
    [InlineData(""" "kind":"global","scaling":{"max":3,"metrics":[{"metric":"cpu","target":1}]} """, "scaling")]
    [InlineData(""" "kind":"job","scaling":{"max":3,"metrics":[{"metric":"cpu","target":1}]} """, "scaling")]
    public void A_share_needs_a_whole_and_only_services_are_scaled(string fields, string path) =>
        Assert.Equal(path, Assert.Single(SpecCodec.ReadJson(SpecExamples.With(fields)).Faults).Path);

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = SpecCodec.ReadJson(SpecExamples.With(""" "scaling":{"min":0,"max":"x","metrics":[{"metric":"cpu","target":"a"},{"metric":"b"}],"schedules":[{"from":"x","to":"y"}],"bogus":1} """)).Faults;

        Assert.Equal(["scaling.bogus", "scaling.max", "scaling.metrics[0].target", "scaling.metrics[1].metric", "scaling.min", "scaling.schedules[0].from", "scaling.schedules[0].min", "scaling.schedules[0].to"],
            faults.Select(f => f.Path).Order(StringComparer.Ordinal));
    }

    private static AppSpec Spec(string scaling) => SpecCodec.ReadJson(SpecExamples.With(Whole + $"\"scaling\":{{{scaling}}}")).OrRefuse().Spec;

    private static ScalingSpec Read(string scaling) => Spec(scaling).Scaling!;
}
