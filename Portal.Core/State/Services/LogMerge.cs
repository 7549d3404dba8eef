using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Portal.Core.State.Services;

/// <summary>Merges streams that are each in order into one that is. They are read at once, each a bounded piece ahead.</summary>
internal static class LogMerge
{
    private const int ReadAhead = 256;

    public static async IAsyncEnumerable<InstanceLogLine> ByTimeAsync(IReadOnlyList<IAsyncEnumerable<InstanceLogLine>> sources, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channels = sources.Select(_ => Channel.CreateBounded<InstanceLogLine>(new BoundedChannelOptions(ReadAhead) { SingleReader = true, SingleWriter = true })).ToList();
        var pumps = sources.Zip(channels, (source, channel) => PumpAsync(source, channel.Writer, ended.Token)).ToList();
        try
        {
            var heads = new PriorityQueue<(InstanceLogLine Line, int Source), (DateTimeOffset At, int Source)>();
            for (var i = 0; i < channels.Count; i++)
            {
                await AdvanceAsync(heads, channels, i, cancellation);
            }
            while (heads.TryDequeue(out var next, out _))
            {
                yield return next.Line;
                await AdvanceAsync(heads, channels, next.Source, cancellation);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(pumps);
        }
    }

    private static async Task AdvanceAsync(PriorityQueue<(InstanceLogLine Line, int Source), (DateTimeOffset At, int Source)> heads, List<Channel<InstanceLogLine>> channels, int source, CancellationToken cancellation)
    {
        while (await channels[source].Reader.WaitToReadAsync(cancellation))
        {
            if (channels[source].Reader.TryRead(out var line))
            {
                heads.Enqueue((line, source), (line.At, source));
                return;
            }
        }
    }

    private static async Task PumpAsync(IAsyncEnumerable<InstanceLogLine> source, ChannelWriter<InstanceLogLine> into, CancellationToken cancellation)
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
        into.TryComplete(failure);
    }
}
