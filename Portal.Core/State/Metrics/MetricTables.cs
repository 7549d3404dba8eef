using System.Collections.Immutable;
using System.Globalization;

namespace Portal.Core.State.Metrics;

/// <summary>How long figures are kept.</summary>
public sealed record MetricRetention
{
    /// <summary>Those of each tick.</summary>
    public TimeSpan Samples { get; init; } = TimeSpan.FromHours(6);
    /// <summary>Averages of minutes.</summary>
    public TimeSpan Minutes { get; init; } = TimeSpan.FromDays(7);
    /// <summary>Averages of ten minutes.</summary>
    public TimeSpan TenMinutes { get; init; } = TimeSpan.FromDays(60);
}

/// <summary>One partitioned table of figures.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Width">What one partition holds.</param>
/// <param name="Ahead">How far ahead partitions are made.</param>
internal sealed record MetricTable(string Name, TimeSpan Width, TimeSpan Ahead)
{
    private const string Format = "yyyyMMddHH";

    /// <summary>The beginning of the partition that holds a moment.</summary>
    public DateTimeOffset StartOf(DateTimeOffset at) => new(at.UtcTicks / Width.Ticks * Width.Ticks, TimeSpan.Zero);

    public string PartitionAt(DateTimeOffset start) => $"{Name}_p{start.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}";

    /// <summary>The end of a partition by its name; null for a name that is none.</summary>
    public DateTimeOffset? EndOf(string partition) =>
        partition.StartsWith($"{Name}_p", StringComparison.Ordinal)
        && DateTimeOffset.TryParseExact(partition.AsSpan(Name.Length + 2), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start)
            ? start + Width : null;
}

/// <summary>All of them: figures of each tick, of minutes and of ten minutes, for instances and for hosts.</summary>
internal static class MetricTables
{
    /// <summary>Between two ticks. Figures carry the ticks' times, which are whole multiples of it.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    /// <summary>What is counted from in steps.</summary>
    public static readonly DateTimeOffset Origin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly ImmutableArray<MetricTable> Samples = Both("samples", TimeSpan.FromHours(1), TimeSpan.FromHours(3));
    public static readonly ImmutableArray<MetricTable> Minutes = Both("minutes", TimeSpan.FromDays(1), TimeSpan.FromDays(2));
    public static readonly ImmutableArray<MetricTable> TenMinutes = Both("ten_minutes", TimeSpan.FromDays(7), TimeSpan.FromDays(14));
    public static readonly ImmutableArray<MetricTable> All = [.. Samples, .. Minutes, .. TenMinutes];

    private static ImmutableArray<MetricTable> Both(string what, TimeSpan width, TimeSpan ahead) => [new($"metric_{what}", width, ahead), new($"host_{what}", width, ahead)];
}
