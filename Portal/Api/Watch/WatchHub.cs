using System.Threading.Channels;
using Portal.Core.State.Live;

namespace Portal.Api.Watch;

/// <summary>What a reader gets next.</summary>
/// <param name="Table">Everything anew, because the reader is new or too far behind; null where the changes suffice.</param>
/// <param name="Changes">What changed since; empty beside a table.</param>
/// <param name="Number">Up to which change this tells.</param>
internal readonly record struct WatchBatch(WatchTable? Table, IReadOnlyList<WatchChange> Changes, long Number);

/// <summary>
/// Compares successive live snapshots once for all readers and keeps the last changes in a ring. Readers ask at their own
/// pace; who falls off the ring gets everything anew. It starts with the first reader.
/// </summary>
internal sealed class WatchHub(ILiveState live, IHostApplicationLifetime lifetime, ILogger<WatchHub> logger, WatchOptions options)
{
    private readonly Lock _gate = new();
    private readonly Queue<WatchChange> _ring = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TaskCompletionSource _changed = NewSignal();
    private WatchTable _table = WatchTable.Empty;
    private long _number;
    private bool _started;

    /// <summary>Distinguishes this run from any other: numbers of another run mean nothing here.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>What a reader gets that has seen everything up to a number; null for a new one.</summary>
    public WatchBatch Read(long? after)
    {
        lock (_gate)
        {
            Start();
            var oldest = _number - _ring.Count;
            if (after is not { } seen || seen < oldest || seen > _number)
            {
                return new WatchBatch(_table, [], _number);
            }
            return new WatchBatch(null, seen == _number ? [] : [.. _ring.Skip((int)(seen - oldest))], _number);
        }
    }

    /// <summary>Completes when there is more than that number.</summary>
    public Task WaitAsync(long after)
    {
        lock (_gate)
        {
            return _number > after ? Task.CompletedTask : _changed.Task;
        }
    }

    private void Start()
    {
        if (_started)
        {
            return;
        }
        _started = true;
        var subscription = live.Subscribe(_ => _news.Writer.TryWrite(true));
        _table = WatchTable.Of(live.Current, WatchTable.Empty);
        _ = RunAsync(subscription);
    }

    private async Task RunAsync(IDisposable subscription)
    {
        using var ends = subscription;
        var stopping = lifetime.ApplicationStopping;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _news.Reader.ReadAsync(stopping);
                Compare();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogError(e, "A live snapshot could not be compared; watches wait for the next one");
            }
        }
    }

    private void Compare()
    {
        var next = WatchTable.Of(live.Current, _table);
        var changes = next.Since(_table, _number + 1);
        lock (_gate)
        {
            _table = next;
            if (changes.Count == 0)
            {
                return;
            }
            changes.ForEach(_ring.Enqueue);
            while (_ring.Count > options.RingSize)
            {
                _ring.Dequeue();
            }
            _number += changes.Count;
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Bounds of watches.</summary>
/// <param name="RingSize">So many of the last changes can be resumed from.</param>
/// <param name="Heartbeat">A comment is sent after so much silence.</param>
/// <param name="Recheck">How often it is asked again what the reader may see.</param>
internal sealed record WatchOptions(int RingSize, TimeSpan Heartbeat, TimeSpan Recheck)
{
    public static WatchOptions Default { get; } = new(10_000, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
}
