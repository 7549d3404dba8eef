using System.Collections.Immutable;

namespace Portal.Core.State.Metrics;

/// <summary>How far stored figures reach.</summary>
/// <param name="Samples">The earliest tick; null where there is none.</param>
/// <param name="Minutes">The earliest minute; null where there is none.</param>
/// <param name="MinutesUntil">Up to which ticks were rolled up; null for not at all.</param>
/// <param name="TenMinutesUntil">Up to which minutes were rolled up; null for not at all.</param>
/// <param name="TenMinutes">The earliest ten minutes; null where there are none.</param>
internal readonly record struct StoredRange(DateTimeOffset? Samples, DateTimeOffset? Minutes, DateTimeOffset? MinutesUntil, DateTimeOffset? TenMinutesUntil, DateTimeOffset? TenMinutes);

/// <summary>A stretch of time and where its figures are read from.</summary>
/// <param name="Table">The tables' name, without <c>metric_</c> or <c>host_</c>.</param>
/// <param name="From">From then on.</param>
/// <param name="To">Before then.</param>
internal readonly record struct MetricSegment(string Table, DateTimeOffset From, DateTimeOffset To);

/// <summary>Which figures answer a query: the coarsest that are fine enough, finer ones where those are not made yet, coarser ones where those are no longer kept.</summary>
internal static class MetricRange
{
    /// <summary>Points of one series at most.</summary>
    public const int MostPoints = 3000;
    private const int UsualPoints = 600;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_tenMinutes = TimeSpan.FromMinutes(10);

    private static readonly ImmutableArray<TimeSpan> s_steps =
        [.. new[] { 2, 4, 6, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400 }.Select(s => TimeSpan.FromSeconds(s))];

    /// <summary>The step that is used: the one wanted, as a whole multiple of a tick, or the finest that gives not many more than 600 points.</summary>
    public static TimeSpan StepOf(TimeSpan? wanted, TimeSpan range)
    {
        if (wanted is { } step)
        {
            return MetricTables.Tick * Math.Max(1, Math.Ceiling(step / MetricTables.Tick));
        }
        foreach (var usual in s_steps)
        {
            if (range <= usual * UsualPoints)
            {
                return usual;
            }
        }
        return TimeSpan.FromDays(Math.Ceiling(range.TotalDays / UsualPoints));
    }

    /// <summary>The beginning of the step that holds a moment.</summary>
    public static DateTimeOffset Floor(DateTimeOffset at, TimeSpan step) => at - new TimeSpan((at - MetricTables.Origin).Ticks % step.Ticks);

    /// <summary>Stretches without gap or overlap, in the order of time.</summary>
    public static ImmutableArray<MetricSegment> Segments(DateTimeOffset from, DateTimeOffset to, TimeSpan step, StoredRange stored)
    {
        var rolled = stored.MinutesUntil ?? DateTimeOffset.MinValue;
        var samplesFrom = step >= s_minute ? rolled : Least(rolled, Begun(stored.Samples, stored.Minutes, s_minute));
        var minutesFrom = step >= s_tenMinutes ? stored.TenMinutesUntil ?? DateTimeOffset.MinValue
            : Least(stored.TenMinutesUntil ?? DateTimeOffset.MinValue, Begun(stored.Minutes, stored.TenMinutes, s_tenMinutes));
        minutesFrom = Least(minutesFrom, samplesFrom);
        var (one, two) = (Between(minutesFrom, from, to), Between(samplesFrom, from, to));
        return [.. new[] { new MetricSegment("ten_minutes", from, one), new("minutes", one, two), new("samples", two, to) }.Where(s => s.From < s.To)];
    }

    /// <summary>
    /// From when on the finer figures are read. Coarser ones are whole: what only some finer figures are kept of is read as a coarser one. Where the coarser go back no further, none were dropped.
    /// </summary>
    private static DateTimeOffset? Begun(DateTimeOffset? finest, DateTimeOffset? coarser, TimeSpan width) =>
        finest is { } first && coarser >= Floor(first, width) ? Floor(first, width) : Ceiling(finest, width);

    private static DateTimeOffset Least(DateTimeOffset one, DateTimeOffset? other) => other is { } at && at < one ? at : one;

    private static DateTimeOffset Between(DateTimeOffset at, DateTimeOffset from, DateTimeOffset to) => at < from ? from : at > to ? to : at;

    private static DateTimeOffset? Ceiling(DateTimeOffset? at, TimeSpan width) =>
        at is not { } moment ? null : Floor(moment, width) is var floor && floor == moment ? floor : floor + width;
}
