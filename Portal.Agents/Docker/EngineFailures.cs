using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Agents.Docker.Transport;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Turns what went wrong into an <see cref="EngineException"/>, with the engine's own words where there are any.</summary>
internal static class EngineFailures
{
    private const int MessageMax = 16 * 1024;

    /// <summary>What an answer with an error status means.</summary>
    public static async Task<EngineException> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var text = await ReadTextAsync(response.Content, cancellation);
        var message = Message(text) ?? (text.Length > 0 ? text : $"The engine answered with status {status}.");
        return new EngineException(Classify(status, message), Words(status, message));
    }

    /// <summary>Status and words decide; engines give 500 to much that is somebody's fault.</summary>
    public static EngineError Classify(int status, string message)
    {
        if (Says(message, "client version") && Says(message, "API version")) return EngineError.Unsupported;
        if (Says(message, "HTTP request to an HTTPS server")) return EngineError.InvalidEndpoint;
        if (Says(message, "no space left on device")) return EngineError.Failed;
        if (Says(message, "port is already allocated") || Says(message, "address already in use") || Says(message, "has active endpoints"))
            return EngineError.Conflict;
        if (Says(message, "no such image")) return status == 404 ? EngineError.ImageUnavailable : EngineError.Failed;
        return status switch
        {
            400 or 405 or 406 or 411 or 413 or 415 or 422 => EngineError.Invalid,
            401 or 403 or 407 => EngineError.Denied,
            404 or 410 => EngineError.NotFound,
            409 or 412 => EngineError.Conflict,
            501 or 505 => EngineError.Unsupported,
            _ => EngineError.Failed,
        };
    }

    /// <summary>What an error during a pull means: mostly that the image cannot be had.</summary>
    public static EngineException OfPull(string message) => new(
        Says(message, "no space left on device") ? EngineError.Failed : EngineError.ImageUnavailable, message);

    /// <summary>What a broken or never made connection means.</summary>
    public static EngineException FromTransport(Exception failure, EngineAddress address, IEngineDialer dialer)
    {
        for (var e = failure; e is not null; e = e.InnerException)
            if (e is EngineException known) return known;
        if (dialer.Explain(failure) is { } explained) return explained;
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
                return new EngineException(EngineError.Unreachable, $"No connection to {address}: {Words(socket)}.", failure);
            if (e is JsonException)
                return new EngineException(EngineError.Unsupported, $"The engine at {address} gave an answer that cannot be read.", failure);
            if (e is AuthenticationException)
                return new EngineException(EngineError.Denied, $"No TLS connection with {address} came about: {e.Message}", failure);
        }
        return new EngineException(EngineError.Unreachable, failure switch
        {
            // The handler's own time-out for connecting.
            OperationCanceledException => $"No connection to {address} in time.",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => $"What answers at {address} does not speak HTTP.",
            ObjectDisposedException => $"The client of {address} is closed.",
            _ => $"The connection to {address} broke off.",
        }, failure);
    }

    private static string Words(int status, string message) =>
        Says(message, "HTTP request to an HTTPS server") ? "The engine speaks TLS only: it needs a CA, a certificate and a key."
        : status is >= 300 and < 400 ? $"The engine answered with status {status}, a redirection, which no engine gives."
        : message;

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nothing listens there",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its name is unknown",
        SocketError.AddressNotAvailable => "there is no such socket",
        SocketError.TimedOut => "it did not answer",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route to it",
        SocketError.ConnectionReset or SocketError.Shutdown => "it broke off",
        _ => e.Message,
    };

    private static string? Message(string text)
    {
        if (!text.StartsWith('{')) return null;
        try
        {
            return JsonSerializer.Deserialize(text, EngineJson.Default.ErrorAnswer)?.Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<string> ReadTextAsync(HttpContent content, CancellationToken cancellation)
    {
        using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MessageMax];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length).Trim();
    }

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
