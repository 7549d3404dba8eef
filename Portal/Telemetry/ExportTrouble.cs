using System.Diagnostics.Tracing;

namespace Portal.Telemetry;

/// <summary>Says in the log, once a while, that spans do not reach the collector: the exporter itself says so only to those who listen.</summary>
internal sealed class ExportTrouble(ILogger log, TimeProvider time) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private DateTimeOffset? _saidAt;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now - _saidAt < Rest)
            {
                return;
            }

            _saidAt = now;
        }

        log.LogWarning("Traces do not reach the collector: {Event} {Reason}", eventData.EventName, eventData.Payload?.OfType<string>().LastOrDefault()?.Split('\n')[0].Trim());
    }
}
