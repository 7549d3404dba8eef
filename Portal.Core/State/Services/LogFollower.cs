using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Notices;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Follows the output of an app's instances, also of those that come and of containers that start again. A slow reader slows the engines' streams, and nothing piles up.</summary>
internal sealed class LogFollower(IHostLogs hosts, INoticeBus notices, TimeProvider time, AppId app, LogRequest request, Func<CancellationToken, Task<List<LoggedContainer>>> find) : IAsyncDisposable
{
    private const int Buffer = 1024;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    // Lines of several hosts come a little out of order: what comes within this is sorted.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource ended = new();
    private readonly Channel<InstanceLogLine> lines = Channel.CreateBounded<InstanceLogLine>(new BoundedChannelOptions(Buffer) { SingleReader = true });
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<(InstanceId, string), Stream> streams = [];
    private Task watching = Task.CompletedTask;

    /// <summary>Lines until cancelled, about in order of time.</summary>
    public async IAsyncEnumerable<InstanceLogLine> ReadAsync(List<LoggedContainer> containers, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var subscription = notices.Subscribe(Hear);
        Join(containers, atStart: true);
        watching = WatchAsync(ended.Token);
        var gathered = new List<InstanceLogLine>(Buffer);
        while (await lines.Reader.WaitToReadAsync(cancellation))
        {
            await Task.Delay(Gather, time, cancellation);
            while (gathered.Count < Buffer && lines.Reader.TryRead(out var line))
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
        try
        {
            Join(await find(cancellation), atStart: false);
        }
        catch (StoreUnavailableException)
        {
            // What is followed goes on; newcomers are found when the store is back.
        }
    }

    private void Join(List<LoggedContainer> containers, bool atStart)
    {
        foreach (var container in containers)
        {
            var key = (container.Instance.Id, container.Name);
            var known = streams.GetValueOrDefault(key);
            if (known is not null && (!known.Reading.IsCompleted || !known.IsOver(container)))
            {
                continue;
            }
            var query = known is { LastAt: { } last } ? new LogQuery(true, null, last.AddTicks(1))
                : new LogQuery(true, atStart ? request.Tail : null, request.Since);
            var stream = new Stream(container) { LastAt = known?.LastAt };
            stream.Reading = Task.Run(() => ReadOneAsync(stream, query));
            streams[key] = stream;
        }
    }

    private async Task ReadOneAsync(Stream stream, LogQuery query)
    {
        try
        {
            await foreach (var line in LogSource.ReadAsync(hosts, stream.Container, query, time, ended.Token))
            {
                stream.LastAt = line.At;
                if (LogSource.Matches(line, request))
                {
                    await lines.Writer.WriteAsync(line, ended.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader has gone.
        }
    }

    /// <summary>One container's stream; over when its container ended, until it starts again or another takes its place.</summary>
    private sealed class Stream(LoggedContainer container)
    {
        public LoggedContainer Container => container;

        public DateTimeOffset? LastAt { get; set; }

        public Task Reading { get; set; } = Task.CompletedTask;

        public bool IsOver(LoggedContainer now) => now.Id != container.Id || now.StartedAt != container.StartedAt;
    }
}
