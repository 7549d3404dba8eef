using System.Collections.Immutable;
using System.Globalization;
using Portal.Components.Controls;
using Portal.Components.Pages.Apps.Drafts;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Metrics;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps.Detail.Scaling;

/// <summary>What the scaling panel shows: how the app is scaled, and a draft of how it might be, tried on the same figures.</summary>
public sealed class ScalingModel
{
    public ScalingView? View { get; private set; }

    public SpecDraft? Draft { get; private set; }

    public ImmutableArray<ScalingDecisionView> Decisions { get; private set; } = [];

    public long Generation { get; private set; }

    /// <summary>The policy that is drafted; null while it has faults, or there is none.</summary>
    public ScalingSpec? Drafted => Draft?.Request?.Spec.Scaling;

    public bool IsEdited => Draft is { IsEdited: true };

    /// <summary>What is followed in the chart: the metric that is drafted at that place.</summary>
    public int Followed { get; set; }

    public ImmutableArray<ScalingMetric> Metrics => (Drafted ?? View?.Policy)?.Metrics ?? [];

    public ScalingMetric? Metric => Metrics.IsEmpty ? null : Metrics[Math.Clamp(Followed, 0, Metrics.Length - 1)];

    /// <summary>Takes what the store says; a draft that was edited stays.</summary>
    public void Apply(AppView app, ScalingView view, ImmutableArray<ScalingDecisionView> decisions)
    {
        (View, Decisions) = (view, decisions);
        if (Draft is null || !IsEdited && Generation != app.Generation)
        {
            Reset(app);
        }
    }

    public void Reset(AppView app) => (Draft, Generation) = (SpecDraft.Of(app.Spec, null), app.Generation);

    /// <summary>What would be decided now by the draft; null while it is off, or has faults.</summary>
    public ScalingDecision? Would(DateTimeOffset now) => View is { } view && Drafted is { Enabled: true } policy ? Autoscaler.Decide(view.Input with { Policy = policy }, now) : null;

    /// <summary>The unit of the chart's left axis.</summary>
    public ChartUnit Unit => Metric switch
    {
        { Target.IsPercent: true } => ChartUnit.Percent,
        { Kind: ScalingMetricKind.Cpu } => ChartUnit.Cores,
        { Kind: ScalingMetricKind.Memory } => ChartUnit.Bytes,
        { Rate: true } => ChartUnit.PerSecond,
        _ => ChartUnit.Number,
    };

    /// <summary>The target as a line that can be dragged; null where nothing is followed.</summary>
    public ChartTarget? Target(bool mayDrag) => Metric is { } metric && mayDrag
        ? new ChartTarget(metric.Target.Value, "Target", metric.Target.IsPercent ? 1 : 0, metric.Target.IsPercent ? 1000 : null, metric switch
        {
            { Target.IsPercent: true } => 1,
            { Kind: ScalingMetricKind.Cpu } => 0.01,
            { Kind: ScalingMetricKind.Memory } => 1 << 20,
            _ => null,
        }) : null;

    /// <summary>The target was dragged: the draft has it now.</summary>
    public void Drag(double value)
    {
        if (Metric is not { } metric || Draft is not { } draft || value <= 0)
        {
            return;
        }
        var text = metric switch
        {
            { Target.IsPercent: true } => Math.Max(1, Math.Round(value)).ToString(CultureInfo.InvariantCulture) + "%",
            { Kind: ScalingMetricKind.Memory } => MemoryText.Format(Math.Max(1, (long)Math.Round(value / (1 << 20))) << 20),
            _ => Math.Round(value, 3).ToString(CultureInfo.InvariantCulture),
        };
        var line = draft.Form.Scaling;
        switch (metric.Kind)
        {
            case ScalingMetricKind.Cpu:
                line.Cpu = text;
                break;
            case ScalingMetricKind.Memory:
                line.Memory = text;
                break;
            default:
                if (line.Own.Find(o => o.Name.Trim() == metric.Name && o.Port.Trim() == metric.Port) is { } own)
                {
                    own.Target = text;
                }
                break;
        }
        draft.FormEdited();
    }

    /// <summary>The figures of the followed metric, each instance's on average, over the number of instances as a step line.</summary>
    /// <param name="range">The time.</param>
    /// <param name="load">What all used together; of a metric of the app itself, what each had on average.</param>
    /// <param name="instances">How many ran.</param>
    public ChartData Chart(ChartRange range, MetricAnswer? load, MetricAnswer? instances)
    {
        var whole = View?.Input.Whole ?? default;
        var counts = (instances?.Series ?? []).SelectMany(s => s.Points).GroupBy(p => p.At).ToDictionary(g => g.Key, g => g.Sum(p => p.Value));
        var values = Metric is { Kind: not ScalingMetricKind.Prometheus }
            ? (load?.Series ?? []).SelectMany(s => s.Points).GroupBy(p => p.At).Where(g => counts.GetValueOrDefault(g.Key) > 0).ToDictionary(g => g.Key, g => g.Sum(p => p.Value) / counts[g.Key])
            : (load?.Series ?? []).Where(s => Metric is not null && s.Labels.GetValueOrDefault("metric") == Metric.Source).SelectMany(s => s.Points).ToDictionary(p => p.At, p => p.Value);
        var times = counts.Keys.Union(values.Keys).Where(t => t >= range.From && t <= range.To).Order().ToList();
        return new ChartData(range,
            [new ChartSeries("load", $"{Metric?.Title ?? "load"} of each, on average") { Shape = ChartShape.Area }, new ChartSeries("count", "running instances") { Shape = ChartShape.Step, SecondAxis = true }],
            [.. times.Select(t => t.ToUnixTimeMilliseconds() / 1000.0)],
            [[.. times.Select(t => values.TryGetValue(t, out var v) ? Scaled(v, whole) : (double?)null)], [.. times.Select(t => counts.TryGetValue(t, out var c) ? c : (double?)null)]]);
    }

    private double Scaled(double value, Resources whole)
    {
        var of = Metric is { Kind: ScalingMetricKind.Cpu } ? whole.Cpus : whole.MemoryBytes;
        return Metric is { Target.IsPercent: true } && of > 0 ? value / of * 100 : value;
    }
}
