using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Portal.Core.Domain;
using Portal.Core.Scaling;
using Portal.Core.State.Readers;

namespace Portal.Agents.Scaling;

/// <summary>
/// Reads metrics from apps themselves: only at the published ports of their own ready instances, without following anywhere, and bounded in time, size and number at once.
/// </summary>
internal sealed class AppMetricsReader(TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 4 << 20;
    private const int AtOnce = 16;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<(InstanceId Instance, string Source), SeriesWindow> windows = new();
    private readonly SemaphoreSlim gate = new(AtOnce);
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = Longest, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), MaxConnectionsPerServer = 4,
        MaxResponseHeadersLength = 64,
    })
    {
        Timeout = Longest,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>Adds the figures that a policy follows and the app itself serves.</summary>
    /// <returns>Why figures of a source could not be had, by source, of one instance that did not give them.</returns>
    public async Task<ImmutableDictionary<string, string>> ReadAsync(ScaledApp app, ScalingSpec policy, DateTimeOffset now, Dictionary<InstanceId, ImmutableSortedDictionary<string, ScalingFigure>> figures, CancellationToken cancellation)
    {
        var troubles = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var wanted = policy.Metrics.Where(m => m.Kind == ScalingMetricKind.Prometheus).GroupBy(m => (m.Port!, m.Path)).ToList();
        var ready = app.Instances.Where(i => i.IsReady).ToList();
        var answers = await Task.WhenAll(from page in wanted from instance in ready select AskAsync(instance, page.Key, [.. page], cancellation));
        var since = app.FiguresFrom(now);
        foreach (var (instance, metric, trouble) in answers.SelectMany(a => a).OrderBy(a => a.Instance.Slot))
        {
            if (trouble is not null)
            {
                troubles.TryAdd(metric.Source, $"instance {instance.Slot}: {trouble}");
            }
            else if (windows.TryGetValue((instance.Id, metric.Source), out var window) && window.Figure(since, metric.Rate) is { } figure)
            {
                ScalingFigures.Add(figures, instance.Id, metric.Source, figure);
            }
        }
        return troubles.ToImmutable();
    }

    /// <summary>Forgets what was not read for a while.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var (key, window) in windows)
        {
            if (window.NewestAt is null || window.NewestAt < before)
            {
                windows.TryRemove(key, out _);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        gate.Dispose();
    }

    private async Task<List<(ScalableInstance Instance, ScalingMetric Metric, string? Trouble)>> AskAsync(ScalableInstance instance, (string Port, string Path) page, ScalingMetric[] metrics, CancellationToken cancellation)
    {
        var published = instance.Ports.FirstOrDefault(p => p.Name == page.Port && p.Protocol == "tcp");
        if (instance.Address is null || published is null)
        {
            return [.. metrics.Select(m => (instance, m, (string?)$"its port {page.Port} is not published"))];
        }
        await gate.WaitAsync(cancellation);
        try
        {
            var (text, trouble) = await GetAsync(new UriBuilder("http", instance.Address, published.HostPort).Uri, page.Path, cancellation);
            var at = time.GetUtcNow();
            return [.. metrics.Select(m => (instance, m, trouble ?? Keep(instance, m, text!, at)))];
        }
        finally
        {
            gate.Release();
        }
    }

    private string? Keep(ScalableInstance instance, ScalingMetric metric, string text, DateTimeOffset at)
    {
        if (!PrometheusText.TrySum(text, metric.Name!, metric.Labels, out var value, out var trouble))
        {
            return trouble;
        }
        windows.GetOrAdd((instance.Id, metric.Source), _ => new SeriesWindow()).Add(at, value);
        return null;
    }

    private async Task<(string? Text, string? Trouble)> GetAsync(Uri root, string path, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root.GetLeftPart(UriPartial.Authority) + path));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            return !response.IsSuccessStatusCode ? (null, $"{root.Authority}{path} answered {(int)response.StatusCode}")
                : (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(await response.Content.ReadAsByteArrayAsync(cancellation)), null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"{root.Authority}{path} did not answer within {DurationText.Format(Longest)}");
        }
        catch (HttpRequestException e)
        {
            return (null, e.InnerException is SocketException socket ? $"{root.Authority}: {socket.Message}" : $"{root.Authority}{path}: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            return (null, $"{root.Authority}{path} answered something that is no UTF-8");
        }
        catch (Exception e) when (e is UriFormatException or InvalidOperationException)
        {
            return (null, $"{path} cannot be asked for: {e.Message}");
        }
    }
}
