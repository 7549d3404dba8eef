using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Agents.Docker.Logs;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

internal sealed partial class DockerEngine
{
    private const int LogBufferBytes = 32 * 1024;

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(string id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var path = $"/containers/{EnginePaths.Name(id)}/logs?stdout=1&stderr=1&timestamps=1"
            + (query.Follow ? "&follow=1" : "")
            + (query.Tail is { } tail ? $"&tail={Math.Max(0, tail)}" : "")
            + (query.Since is { } since ? $"&since={EnginePaths.Instant(since)}" : "")
            + (query.Until is { } until ? $"&until={EnginePaths.Instant(until)}" : "");
        using var response = await http.OpenAsync(HttpMethod.Get, path, options.ReadTimeout, null, cancellation);
        using var content = await response.Content.ReadAsStreamAsync(cancellation);
        var decoder = new LogDecoder();
        var lines = new List<LogLine>();
        var buffer = ArrayPool<byte>.Shared.Rent(LogBufferBytes);
        try
        {
            while (true)
            {
                var count = await ReadAsync(content, buffer, cancellation);
                if (count == 0) decoder.Finish(lines);
                else decoder.Feed(buffer.AsSpan(0, count), lines);
                foreach (var line in lines) yield return line;
                lines.Clear();
                if (count == 0) yield break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async IAsyncEnumerable<EngineEvent> WatchEventsAsync(
        DateTimeOffset? since, Action? subscribed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var path = "/events" + EnginePaths.Filter('?', "type", "container") + (since is { } from ? $"&since={EnginePaths.Instant(from)}" : "");
        using var response = await http.OpenAsync(HttpMethod.Get, path, options.ReadTimeout, null, cancellation);
        using var content = await response.Content.ReadAsStreamAsync(cancellation);
        subscribed?.Invoke();
        var lines = JsonSerializer.DeserializeAsyncEnumerable(content, EngineJson.Default.EventLine, topLevelValues: true, cancellation);
        await using var reader = lines.GetAsyncEnumerator(cancellation);
        while (await MoveNextAsync(reader, cancellation))
            if (reader.Current is { } line && EngineEvents.From(line) is { } happened) yield return happened;
        throw new EngineException(EngineError.Unreachable, $"The engine at {http.Address} ended its event stream.");
    }

    private async ValueTask<int> ReadAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellation);
        }
        catch (Exception e)
        {
            throw http.Translate(e, cancellation);
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<EventLine?> reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.MoveNextAsync();
        }
        catch (Exception e)
        {
            throw http.Translate(e, cancellation);
        }
    }
}
