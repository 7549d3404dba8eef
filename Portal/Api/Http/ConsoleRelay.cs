using System.Net.WebSockets;
using System.Text.Json;
using Portal.Core.Engine;

namespace Portal.Api.Http;

/// <summary>Carries what is typed and shown between a WebSocket and a command, until one of them ends, nobody types, or it may not go on.</summary>
internal sealed class ConsoleRelay(WebSocket socket, IExecSession exec, TimeSpan idle, TimeProvider time) : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Warning = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ToClose = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _sending = new(1);
    private long _typedAt = time.GetTimestamp();

    /// <summary>Carries until the end, tells it, and closes.</summary>
    /// <param name="revoked">The one on the other side no longer may.</param>
    /// <param name="why">Why they no longer may, in words.</param>
    /// <param name="stopping">Portal stops.</param>
    /// <param name="aborted">The connection is gone.</param>
    /// <returns>Why it ended, in words, and what the command exited with, if it did.</returns>
    public async Task<(string Reason, int? ExitCode)> RunAsync(CancellationToken revoked, Func<string> why, CancellationToken stopping, CancellationToken aborted)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(revoked, stopping, aborted);
        // A socket whose reading is cancelled is broken off, and its last words are lost: that comes last.
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var (showing, typing, waiting) = (ShowAsync(ends.Token, broken.Token), TypeAsync(broken.Token), WaitAsync(ends.Token, broken.Token));
        await Task.WhenAny(showing, typing, waiting);
        var isOver = showing.IsCompletedSuccessfully;
        var reason = revoked.IsCancellationRequested ? why() : stopping.IsCancellationRequested ? "Portal stopped" : aborted.IsCancellationRequested ? "the connection broke"
            : isOver ? "the command ended" : waiting.IsCompletedSuccessfully ? $"nothing was typed for {idle.TotalMinutes:0.#} min" : typing.IsCompletedSuccessfully ? "it was closed" : "the connection broke";
        var exitCode = isOver ? await ExitCodeAsync() : null;
        await ends.CancelAsync();
        await CloseAsync(reason, exitCode);
        await Task.WhenAny(typing, Task.Delay(ToClose, time, aborted));
        await broken.CancelAsync();
        await Task.WhenAll(showing, typing, waiting).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        return (reason, exitCode);
    }

    public void Dispose() => _sending.Dispose();

    private async Task ShowAsync(CancellationToken cancellation, CancellationToken broken)
    {
        var buffer = new byte[BufferBytes];
        while (await exec.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            await SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, broken);
        }
    }

    private async Task TypeAsync(CancellationToken cancellation)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            switch (got.MessageType)
            {
                case WebSocketMessageType.Close:
                    return;
                case WebSocketMessageType.Binary:
                    Volatile.Write(ref _typedAt, time.GetTimestamp());
                    await exec.WriteAsync(buffer.AsMemory(0, got.Count), cancellation);
                    break;
                case WebSocketMessageType.Text when got.EndOfMessage && ReadSize(buffer.AsSpan(0, got.Count)) is var (columns, rows):
                    await exec.ResizeAsync(columns, rows, cancellation);
                    break;
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellation, CancellationToken broken)
    {
        var warned = false;
        while (true)
        {
            await Task.Delay(Look, time, cancellation);
            var left = idle - time.GetElapsedTime(Volatile.Read(ref _typedAt));
            if (left <= TimeSpan.Zero)
            {
                return;
            }
            var isNear = left < Warning && left < idle / 2;
            if (isNear != warned)
            {
                warned = isNear;
                await TellAsync(new { type = "idle", seconds = isNear ? (int?)Math.Ceiling(left.TotalSeconds) : null }, broken);
            }
        }
    }

    private async Task<int?> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(ToClose, time);
        try
        {
            while (true)
            {
                if (await exec.GetExitCodeAsync(patience.Token) is { } code)
                {
                    return code;
                }
                // Its output ends a moment before it does.
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, patience.Token);
            }
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task CloseAsync(string reason, int? exitCode)
    {
        using var patience = new CancellationTokenSource(ToClose, time);
        try
        {
            await TellAsync(new { type = "ended", reason, exitCode }, patience.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, reason, patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // Nobody is left to be told.
        }
    }

    private Task TellAsync<T>(T what, CancellationToken cancellation) => SendAsync(JsonSerializer.SerializeToUtf8Bytes(what, ApiJson.Options), WebSocketMessageType.Text, cancellation);

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(bytes, type, endOfMessage: true, cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The size that a text message asks for; null for any other message.</summary>
    internal static (int Columns, int Rows)? ReadSize(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("resize")
                && body.TryGetProperty("cols", out var c) && c.ValueKind == JsonValueKind.Number && c.TryGetInt32(out var columns) && columns is >= 2 and <= 1000
                && body.TryGetProperty("rows", out var r) && r.ValueKind == JsonValueKind.Number && r.TryGetInt32(out var rows) && rows is >= 1 and <= 1000 ? (columns, rows) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
