using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Portal.Telemetry;

/// <summary>What an instrument is to Prometheus.</summary>
internal enum SeriesKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All series of one instrument: one for each set of tags, up to a bound, beyond which new ones are left out.</summary>
internal sealed class MeterSeries(Instrument instrument, SeriesKind kind, bool adds)
{
    private const int MostSeries = 5_000;
    private static readonly double[] s_seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly Lock gate = new();
    private readonly Dictionary<string, Series> series = new(StringComparer.Ordinal);
    private readonly double[] bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? s_seconds;

    /// <summary>Whether it is asked at each scrape, and does not tell by itself.</summary>
    public bool IsObserved => instrument.IsObservable;

    public string Name { get; } = PrometheusNames.Of(instrument.Name, instrument.Unit, kind);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (gate)
        {
            if (!series.TryGetValue(labels, out var one))
            {
                if (series.Count == MostSeries)
                {
                    return;
                }
                series[labels] = one = new Series(kind == SeriesKind.Histogram ? new long[bounds.Length + 1] : []);
            }
            one.Sum = adds ? one.Sum + value : value;
            one.Count++;
            if (kind == SeriesKind.Histogram)
            {
                var at = Array.BinarySearch(bounds, value);
                one.Buckets[at < 0 ? ~at : at]++;
            }
        }
    }

    /// <summary>Forgets what was observed, before it is observed anew.</summary>
    public void Clear()
    {
        lock (gate)
        {
            series.Clear();
        }
    }

    public void Write(PrometheusWriter writer)
    {
        lock (gate)
        {
            if (series.Count == 0)
            {
                return;
            }
            writer.Family(Name, kind, instrument.Description is { Length: > 0 } text ? text : $"{instrument.Name} of {instrument.Meter.Name}.");
            foreach (var (labels, one) in series.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                if (kind == SeriesKind.Histogram)
                {
                    WriteHistogram(writer, labels, one);
                }
                else
                {
                    writer.Line(Name, labels, one.Sum);
                }
            }
        }
    }

    private void WriteHistogram(PrometheusWriter writer, string labels, Series one)
    {
        var comma = labels.Length == 0 ? "" : ",";
        long below = 0;
        for (var i = 0; i <= bounds.Length; i++)
        {
            below += one.Buckets[i];
            var bound = i == bounds.Length ? "+Inf" : bounds[i].ToString("R", CultureInfo.InvariantCulture);
            writer.Line($"{Name}_bucket", $"{labels}{comma}le=\"{bound}\"", below);
        }
        writer.Line($"{Name}_sum", labels, one.Sum);
        writer.Line($"{Name}_count", labels, one.Count);
    }

    /// <summary>In the order of their names: the same tags in another order are the same series.</summary>
    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }
        var sorted = tags.ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var text = new StringBuilder();
        foreach (var (key, value) in sorted)
        {
            PrometheusWriter.AppendLabel(text, PrometheusNames.Label(key), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }
        return text.ToString();
    }

    private sealed class Series(long[] buckets)
    {
        public readonly long[] Buckets = buckets;
        public double Sum;
        public long Count;
    }
}
