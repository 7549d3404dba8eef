using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Portal.Core.State.Telemetry;

namespace Portal.Telemetry;

/// <summary>Keeps what the meters of this process say, for whoever scrapes: Portal's own, the runtime's, those of HTTP, circuits and the store's driver.</summary>
internal sealed class MeterRecorder : IDisposable
{
    private static readonly HashSet<string> s_meters =
        [PortalMeter.Name, "System.Runtime", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Components.Server.Circuits"];
    private readonly ConcurrentDictionary<(string Meter, string Name), MeterSeries> kept = new();
    private readonly MeterListener listener = new();
    private readonly Lock scraping = new();

    public MeterRecorder()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (s_meters.Contains(instrument.Meter.Name))
            {
                self.EnableMeasurementEvents(instrument, kept.GetOrAdd((instrument.Meter.Name, instrument.Name), static (_, i) => Make(i), instrument));
            }
        };
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => ((MeterSeries)state!).Record((double)value, tags));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    public void Write(PrometheusWriter writer)
    {
        lock (scraping)
        {
            foreach (var series in kept.Values.Where(s => s.IsObserved))
            {
                series.Clear();
            }
            listener.RecordObservableInstruments();
            // Two meters may have instruments that come to the same name; a family may stand there only once.
            foreach (var family in kept.Values.OrderBy(s => s.Name, StringComparer.Ordinal).DistinctBy(s => s.Name))
            {
                family.Write(writer);
            }
        }
    }

    private static MeterSeries Make(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind = type == typeof(Histogram<>) ? SeriesKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? SeriesKind.Counter : SeriesKind.Gauge;
        return new MeterSeries(instrument, kind, adds: !instrument.IsObservable && type != typeof(Gauge<>));
    }
}
