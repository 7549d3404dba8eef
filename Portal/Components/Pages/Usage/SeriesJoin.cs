using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Common;
using Portal.Core.State.Live;
using Portal.Core.State.Metrics;

namespace Portal.Components.Pages.Usage;

/// <summary>Stored figures of a chart with the live ones that follow, on one grid of steps. Knows no renderer and no service.</summary>
/// <param name="query">Which figures.</param>
/// <param name="most">How many series are shown at most: those with the highest figures.</param>
public sealed class SeriesJoin(FigureQuery query, int most = SeriesJoin.MostSeries)
{
    public const int MostSeries = 50;

    // Longer than that without a figure is a gap, and not the beat of measuring.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    private readonly List<string> _keys = [];
    private readonly Dictionary<string, int> _names = [];
    private readonly Dictionary<string, (double Sum, int Count)> _means = [];
    private double _step = 1;
    private double _origin;
    private double _last = double.MinValue;
    private DateTimeOffset _liveAt;

    /// <summary>How many series there are that are not shown.</summary>
    public int Hidden { get; private set; }

    /// <summary>Begins with what is stored.</summary>
    public ChartData Begin(MetricAnswer answer, ChartRange range)
    {
        _step = Math.Max(1, answer.Step.TotalSeconds);
        var series = answer.Series.Where(s => !s.Points.IsEmpty && query.KeyOf(s) is not null).ToList();
        var shown = series.OrderByDescending(s => s.Points.Max(p => p.Value)).Take(most).OrderBy(query.NameOf, StringComparer.Ordinal).ThenBy(s => s.Points[0].At).ToList();
        Hidden = series.Count - shown.Count;
        _keys.Clear();
        _names.Clear();
        _means.Clear();
        _keys.AddRange(shown.Select(s => query.KeyOf(s)!));
        _origin = shown.Count == 0 ? 0 : shown.Min(s => Seconds(s.Points[0].At));
        var slots = shown.SelectMany(s => s.Points.Select(p => Slot(p.At))).ToList();
        if (slots.Count == 0)
        {
            _last = double.MinValue;
            return ChartData.Empty(range);
        }
        var (first, last) = (slots.Min(), slots.Max());
        _last = TimeOf(last);
        var values = shown.Select(s =>
        {
            var row = new double?[last - first + 1];
            foreach (var point in s.Points)
            {
                row[Slot(point.At) - first] = Rounded(point.Value);
            }
            return ImmutableArray.Create(row);
        });
        return new ChartData(range, [.. shown.Select(s => Named(query.KeyOf(s)!, query.NameOf(s)))],
            [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => TimeOf(first + i))], [.. values]);
    }

    /// <summary>What is new since the last call; null for nothing. Within one step figures are averaged, and their point is told again.</summary>
    public ChartBatch? Follow(UsageSnapshot usage, LiveSnapshot snapshot, ChartRange range)
    {
        if (usage.At <= _liveAt)
        {
            return null;
        }
        _liveAt = usage.At;
        var at = TimeOf(Slot(usage.At));
        if (at < _last)
        {
            return null;
        }
        var live = query.Live(usage, snapshot).ToList();
        var known = _keys.ToHashSet(StringComparer.Ordinal);
        var added = live.Where(l => !known.Contains(l.Key)).OrderByDescending(l => l.Value).Take(Math.Max(0, most - _keys.Count)).Select(l => Named(l.Key, l.Name)).ToImmutableArray();
        Hidden = Math.Max(Hidden, live.Count(l => !known.Contains(l.Key)) - added.Length);
        _keys.AddRange(added.Select(s => s.Key));
        if (at > _last)
        {
            _means.Clear();
        }
        var values = live.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);
        // A line across a time in which nothing was measured would say that something was.
        var silent = _last > double.MinValue && at - _last > Math.Max(3 * _step, Silence.TotalSeconds);
        var rows = _keys.Select(key =>
        {
            double? value = values.GetValueOrDefault(key) is { } v ? Mean(key, v) : null;
            return silent ? ImmutableArray.Create(null, value) : ImmutableArray.Create(value);
        }).ToImmutableArray();
        var times = silent ? ImmutableArray.Create(_last + _step, at) : ImmutableArray.Create(at);
        _last = at;
        return new ChartBatch(range, added, times, rows);
    }

    // Steps are counted from the first stored point, for it stands at the beginning of one.
    private long Slot(DateTimeOffset at) => (long)Math.Floor((Seconds(at) - _origin) / _step + 1e-6);

    private double TimeOf(long slot) => _origin + slot * _step;

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>A replica that was replaced where it was has a successor of its name.</summary>
    private ChartSeries Named(string key, string name)
    {
        var nth = _names[name] = _names.GetValueOrDefault(name) + 1;
        return new ChartSeries(key, nth == 1 ? name : $"{name} ({Words.Ordinal(nth)})") { Shape = MetricWords.ShapeOf(query.Metric) };
    }

    private double Mean(string key, double value)
    {
        var (sum, count) = _means.GetValueOrDefault(key);
        // A count is not averaged.
        _means[key] = MetricWords.ShapeOf(query.Metric) == ChartShape.Step ? (value, 1) : (sum + value, count + 1);
        var (all, of) = _means[key];
        return Rounded(all / of);
    }

    /// <summary>Four significant digits: more cannot be seen, and each costs a byte.</summary>
    private static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return 0;
        }
        var digits = 3 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits >= 0 ? Math.Round(value, Math.Min(digits, 12)) : Math.Round(value);
    }
}
