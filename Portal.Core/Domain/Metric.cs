namespace Portal.Core.Domain;

/// <summary>What is measured over time.</summary>
public enum Metric
{
    /// <summary>Used processor time, in cores: 1 is one core fully used.</summary>
    Cpu,
    /// <summary>Used memory in bytes, without what the kernel may reclaim.</summary>
    Memory,
    /// <summary>Received from networks, in bytes a second.</summary>
    NetRx,
    /// <summary>Sent to networks, in bytes a second.</summary>
    NetTx,
    /// <summary>Read from block devices, in bytes a second.</summary>
    BlockRead,
    /// <summary>Written to block devices, in bytes a second.</summary>
    BlockWrite,
    /// <summary>Restarts in place so far.</summary>
    Restarts,
    /// <summary>Running instances of a host, an app or a team.</summary>
    Instances,
    /// <summary>Used space of the disk that holds a host's images and containers, in bytes.</summary>
    Disk,
}
