using System.Runtime.CompilerServices;

namespace Portal.Core.State.Services;

/// <summary>Merges streams that are each in order into one that is. They are read at once, each a bounded piece ahead.</summary>
internal static class LogMerge
{
    private const int LinesAhead = 256;
    private const int CharactersAhead = 1_000_000;

    public static async IAsyncEnumerable<InstanceLogLine> ByTimeAsync(IReadOnlyList<IAsyncEnumerable<InstanceLogLine>> sources, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ahead = sources.Select(_ => new LogBacklog(LinesAhead, CharactersAhead)).ToList();
        var pumps = sources.Zip(ahead, (source, backlog) => PumpAsync(source, backlog, ended.Token)).ToList();
        try
        {
            var heads = new PriorityQueue<(InstanceLogLine Line, int Source), (DateTimeOffset At, int Source)>();
            for (var i = 0; i < ahead.Count; i++)
            {
                await AdvanceAsync(heads, ahead, i, cancellation);
            }
            while (heads.TryDequeue(out var next, out _))
            {
                yield return next.Line;
                await AdvanceAsync(heads, ahead, next.Source, cancellation);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(pumps);
        }
    }

    private static async ValueTask AdvanceAsync(PriorityQueue<(InstanceLogLine Line, int Source), (DateTimeOffset At, int Source)> heads, List<LogBacklog> ahead, int source, CancellationToken cancellation)
    {
        InstanceLogLine? line;
        while (!ahead[source].TryTake(out line))
        {
            if (!await ahead[source].WaitAsync(cancellation))
            {
                return;
            }
        }
        heads.Enqueue((line, source), (line.At, source));
    }

    private static async Task PumpAsync(IAsyncEnumerable<InstanceLogLine> source, LogBacklog into, CancellationToken cancellation)
    {
        Exception? failure = null;
        try
        {
            await foreach (var line in source.WithCancellation(cancellation))
            {
                await into.WriteAsync(line, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The reader has gone.
        }
        catch (Exception e)
        {
            failure = e;
        }
        into.Complete(failure);
    }
}
