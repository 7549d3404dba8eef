using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Portal.Core.Domain;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Services;

/// <summary>
/// Follows the output of an app's instances, also of those that come and of containers that start again: first what is there, in order of
/// time, then what comes. Nothing piles up: what a slow reader cannot take is left out, and that is said (<see cref="FollowedStream"/>).
/// </summary>
internal sealed class LogFollower(LogSource source, INoticeBus notices, TimeProvider time, AppId app, LogRequest request, Func<CancellationToken, Task<List<LoggedContainer>>> find) : IAsyncDisposable
{
    private const int MostLines = 4096;
    private const int MostCharacters = 4_000_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    // Lines of several hosts come a little out of order: what comes within this is sorted.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource ended = new();
    private readonly LogBacklog lines = new(MostLines, MostCharacters);
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<(InstanceId, string), FollowedStream> streams = [];
    private Task watching = Task.CompletedTask;

    /// <summary>Lines until cancelled: what is there in order of time, what comes about so.</summary>
    public async IAsyncEnumerable<InstanceLogLine> ReadAsync(List<LoggedContainer> containers, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var subscription = notices.Subscribe(Hear);
        var known = containers.Select(c => (Container: c, Heard: new HeardLines(), Failed: new StrongBox<bool>())).ToList();
        // Of whom nothing past is wanted the last line is read all the same: from there on it goes.
        var past = known.Select(k => source.ReadPastAsync(k.Container, request.Tail == 0 ? request with { Tail = 1, Text = null } : request, line =>
        {
            k.Failed.Value |= line.IsMarker;
            _ = line.IsMarker || k.Heard.IsNew(line.At, line.Text);
        }, cancellation)).ToList();
        await foreach (var line in LogMerge.ByTimeAsync(past, cancellation))
        {
            if (request.Tail != 0 || line.IsMarker)
            {
                yield return line;
            }
        }
        foreach (var (container, heard, failed) in known.Where(k => !k.Container.IsGone))
        {
            Begin(container, heard, request.Tail, failed.Value);
        }
        watching = WatchAsync(ended.Token);
        var gathered = new List<InstanceLogLine>(MostLines);
        while (await lines.WaitAsync(cancellation))
        {
            await lines.GatherAsync(Gather, time, cancellation);
            while (gathered.Count < MostLines && lines.TryTake(out var line))
            {
                gathered.Add(line);
            }
            foreach (var line in gathered.OrderBy(l => l.At))
            {
                yield return line;
            }
            gathered.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watching;
        await Task.WhenAll(streams.Values.Select(s => s.Reading));
        ended.Dispose();
    }

    private void Hear(Notice notice)
    {
        if (notice.Everything || notice.Observed.Contains(app.Value) || notice.Apps.Contains(app.Value))
        {
            changes.Writer.TryWrite(true);
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await Task.WhenAny(changes.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(LookEvery, time, pause.Token));
                await pause.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                changes.Reader.TryRead(out _);
                await LookAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The reader has gone.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        List<LoggedContainer> found;
        try
        {
            found = await find(cancellation);
        }
        catch (StoreUnavailableException)
        {
            // What is followed goes on; newcomers are found when the store is back.
            return;
        }
        foreach (var container in found.Where(c => !c.IsGone))
        {
            await JoinAsync(container, cancellation);
        }
        foreach (var (key, stream) in streams.Where(s => s.Value.Reading.IsCompleted && !found.Exists(f => !f.IsGone && (f.Instance.Id, f.Name) == s.Key)).ToList())
        {
            streams.TryRemove(key, out _);
            await MarkAsync(stream.Container, "left: its container is gone", cancellation);
        }
    }

    private async Task JoinAsync(LoggedContainer container, CancellationToken cancellation)
    {
        var known = streams.GetValueOrDefault((container.Instance.Id, container.Name));
        if (known is null)
        {
            await MarkAsync(container, $"joined, on host {container.Instance.Host}", cancellation);
            Begin(container, new HeardLines(), null, toldOfFailure: false);
        }
        else if (known.Reading.IsCompleted && (known.HasFailed || known.IsOver(container)))
        {
            if (known.IsOver(container))
            {
                await MarkAsync(container, "started again", cancellation);
            }
            Begin(container, known.Container.Id == container.Id ? known.Heard : new HeardLines(), null, known.HasFailed);
        }
    }

    private void Begin(LoggedContainer container, HeardLines heard, int? tail, bool toldOfFailure)
    {
        var stream = new FollowedStream(container, heard, tail, source, request, lines, time) { ToldOfFailure = toldOfFailure };
        stream.Begin(ended.Token);
        streams[(container.Instance.Id, container.Name)] = stream;
    }

    private async Task MarkAsync(LoggedContainer container, string words, CancellationToken cancellation)
    {
        if (request.Markers)
        {
            await lines.WriteAsync(container.Line(time.GetUtcNow(), false, words, isMarker: true), cancellation);
        }
    }
}
