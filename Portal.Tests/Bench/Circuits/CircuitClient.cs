using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Portal.Tests.Bench.Circuits;

/// <summary>
/// One open page without a browser: it speaks with the server as Blazor's own script does (the hub protocol <c>blazorpack</c>), confirms
/// every batch, and draws nothing.
/// </summary>
internal sealed partial class CircuitClient : IAsyncDisposable
{
    private const string EndOfRecord = "\u001e";
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;
    private Task _pinging = Task.CompletedTask;
    private long _batches;
    private long _lastBatchAt;

    /// <summary>Batches so far.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>When the last one came, by the monotonic clock.</summary>
    public long LastBatchAt => Interlocked.Read(ref _lastBatchAt);

    /// <summary>Why it ended; null while it lives.</summary>
    public string? Ended { get; private set; }

    /// <summary>Opens a page: its document, then its circuit, as a browser of that cookie.</summary>
    public static async Task<CircuitClient> OpenAsync(HttpClient http, Uri page, string cookie, CancellationToken cancellation)
    {
        var document = await http.GetStringAsync(page, cancellation);
        var client = new CircuitClient();
        var options = client._socket.Options;
        options.SetRequestHeader("Cookie", cookie);
        // As browsers do: what is compressed takes memory on the server.
        options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await client._socket.ConnectAsync(new UriBuilder(page) { Scheme = "ws", Path = "/_blazor" }.Uri, cancellation);
        await client.SendAsync(Encoding.UTF8.GetBytes($$"""{"protocol":"blazorpack","version":1}{{EndOfRecord}}"""), WebSocketMessageType.Text);
        var shaken = await client.ReceiveAsync(new MemoryStream());
        if (Encoding.UTF8.GetString(shaken.Span) != $"{{}}{EndOfRecord}")
        {
            throw new InvalidDataException($"The server refused the protocol: {Encoding.UTF8.GetString(shaken.Span)}");
        }
        client._reading = client.ReadAsync();
        client._pinging = client.PingAsync();
        await client.CallAsync("StartCircuit", "0", new Uri(page, "/").ToString(), page.ToString(), "[]", StateOf(document));
        await client.CallAsync("UpdateRootComponents", null, OperationsOf(document), StateOf(document));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await Task.WhenAll(_reading, _pinging);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
        _socket.Dispose();
        _sending.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new MemoryStream();
        try
        {
            while (true)
            {
                await HearAsync(await ReceiveAsync(buffer));
            }
        }
        catch (Exception e) when (e is WebSocketException or InvalidDataException)
        {
            Ended = e.Message;
        }
    }

    private async Task HearAsync(ReadOnlyMemory<byte> received)
    {
        while (received.Length > 0)
        {
            var (length, prefix) = LengthOf(received.Span);
            var answer = Answer(received.Slice(prefix, length).Span);
            received = received[(prefix + length)..];
            if (answer is not null)
            {
                await SendAsync(answer, WebSocketMessageType.Binary);
            }
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> message)
    {
        var reader = new PackReader(message);
        reader.ReadArray();
        var kind = reader.ReadNumber();
        if (kind == 7)
        {
            throw new InvalidDataException($"The server closed: {reader.ReadText()}");
        }
        if (kind != 1)
        {
            return null;
        }
        reader.SkipMap();
        reader.ReadText();
        var target = reader.ReadText();
        reader.ReadArray();
        switch (target)
        {
            case "JS.RenderBatch":
                var batch = reader.ReadNumber();
                Interlocked.Exchange(ref _lastBatchAt, Stopwatch.GetTimestamp());
                Interlocked.Increment(ref _batches);
                return PackWriter.Call("OnRenderCompleted", null, batch, null);
            case "JS.BeginInvokeJS":
                var call = reader.ReadNumber();
                return call == 0 ? null : PackWriter.Call("EndInvokeJSFromDotNet", null, call, true, $"[{call},true,null]");
            case "JS.Error":
                throw new InvalidDataException($"The circuit failed: {reader.ReadText()}");
            default:
                return null;
        }
    }

    private Task CallAsync(string target, string? id, params object?[] arguments) => SendAsync(PackWriter.Call(target, id, arguments), WebSocketMessageType.Binary);

    private async Task PingAsync()
    {
        using var timer = new PeriodicTimer(PingEvery);
        while (await timer.WaitForNextTickAsync(_end.Token) && Ended is null)
        {
            await SendAsync(PackWriter.Ping(), WebSocketMessageType.Binary);
        }
    }

    private async Task SendAsync(byte[] message, WebSocketMessageType type)
    {
        await _sending.WaitAsync(_end.Token);
        try
        {
            await _socket.SendAsync(message, type, endOfMessage: true, _end.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveAsync(MemoryStream buffer)
    {
        buffer.SetLength(0);
        var piece = new byte[16 << 10];
        while (true)
        {
            var result = await _socket.ReceiveAsync(piece.AsMemory(), _end.Token);
            buffer.Write(piece, 0, result.Count);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidDataException("The server closed the connection.");
            }
            if (result.EndOfMessage)
            {
                return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
            }
        }
    }

    private static (int Length, int Prefix) LengthOf(ReadOnlySpan<byte> bytes)
    {
        var (length, at) = (0, 0);
        while (true)
        {
            length |= (bytes[at] & 0x7f) << (7 * at);
            if (bytes[at++] < 0x80)
            {
                return (length, at);
            }
        }
    }

    /// <summary>What the page's script asks for: the components that the document marks as interactive.</summary>
    private static string OperationsOf(string document)
    {
        var operations = new JsonArray();
        foreach (Match marker in Marker().Matches(document))
        {
            var component = JsonNode.Parse(marker.Groups[1].Value)!;
            if (component["type"]?.GetValue<string>() == "server")
            {
                operations.Add(new JsonObject { ["type"] = "add", ["ssrComponentId"] = operations.Count + 1, ["marker"] = component });
            }
        }
        return operations.Count == 0 ? throw new InvalidDataException("The page has no interactive component; is the cookie right?")
            : new JsonObject { ["batchId"] = 1, ["operations"] = operations }.ToJsonString(JsonSerializerOptions.Web);
    }

    private static string StateOf(string document) => State().Match(document) is { Success: true } state ? state.Groups[1].Value : "";

    [GeneratedRegex("<!--Blazor:({\"type\".*?})-->")]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex State();
}
