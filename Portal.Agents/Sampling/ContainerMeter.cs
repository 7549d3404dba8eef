using Portal.Core.Engine;

namespace Portal.Agents.Sampling;

/// <summary>What a container used between its last two readings.</summary>
/// <param name="TakenAt">When the later one came, by Portal's clock: engines' clocks differ.</param>
/// <param name="Cpu">Cores; null until read twice.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="NetRx">Bytes a second received; null where not known.</param>
/// <param name="NetTx">Bytes a second sent; null where not known.</param>
/// <param name="BlockRead">Bytes a second read from block devices.</param>
/// <param name="BlockWrite">Bytes a second written to block devices.</param>
internal sealed record Measurement(DateTimeOffset TakenAt, double? Cpu, long Memory, double? NetRx, double? NetTx, double? BlockRead, double? BlockWrite)
{
    /// <summary>What two readings of one container mean.</summary>
    /// <param name="before">The earlier one; null for the first. One with a higher count of processor time is of a run that is over.</param>
    /// <param name="after">The later one.</param>
    /// <param name="now">By Portal's clock.</param>
    public static Measurement Of(ContainerStats? before, ContainerStats after, DateTimeOffset now)
    {
        var seconds = before is null || after.Cpu < before.Cpu ? 0 : (after.ReadAt - before.ReadAt).TotalSeconds;
        return seconds <= 0
            ? new Measurement(now, null, after.MemoryBytes, null, null, null, null)
            : new Measurement(now, (after.Cpu - before!.Cpu).TotalSeconds / seconds, after.MemoryBytes,
                Rate(before.ReceivedBytes, after.ReceivedBytes), Rate(before.SentBytes, after.SentBytes),
                Rate(before.BlockReadBytes, after.BlockReadBytes), Rate(before.BlockWrittenBytes, after.BlockWrittenBytes));

        double? Rate(long? earlier, long? later) => later >= earlier ? (later - earlier) / seconds : null;
    }
}

/// <summary>The readings of one container: as many as it takes to say what it uses now.</summary>
internal sealed class ContainerMeter(SampledContainer container)
{
    private ContainerStats? _last;
    private volatile Measurement? _latest;
    private int _reading;

    /// <summary>As its worker last told it.</summary>
    public SampledContainer Container { get; set; } = container;

    /// <summary>What was last measured; null before the first time.</summary>
    public Measurement? Latest => _latest;

    /// <summary>Whether the caller may read now: of two readings at once the later would be lost in the earlier.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _reading, 1, 0) == 0;

    public void End() => Volatile.Write(ref _reading, 0);

    /// <summary>Takes a reading; null for a container that does not run.</summary>
    public void Take(ContainerStats? stats, DateTimeOffset now)
    {
        // An engine that answers from a moment ago says nothing new.
        if (stats is not null && stats.ReadAt == _last?.ReadAt)
        {
            return;
        }
        _latest = stats is null ? null : Measurement.Of(_last, stats, now);
        _last = stats;
    }
}
