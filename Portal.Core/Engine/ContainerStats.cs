namespace Portal.Core.Engine;

/// <summary>What a running container has used, as its engine's control groups count it at one moment. Counters only grow while it runs, and begin anew with each start.</summary>
public sealed record ContainerStats
{
    /// <summary>When the engine read it, by the engine's clock.</summary>
    public required DateTimeOffset ReadAt { get; init; }
    /// <summary>Used processor time.</summary>
    public TimeSpan Cpu { get; init; }
    /// <summary>Bytes in use, without the inactive file cache, which the kernel takes back when it needs it: as <c>docker stats</c> has it.</summary>
    public long MemoryBytes { get; init; }
    /// <summary>Bytes received by all its networks; null where it has none of its own, as in the host's network.</summary>
    public long? ReceivedBytes { get; init; }
    /// <summary>Bytes sent, as <see cref="ReceivedBytes"/>.</summary>
    public long? SentBytes { get; init; }
    /// <summary>Bytes read from block devices.</summary>
    public long BlockReadBytes { get; init; }
    /// <summary>Bytes written to block devices.</summary>
    public long BlockWrittenBytes { get; init; }
}
