using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>What an instance uses, as last measured. Rates are over the time since the measurement before.</summary>
public sealed record InstanceUsage
{
    /// <summary>When the engine measured it.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Its app.</summary>
    public required AppId App { get; init; }
    /// <summary>Its host.</summary>
    public required HostId Host { get; init; }
    /// <summary>Cores; null until measured twice.</summary>
    public double? Cpu { get; init; }
    /// <summary>Bytes, without what the kernel may reclaim.</summary>
    public long Memory { get; init; }
    /// <summary>Bytes that it may use; null where nothing bounds it.</summary>
    public long? MemoryLimit { get; init; }
    /// <summary>Bytes a second received; null until measured twice, or where the network is the host's.</summary>
    public double? NetRx { get; init; }
    /// <summary>Bytes a second sent; null as <see cref="NetRx"/>.</summary>
    public double? NetTx { get; init; }
    /// <summary>Bytes a second read from block devices.</summary>
    public double? BlockRead { get; init; }
    /// <summary>Bytes a second written to block devices.</summary>
    public double? BlockWrite { get; init; }
}

/// <summary>What a host uses, as last measured.</summary>
public sealed record HostUsage
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Cores in use.</summary>
    public double? Cpu { get; init; }
    /// <summary>Bytes in use.</summary>
    public long? Memory { get; init; }
    /// <summary>Bytes used of the disk that holds images and containers; null where it cannot be known.</summary>
    public long? DiskUsed { get; init; }
    /// <summary>Bytes of that disk; null where it cannot be known.</summary>
    public long? DiskTotal { get; init; }
    /// <summary>Whether CPU and memory are of the whole machine; else of the containers of Portal on it only, for its engine tells no more.</summary>
    public bool OfWholeMachine { get; init; }
    /// <summary>Running instances.</summary>
    public int Instances { get; init; }
}

/// <summary>The newest figures of everything, at one moment. Immutable.</summary>
public sealed record UsageSnapshot
{
    /// <summary>Of when the newest figure is.</summary>
    public DateTimeOffset At { get; init; }
    /// <summary>By instance. Those not measured for ten seconds are gone from it.</summary>
    public ImmutableDictionary<InstanceId, InstanceUsage> Instances { get; init; } = ImmutableDictionary<InstanceId, InstanceUsage>.Empty;
    /// <summary>By host. Those not measured for ten seconds are gone from it.</summary>
    public ImmutableDictionary<HostId, HostUsage> Hosts { get; init; } = ImmutableDictionary<HostId, HostUsage>.Empty;
}

/// <summary>The newest figures, for all circuits of this process. What an actor may see of them is the reader's to filter, by the apps of its snapshot.</summary>
public interface ILiveUsage
{
    /// <summary>The newest figures. They are kept up to date while anybody is subscribed, and for a minute after.</summary>
    UsageSnapshot Current { get; }
    /// <summary>The last few minutes of an instance's CPU and memory, oldest first, for sparklines; empty where nothing is known.</summary>
    ImmutableArray<InstanceUsage> RecentOf(InstanceId instance);
    /// <summary>Calls back with each new snapshot, from a worker's thread; a slow callee only misses ones in between. Dispose to end.</summary>
    IDisposable Subscribe(Action<UsageSnapshot> changed);
}
