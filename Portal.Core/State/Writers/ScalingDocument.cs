using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain;
using Portal.Core.Scaling;

namespace Portal.Core.State.Writers;

/// <summary>What a decision about an app's number of replicas came from, as the store keeps it.</summary>
public sealed record ScalingDocument
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>What each metric said.</summary>
    public ImmutableArray<KeptVerdict> Metrics { get; init; } = [];
    /// <summary>The bounds in force.</summary>
    public int Min { get; init; }
    /// <summary>The bounds in force.</summary>
    public int Max { get; init; }
    /// <summary>The schedule that is in force; null for none.</summary>
    public string? Schedule { get; init; }
    /// <summary>When a schedule next begins or ends; null where there is none.</summary>
    public DateTimeOffset? ScheduleChangesAt { get; init; }
    /// <summary>Figures of each instance.</summary>
    public ImmutableArray<KeptInstance> Instances { get; init; } = [];
    /// <summary>Why figures of a source could not be had, by source.</summary>
    public ImmutableDictionary<string, string> Troubles { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>What later looks need; null where it is only kept to be read.</summary>
    public ScalingHistory? History { get; init; }

    /// <summary>What is kept of a look.</summary>
    public static ScalingDocument Of(ScalingInput input, ScalingDecision decision, bool withHistory) => new()
    {
        Metrics = [.. decision.Metrics.Select(m => new KeptVerdict(m.Metric.Source, m.Metric.Title, ScalingWords.Target(m.Metric), m.Target, m.Average, m.Average is { } a ? ScalingWords.Value(m.Metric, input.Whole, a) : null,
            m.Total, m.Measured, m.Missing, m.Wanted, m.Sentence))],
        Min = decision.Bounds.Min,
        Max = decision.Bounds.Max,
        Schedule = (decision.Bounds.MinFrom ?? decision.Bounds.MaxFrom)?.ToString(),
        ScheduleChangesAt = decision.Bounds.ChangesAt,
        Instances = [.. input.Instances.Select(i => new KeptInstance(i.Id.Value, i.Slot, i.IsReady, i.Figures.ToImmutableSortedDictionary(f => f.Key, f => new KeptFigure(f.Value.Value, f.Value.At))))],
        Troubles = input.Troubles,
        History = withHistory ? decision.History : null,
    };

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>From JSON.</summary>
    public static ScalingDocument Read(string json) => JsonSerializer.Deserialize<ScalingDocument>(json, s_json) ?? new ScalingDocument();
}

/// <summary>What one metric said.</summary>
/// <param name="Source">Where its figures are from.</param>
/// <param name="Title">As sentences name it.</param>
/// <param name="TargetText">What each should have, with its unit.</param>
/// <param name="Target">The same in the metric's unit.</param>
/// <param name="Average">What each has; null where none was measured.</param>
/// <param name="AverageText">The same with its unit.</param>
/// <param name="Total">What all have.</param>
/// <param name="Measured">How many were measured.</param>
/// <param name="Missing">How many were not.</param>
/// <param name="Wanted">The number that it asks for; null where too little is known.</param>
/// <param name="Sentence">All that in words.</param>
public sealed record KeptVerdict(string Source, string Title, string TargetText, double Target, double? Average, string? AverageText, double Total, int Measured, int Missing, int? Wanted, string Sentence);

/// <summary>An instance with its figures.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Ready">Whether it was ready.</param>
/// <param name="Figures">By source.</param>
public sealed record KeptInstance(Guid Id, int Slot, bool Ready, ImmutableSortedDictionary<string, KeptFigure> Figures);

/// <summary>A figure.</summary>
/// <param name="Value">In the metric's unit.</param>
/// <param name="At">Of when.</param>
public sealed record KeptFigure(double Value, DateTimeOffset At);
