using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Services;

/// <summary>
/// Follows the output of an app's instances, also of those that come and of containers that start again: first what is there, in order of
/// time, then what comes. A slow reader slows the engines' streams, and nothing piles up.
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
        var last = new ConcurrentDictionary<(InstanceId, string), DateTimeOffset>();
        var failed = new ConcurrentDictionary<(InstanceId, string), bool>();
        var past = containers.Select(c => source.ReadPastAsync(c, request, line =>
        {
            if (line.IsMarker)
            {
                failed[(c.Instance.Id, c.Name)] = true;
            }
            else
            {
                last[(c.Instance.Id, c.Name)] = line.At;
            }
        }, cancellation)).ToList();
        await foreach (var line in LogMerge.ByTimeAsync(past, cancellation))
        {
            yield return line;
        }
        foreach (var container in containers.Where(c => !c.IsGone))
        {
            Begin(container, last.TryGetValue((container.Instance.Id, container.Name), out var at) ? at : null, new LogQuery(true, request.Tail, request.Since),
                toldOfFailure: failed.ContainsKey((container.Instance.Id, container.Name)));
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
        foreach (var stream in streams.Values)
        {
            stream.Dispose();
        }
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
            Begin(container, null, new LogQuery(true, null, request.Since), toldOfFailure: false);
        }
        else if (known.Reading.IsCompleted && (known.HasFailed || known.IsOver(container)))
        {
            if (known.IsOver(container))
            {
                await MarkAsync(container, "started again", cancellation);
            }
            Begin(container, known.LastAt, new LogQuery(true, null, request.Since), known.HasFailed);
        }
        else if (!known.Reading.IsCompleted && known.IsDoubtful() && await HasMoreAsync(known, cancellation))
        {
            await known.EndAsync();
            Begin(container, known.LastAt, new LogQuery(true, null, request.Since), toldOfFailure: false);
        }
    }

    /// <summary>Whether the engine holds lines that a silent stream did not bring, though there was time.</summary>
    private async Task<bool> HasMoreAsync(FollowedStream stream, CancellationToken cancellation)
    {
        // What was written just now may be on its way.
        var query = new LogQuery(Tail: 1, Since: stream.LastAt?.AddTicks(1) ?? request.Since, Until: time.GetUtcNow() - FollowedStream.FirstDoubt);
        await foreach (var line in source.ReadAsync(stream.Container, query, cancellation))
        {
            return !line.IsMarker;
        }
        return false;
    }

    private void Begin(LoggedContainer container, DateTimeOffset? lastAt, LogQuery fromStart, bool toldOfFailure)
    {
        var query = lastAt is { } at ? new LogQuery(true, null, at.AddTicks(1)) : fromStart;
        var stream = new FollowedStream(container, time, ended.Token) { LastAt = lastAt, ToldOfFailure = toldOfFailure };
        stream.Reading = Task.Run(() => ReadOneAsync(stream, query));
        streams[(container.Instance.Id, container.Name)] = stream;
    }

    private async Task MarkAsync(LoggedContainer container, string words, CancellationToken cancellation)
    {
        if (request.Markers)
        {
            await lines.WriteAsync(container.Line(time.GetUtcNow(), false, words, isMarker: true), cancellation);
        }
    }

    private async Task ReadOneAsync(FollowedStream stream, LogQuery query)
    {
        try
        {
            await foreach (var line in source.ReadAsync(stream.Container, query, stream.Ended))
            {
                if (!line.IsMarker && !stream.Hears(line.At))
                {
                    continue;
                }
                if (line.IsMarker)
                {
                    // A host that cannot be reached is tried again and again, and is named once.
                    stream.HasFailed = true;
                    if (stream.ToldOfFailure)
                    {
                        return;
                    }
                }
                else
                {
                    stream.ToldOfFailure = false;
                    stream.LastAt = line.At;
                }
                if (LogSource.Matches(line, request))
                {
                    await stream.HandOverAsync(lines.WriteAsync(line, stream.Ended));
                }
            }
        }
        catch (OperationCanceledException) when (stream.Ended.IsCancellationRequested)
        {
            // The reader has gone, or another stream takes its place.
        }
        catch (Exception e) when (e is StoreUnavailableException or System.Data.Common.DbException or TimeoutException)
        {
            // Where its host is could not be read: tried again at the next look.
            stream.HasFailed = true;
        }
    }
}
