using System.Text;
using System.Text.Json;
using Portal.Api.Contracts;
using Portal.Api.Endpoints;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Http;

/// <summary>Writes log lines as they come.</summary>
internal static class LogWriter
{
    /// <summary>A reader that follows a silent app learns after this long that it is connected.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>Nothing is sent before the first line was sought, so that a refusal can still be answered as one.</summary>
    public static async Task WriteAsync(HttpResponse response, string format, IAsyncEnumerable<InstanceLogLine> lines, bool follow, bool beats, TimeProvider time, CancellationToken cancellation)
    {
        await using var reader = lines.GetAsyncEnumerator(cancellation);
        var next = reader.MoveNextAsync().AsTask();
        if (follow)
        {
            await Task.WhenAny(next, Task.Delay(Silence, time, cancellation));
        }
        if (!follow || next.IsCompleted)
        {
            await next;
        }
        response.ContentType = $"{format}; charset=utf-8";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.FlushAsync(cancellation);
        while (await NextAsync(response, next, beats, time, cancellation))
        {
            Write(response, format, reader.Current);
            next = reader.MoveNextAsync().AsTask();
            if (!next.IsCompleted || response.BodyWriter.UnflushedBytes > 64 * 1024)
            {
                await response.BodyWriter.FlushAsync(cancellation);
            }
        }
        await response.BodyWriter.FlushAsync(cancellation);
    }

    /// <summary>Awaits the next line; while none comes, empty ones go out, so that a reader can tell silence from a broken connection.</summary>
    private static async Task<bool> NextAsync(HttpResponse response, Task<bool> next, bool beats, TimeProvider time, CancellationToken cancellation)
    {
        while (beats && !next.IsCompleted)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(next, Task.Delay(Beat, time, pause.Token));
            await pause.CancelAsync();
            if (!next.IsCompleted && !cancellation.IsCancellationRequested)
            {
                await response.BodyWriter.WriteAsync("\n"u8.ToArray(), cancellation);
            }
        }
        return await next;
    }

    private static void Write(HttpResponse response, string format, InstanceLogLine line)
    {
        var text = format == LogFormat.Plain ? $"{line.At.UtcDateTime:O} {line.Instance}{(line.Container == InstanceParts.Main ? "" : $"/{line.Container}")} {(line.IsMarker ? "--- " : "")}{line.Text}" : JsonSerializer.Serialize(LogLineBody.Of(line), ApiJson.Options);
        Encoding.UTF8.GetBytes(text, response.BodyWriter);
        Encoding.UTF8.GetBytes("\n", response.BodyWriter);
    }
}
