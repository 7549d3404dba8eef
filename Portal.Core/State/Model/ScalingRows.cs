using Portal.Core.Domain;
using Portal.Core.Scaling;

namespace Portal.Core.State.Model;

/// <summary>What the autoscaler found when it last looked at an app. Only the autoscaler writes it, under its term.</summary>
public sealed class ScalingStatusRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>The app's generation that was looked at.</summary>
    public long Generation { get; set; }
    /// <summary>When.</summary>
    public DateTimeOffset LookedAt { get; set; }
    /// <summary>The number that it leaves.</summary>
    public int Number { get; set; }
    /// <summary>The number that would be right by the figures.</summary>
    public int Recommended { get; set; }
    /// <summary>Why, in a word.</summary>
    public ScalingWhy Why { get; set; }
    /// <summary>Why, in a sentence without a full stop.</summary>
    public string Reason { get; set; } = "";
    /// <summary>JSON of <see cref="Writers.ScalingDocument"/>: the figures, and what is remembered for later looks.</summary>
    public string Document { get; set; } = "{}";
}

/// <summary>What a metric that an app itself serves was at a look, on average of its instances. Only the autoscaler writes it; kept as long as figures of minutes.</summary>
public sealed class ScalingFigureRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>Where it is from: <see cref="ScalingMetric.Source"/>.</summary>
    public string Source { get; set; } = "";
    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }
    /// <summary>In the metric's unit.</summary>
    public double Value { get; set; }
}

/// <summary>A decision of the autoscaler that changed the number, or why it is what it is. Only the autoscaler writes it; kept as long as events.</summary>
public sealed class ScalingDecisionRow
{
    /// <summary>Grows with time.</summary>
    public long Id { get; set; }
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }
    /// <summary>The number before.</summary>
    public int FromReplicas { get; set; }
    /// <summary>The number after.</summary>
    public int ToReplicas { get; set; }
    /// <summary>The number that would be right by the figures.</summary>
    public int Recommended { get; set; }
    /// <summary>Why, in a word.</summary>
    public ScalingWhy Why { get; set; }
    /// <summary>Why, in a sentence without a full stop.</summary>
    public string Reason { get; set; } = "";
    /// <summary>JSON of <see cref="Writers.ScalingDocument"/>: the figures that it came from.</summary>
    public string Inputs { get; set; } = "{}";
}
