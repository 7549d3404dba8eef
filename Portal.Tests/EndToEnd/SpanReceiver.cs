using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Portal.Tests.EndToEnd;

/// <summary>A span as a collector gets it. Process: the id of the process that sent it.</summary>
internal sealed record ReceivedSpan(string Trace, string Id, string? Parent, string Name, string Source, string Process, TimeSpan Took, bool Failed, IReadOnlyDictionary<string, string> Tags);

/// <summary>A collector that takes spans by OTLP over HTTP and keeps them.</summary>
internal sealed class SpanReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();

    public SpanReceiver()
    {
        Address = $"http://127.0.0.1:{PortalProcess.FreePort().ToString(CultureInfo.InvariantCulture)}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    /// <summary>What a process has to have in its environment to send its spans here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
    };

    public IReadOnlyList<ReceivedSpan> Of(string trace) => [.. _spans.Where(s => s.Trace == trace)];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                if (context.Request.Url!.AbsolutePath == "/v1/traces")
                {
                    foreach (var span in OtlpReader.Read(body.ToArray()))
                    {
                        _spans.Enqueue(span);
                    }
                }
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
