using System.Diagnostics.Metrics;
using Portal.Core.State.Telemetry;
using Portal.Telemetry;

namespace Portal.Tests.Web.Telemetry;

public sealed class MeterRecorderTests
{
    [Fact]
    public void Counts_gauges_and_histograms_are_written_in_the_text_format()
    {
        using var meter = new Meter("test");
        var counter = new MeterSeries(meter.CreateCounter<long>("thing.calls", "{call}", "Calls of \\things\nand more."), SeriesKind.Counter, adds: true);
        counter.Record(2, [new("who", "a \"b\"\n\\c"), new("code", 7)]);
        counter.Record(3, [new("code", 7), new("who", "a \"b\"\n\\c")]);
        var gauge = new MeterSeries(meter.CreateGauge<int>("thing.worker.count"), SeriesKind.Gauge, adds: false);
        gauge.Record(5, []);
        gauge.Record(4, []);
        var histogram = new MeterSeries(
            meter.CreateHistogram<double>("thing.duration", "s", "How long.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }), SeriesKind.Histogram, adds: true);
        foreach (var value in (double[])[0.1, 0.5, 1, 3])
        {
            histogram.Record(value, [new("host", "h1")]);
        }
        var writer = new PrometheusWriter();
        counter.Write(writer);
        gauge.Write(writer);
        histogram.Write(writer);

        Assert.Equal(
            """
            # HELP thing_calls_total Calls of \\things\nand more.
            # TYPE thing_calls_total counter
            thing_calls_total{code="7",who="a \"b\"\n\\c"} 5
            # HELP thing_worker thing.worker.count of test.
            # TYPE thing_worker gauge
            thing_worker 4
            # HELP thing_duration_seconds How long.
            # TYPE thing_duration_seconds histogram
            thing_duration_seconds_bucket{host="h1",le="0.1"} 1
            thing_duration_seconds_bucket{host="h1",le="1"} 3
            thing_duration_seconds_bucket{host="h1",le="+Inf"} 4
            thing_duration_seconds_sum{host="h1"} 4.6
            thing_duration_seconds_count{host="h1"} 4

            """, writer.ToString());
    }

    [Fact]
    public void What_the_process_measures_is_heard_from_the_start()
    {
        using var recorder = new MeterRecorder();
        PortalMeter.NoticesHeard.Add(1);
        PortalMeter.EngineCallDuration.Record(0.01, new("host", "recorder-test"), new("call", "Ping"));
        var writer = new PrometheusWriter();
        recorder.Write(writer);
        var text = writer.ToString();

        Assert.Contains("portal_notices_heard_total ", text, StringComparison.Ordinal);
        Assert.Contains("portal_engine_call_duration_seconds_bucket{call=\"Ping\",host=\"recorder-test\",le=\"0.02\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory_working_set_bytes ", text, StringComparison.Ordinal);
        Assert.Equal(text.Split('\n').Count(l => l.StartsWith("# TYPE", StringComparison.Ordinal)),
            text.Split('\n').Where(l => l.StartsWith("# TYPE", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).Distinct().Count());
    }

    [Theory]
    [InlineData("a.b", null, nameof(SeriesKind.Counter), "a_b_total")]
    [InlineData("a.bytes", "By", nameof(SeriesKind.Counter), "a_bytes_total")]
    [InlineData("a.time", "s", nameof(SeriesKind.Histogram), "a_time_seconds")]
    [InlineData("a.count", "{thread}", nameof(SeriesKind.Gauge), "a")]
    [InlineData("1a-b", "1", nameof(SeriesKind.Gauge), "_1a_b_ratio")]
    public void Names_are_those_of_Prometheus(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, PrometheusNames.Of(name, unit, Enum.Parse<SeriesKind>(kind)));
}
