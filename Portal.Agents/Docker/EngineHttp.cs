using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Portal.Agents.Docker.Transport;
using Portal.Core.Engine;
using Portal.Core.State.Telemetry;

namespace Portal.Agents.Docker;

/// <summary>
/// HTTP with one engine. Calls share a pool of kept connections and each has a time-out; streams, and calls that take as long as a
/// grace period, have connections of their own, so that none of them makes a short call wait. Everything that goes wrong leaves as an <see cref="EngineException"/>.
/// </summary>
internal sealed class EngineHttp : IDisposable
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly IEngineDialer _dialer;
    private readonly DockerEngineOptions _options;
    private readonly EngineAddress _address;
    private readonly string _host;
    private readonly string _root;
    private readonly HttpMessageInvoker _calls;
    private readonly HttpMessageInvoker _long;
    private string? _version;

    public EngineHttp(EngineAddress address, string host, IEngineDialer dialer, DockerEngineOptions options)
    {
        (_address, _host, _dialer, _options) = (address, host, dialer, options);
        _root = address.Transport == EngineTransport.Tcp ? $"http://{address.ToString()["tcp://".Length..]}" : "http://localhost";
        var ssh = address.Transport == EngineTransport.Ssh;
        _calls = Invoker(ssh ? options.SshProcessesPerHost / 2 : options.CallsPerHost);
        _long = Invoker(ssh ? options.SshProcessesPerHost / 2 : int.MaxValue);
    }

    public EngineAddress Address => _address;

    /// <summary>The negotiated version; asks the engine the first time.</summary>
    public async ValueTask<string> VersionAsync(CancellationToken cancellation) => _version ?? await PingAsync(cancellation);

    /// <summary>Pings, and negotiates anew: the engine may have been replaced by a newer or older one.</summary>
    public Task<string> PingAsync(CancellationToken cancellation) => MeasureAsync("Ping", () => AskAsync(cancellation));

    private async Task<string> AskAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.PingTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{_root}/_ping", Verbatim));
            using var response = await _calls.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode) throw await EngineFailures.ReadAsync(response, limit.Token);
            var offered = response.Headers.TryGetValues("Api-Version", out var values) ? values.First() : null;
            return _version = ApiVersions.Negotiate(offered, _address);
        }
        catch (Exception e) when (e is not EngineException)
        {
            throw Translate(e, limit, "/_ping", _options.PingTimeout, cancellation);
        }
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellation, [CallerMemberName] string call = "") where T : class =>
        CallAsync(HttpMethod.Get, path, null, answer, _options.ReadTimeout, null, cancellation, call)!;

    public Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellation, [CallerMemberName] string call = "") where T : class =>
        CallAsync(HttpMethod.Get, path, null, answer, _options.ReadTimeout, EngineError.NotFound, cancellation, call);

    /// <summary>As <see cref="FindAsync"/>, of what the engine may wait with: it takes no turn of the short calls.</summary>
    public Task<T?> FindLongAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellation) where T : class =>
        CallAsync(_long, HttpMethod.Get, path, null, answer, _options.ReadTimeout, EngineError.NotFound, cancellation);

    public Task<T> PostAsync<T>(string path, byte[] body, JsonTypeInfo<T> answer, TimeSpan timeout, CancellationToken cancellation, [CallerMemberName] string call = "") where T : class =>
        CallAsync(HttpMethod.Post, path, body, answer, timeout, null, cancellation, call)!;

    public Task DoAsync(HttpMethod method, string path, TimeSpan timeout, EngineError? tolerated, CancellationToken cancellation, [CallerMemberName] string call = "") =>
        CallAsync<object>(method, path, null, null, timeout, tolerated, cancellation, call);

    /// <summary>A call without content that may take long while nothing is wrong.</summary>
    public Task DoLongAsync(string path, TimeSpan timeout, EngineError? tolerated, CancellationToken cancellation, [CallerMemberName] string call = "") =>
        MeasureAsync(call, () => CallAsync<object>(_long, HttpMethod.Post, path, null, null, timeout, tolerated, cancellation));

    /// <summary>One call. Null if there is nothing to read, or the engine's error was the tolerated one.</summary>
    public Task<T?> CallAsync<T>(
        HttpMethod method, string path, byte[]? body, JsonTypeInfo<T>? answer, TimeSpan timeout, EngineError? tolerated, CancellationToken cancellation, [CallerMemberName] string call = "")
        where T : class => MeasureAsync(call, () => CallAsync(_calls, method, path, body, answer, timeout, tolerated, cancellation));

    private async Task<T?> CallAsync<T>(
        HttpMessageInvoker pool, HttpMethod method, string path, byte[]? body, JsonTypeInfo<T>? answer,
        TimeSpan timeout, EngineError? tolerated, CancellationToken cancellation)
        where T : class
    {
        var version = await VersionAsync(cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var request = Request(method, version, path, body);
            using var response = await pool.SendAsync(request, limit.Token);
            if (response.IsSuccessStatusCode)
            {
                if (answer is null) return null;
                using var content = await response.Content.ReadAsStreamAsync(limit.Token);
                return await JsonSerializer.DeserializeAsync(content, answer, limit.Token) ?? throw new JsonException("The answer is null.");
            }
            if (response.StatusCode == System.Net.HttpStatusCode.NotModified) return null;
            var failure = await EngineFailures.ReadAsync(response, limit.Token);
            if (failure.Error == EngineError.Unsupported) _version = null;
            return failure.Error == tolerated ? null : throw failure;
        }
        catch (Exception e) when (e is not EngineException)
        {
            throw Translate(e, limit, path, timeout, cancellation);
        }
    }

    /// <summary>Opens a stream; the time-out is for its beginning only. The caller disposes the answer, and with it the connection.</summary>
    public Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string path, TimeSpan timeout, (string Name, string Value)? header, CancellationToken cancellation, [CallerMemberName] string call = "") =>
        MeasureAsync(call, () => BeginAsync(method, path, timeout, header, cancellation));

    private async Task<HttpResponseMessage> BeginAsync(
        HttpMethod method, string path, TimeSpan timeout, (string Name, string Value)? header, CancellationToken cancellation)
    {
        var version = await VersionAsync(cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var request = Request(method, version, path, null);
            if (header is { } extra) request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
            var response = await _long.SendAsync(request, limit.Token);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw await EngineFailures.ReadAsync(response, limit.Token);
        }
        catch (Exception e) when (e is not EngineException)
        {
            throw Translate(e, limit, path, timeout, cancellation);
        }
    }

    /// <summary>Opens a stream in both directions; the time-out is for its beginning only. The caller disposes the answer, whose content's stream takes what is written too.</summary>
    public async Task<HttpResponseMessage> HijackAsync(string path, byte[] body, TimeSpan timeout, CancellationToken cancellation)
    {
        var version = await VersionAsync(cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var request = Request(HttpMethod.Post, version, path, body);
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
            var response = await _long.SendAsync(request, limit.Token);
            if (response.StatusCode == System.Net.HttpStatusCode.SwitchingProtocols) return response;
            using (response) throw await EngineFailures.ReadAsync(response, limit.Token);
        }
        catch (Exception e) when (e is not EngineException)
        {
            throw Translate(e, limit, path, timeout, cancellation);
        }
    }

    /// <summary>What a failure of an open stream means.</summary>
    public Exception Translate(Exception failure, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? new OperationCanceledException(cancellation)
        : EngineFailures.FromTransport(failure, _address, _dialer);

    private Exception Translate(Exception failure, CancellationTokenSource limit, string path, TimeSpan timeout, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return new OperationCanceledException(cancellation);
        if (!limit.IsCancellationRequested) return EngineFailures.FromTransport(failure, _address, _dialer);
        var query = path.IndexOf('?');
        return new EngineException(EngineError.Unreachable,
            $"The engine at {_address} did not answer {(query < 0 ? path : path[..query])} within {timeout.TotalSeconds:0.#} s.", failure);
    }

    private async Task<T> MeasureAsync<T>(string call, Func<Task<T>> make)
    {
        var began = TimeProvider.System.GetTimestamp();
        var name = call.EndsWith("Async", StringComparison.Ordinal) ? call[..^"Async".Length] : call;
        try
        {
            return await make();
        }
        catch (EngineException e)
        {
            PortalMeter.EngineErrors.Add(1, new("host", _host), new("call", name), new("error", e.Error.ToString()));
            throw;
        }
        finally
        {
            PortalMeter.EngineCallDuration.Record(TimeProvider.System.GetElapsedTime(began).TotalSeconds, new("host", _host), new("call", name));
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string version, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(method, new Uri($"{_root}/v{version}{path}", Verbatim));
        if (body is null) return request;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    private HttpMessageInvoker Invoker(int connections) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = _options.ConnectTimeout,
        MaxConnectionsPerServer = Math.Max(1, connections),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        ConnectCallback = (_, cancellation) => _dialer.DialAsync(cancellation),
    });

    public void Dispose()
    {
        _calls.Dispose();
        _long.Dispose();
    }
}
