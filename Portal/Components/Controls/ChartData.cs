using System.Collections.Immutable;

namespace Portal.Components.Controls;

/// <summary>The unit of a chart's axis.</summary>
public enum ChartUnit
{
    Number,
    Cores,
    Bytes,
    BytesPerSecond,
    PerSecond,
    Percent,
}

/// <summary>How a series is drawn.</summary>
public enum ChartShape
{
    Line,
    Area,
    /// <summary>Holds each value until the next one, as a count does.</summary>
    Step,
}

/// <summary>One series of a chart.</summary>
/// <param name="Key">Its identity in the chart.</param>
/// <param name="Label">Its name for people.</param>
public sealed record ChartSeries(string Key, string Label)
{
    public ChartShape Shape { get; init; }

    /// <summary>Whether it is measured on the axis at the right, in the chart's second unit.</summary>
    public bool SecondAxis { get; init; }

    /// <summary>A tone that it is drawn in; null for the next colour of the palette.</summary>
    public string? Tone { get; init; }
}

/// <summary>A stretch of time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end.</param>
public sealed record ChartRange(DateTimeOffset From, DateTimeOffset To);

/// <summary>What a chart shows when it begins, and after another range or other series were chosen.</summary>
/// <param name="Range">What the axis of time spans.</param>
/// <param name="Series">The series.</param>
/// <param name="Times">When the values are of, ascending, the same for all series; seconds since 1970.</param>
/// <param name="Values">A row for each series; null is a gap.</param>
public sealed record ChartData(ChartRange Range, ImmutableArray<ChartSeries> Series, ImmutableArray<double> Times, ImmutableArray<ImmutableArray<double?>> Values)
{
    public static ChartData Empty(ChartRange range) => new(range, [], [], []);

    /// <summary>The newest value of each series; null for none.</summary>
    public ImmutableArray<double?> Newest => [.. Values.Select(row => row.LastOrDefault(v => v is not null))];
}

/// <summary>Points that follow. One at the time of the last one takes its place.</summary>
/// <param name="Range">What the axis of time spans from now on; null leaves it.</param>
/// <param name="Added">Series that join, behind those there are.</param>
/// <param name="Times">When, ascending.</param>
/// <param name="Values">A row for each series, old and new.</param>
public sealed record ChartBatch(ChartRange? Range, ImmutableArray<ChartSeries> Added, ImmutableArray<double> Times, ImmutableArray<ImmutableArray<double?>> Values);

/// <summary>Something that happened, as a line on the axis of time.</summary>
/// <param name="At">When.</param>
/// <param name="Label">What, in a sentence.</param>
/// <param name="Tone">A tone.</param>
public sealed record ChartMark(DateTimeOffset At, string Label, string Tone = "work");

/// <summary>A horizontal line that people drag.</summary>
/// <param name="Value">Where it stands, in the unit of its axis.</param>
/// <param name="Label">What it is, as <c>Target</c>.</param>
/// <param name="Minimum">As low as it goes.</param>
/// <param name="Maximum">As high as it goes; null for no bound.</param>
/// <param name="Step">What it is rounded to; null for not at all.</param>
/// <param name="SecondAxis">Whether it belongs to the axis at the right.</param>
public sealed record ChartTarget(double Value, string Label = "Target", double Minimum = 0, double? Maximum = null, double? Step = null, bool SecondAxis = false);
