using System.Diagnostics;
using System.Text.Json;

namespace Portal.Tests.Bench.Peers;

/// <summary>
/// When containers with a label started, by the engines' own events: the one measure for every contender. Listing would
/// cost the engines work while they are measured.
/// </summary>
internal sealed class StartWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<(long At, string Id)> _starts = [];
    private readonly SemaphoreSlim _started = new(0);
    private readonly List<Task> _readers = [];

    public static async Task<StartWatch> BeginAsync(IEnumerable<BenchEngine> engines, string label, CancellationToken cancellation)
    {
        var watch = new StartWatch();
        foreach (var engine in engines)
        {
            var lines = await engine.WatchStartsAsync(label, cancellation);
            watch._readers.Add(watch.ReadAsync(new StreamReader(lines)));
        }
        return watch;
    }

    /// <summary>How many starts there were so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _starts.Count;
            }
        }
    }

    /// <summary>How long after <paramref name="begin"/> the start number <paramref name="count"/> was; one that came before is negative.</summary>
    public async Task<TimeSpan> UntilAsync(int count, long begin, TimeSpan within, CancellationToken cancellation)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(within.TotalSeconds * Stopwatch.Frequency);
        while (true)
        {
            lock (_gate)
            {
                if (_starts.Count >= count)
                {
                    return TimeSpan.FromSeconds((_starts[count - 1].At - begin) / (double)Stopwatch.Frequency);
                }
            }
            var left = TimeSpan.FromSeconds(Math.Max(0, (deadline - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency));
            if (!await _started.WaitAsync(left, cancellation))
            {
                throw new TimeoutException($"Only {Count} of {count} containers started within {within.TotalSeconds:0} s.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_readers);
        _end.Dispose();
        _started.Dispose();
    }

    private async Task ReadAsync(StreamReader lines)
    {
        using (lines)
        {
            try
            {
                while (await lines.ReadLineAsync(_end.Token) is { } line)
                {
                    var at = Stopwatch.GetTimestamp();
                    var id = JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!;
                    lock (_gate)
                    {
                        _starts.Add((at, id));
                    }
                    _started.Release();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The watch or its engine ended.
            }
        }
    }
}
