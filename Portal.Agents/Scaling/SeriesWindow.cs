using Portal.Core.Scaling;

namespace Portal.Agents.Scaling;

/// <summary>What one instance lately said of one metric.</summary>
internal sealed class SeriesWindow
{
    private readonly List<(DateTimeOffset At, double Value)> samples = [];

    /// <summary>Adds what was read.</summary>
    public void Add(DateTimeOffset at, double value)
    {
        samples.Add((at, value));
        samples.RemoveAll(s => s.At < at - Autoscaler.Window || s.At > at);
    }

    /// <summary>The newest read; null for none.</summary>
    public DateTimeOffset? NewestAt => samples.Count == 0 ? null : samples[^1].At;

    /// <summary>The average since then: of a counter its growth a second, null until it was read twice.</summary>
    public ScalingFigure? Figure(DateTimeOffset since, bool isCounter)
    {
        var used = samples.Where(s => s.At >= since).ToList();
        if (used.Count == 0 || isCounter && (used.Count == 1 || used[^1].At <= used[0].At))
        {
            return null;
        }
        if (!isCounter)
        {
            return new ScalingFigure(used.Average(s => s.Value), used[^1].At);
        }
        // A counter that fell began anew: what it shows has grown since.
        var grown = used.Zip(used.Skip(1), (before, after) => after.Value >= before.Value ? after.Value - before.Value : after.Value).Sum();
        return new ScalingFigure(grown / (used[^1].At - used[0].At).TotalSeconds, used[^1].At);
    }
}
