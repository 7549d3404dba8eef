using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scaling;

namespace Portal.Tests.Core.Scaling;

/// <summary>Inputs of scaling decisions, and an app whose load is played against them.</summary>
internal static class GivenScaling
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    public static readonly AppId App = new(new Guid("00000000-0000-0000-0000-000000000001"));
    public static readonly ScalingMetric Cpu = new() { Kind = ScalingMetricKind.Cpu, Target = new ScalingTarget(50, IsPercent: true) };

    public static ScalingSpec Policy(int min = 1, int max = 10, TimeSpan? scaleIn = null) => new()
    {
        Min = min,
        Max = max,
        Metrics = [Cpu],
        ScaleIn = new ScalingPace(scaleIn ?? TimeSpan.FromMinutes(5), new CountOrPercent(100, true), TimeSpan.FromSeconds(15)),
    };

    /// <summary>So many ready instances, each with so many cores, of which one is the whole.</summary>
    public static ScalingInput Input(ScalingSpec policy, int current, params double?[] cores) => new()
    {
        Policy = policy,
        Current = current,
        Whole = new Resources(1, 1L << 30),
        Instances = [.. cores.Select((c, i) => Instance(i + 1, c, Now))],
        History = new ScalingHistory { Number = current },
    };

    public static ScaledInstance Instance(int slot, double? cores, DateTimeOffset at, bool ready = true) => new(InstanceId.Of(App, slot, 1), slot, ready,
        cores is { } value ? Figures(("cpu", value), at) : ImmutableSortedDictionary<string, ScalingFigure>.Empty);

    public static ImmutableSortedDictionary<string, ScalingFigure> Figures((string Source, double Value) figure, DateTimeOffset at) =>
        ImmutableSortedDictionary<string, ScalingFigure>.Empty.Add(figure.Source, new ScalingFigure(figure.Value, at));

    /// <summary>Looks every 5 s for a while; what is decided is so at once, and the load spreads evenly over the instances.</summary>
    public static List<ScalingDecision> Play(ScalingSpec policy, int start, TimeSpan length, Func<TimeSpan, double> load)
    {
        var decisions = new List<ScalingDecision>();
        var (number, history) = (start, new ScalingHistory());
        for (var at = TimeSpan.Zero; at <= length; at += TimeSpan.FromSeconds(5))
        {
            var each = load(at) / number;
            var decision = Autoscaler.Decide(new ScalingInput
            {
                Policy = policy,
                Current = number,
                Whole = new Resources(1, 1L << 30),
                Instances = [.. Enumerable.Range(1, number).Select(slot => Instance(slot, each, Now + at))],
                History = history,
            }, Now + at);
            decisions.Add(decision);
            (number, history) = (decision.Number, decision.History);
        }
        return decisions;
    }
}
