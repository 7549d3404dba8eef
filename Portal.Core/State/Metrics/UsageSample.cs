using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>An instance that is measured, with what its series is labelled by. An instance is on one host for its whole life, so one is one series.</summary>
public sealed record MeasuredInstance
{
    /// <summary>The instance.</summary>
    public required InstanceId Id { get; init; }
    /// <summary>Its app.</summary>
    public required AppId App { get; init; }
    /// <summary>The app's name.</summary>
    public required string AppName { get; init; }
    /// <summary>Its team.</summary>
    public required TeamId Team { get; init; }
    /// <summary>The team's name.</summary>
    public required string TeamName { get; init; }
    /// <summary>Its slot.</summary>
    public required int Slot { get; init; }
    /// <summary>Its host.</summary>
    public required HostId Host { get; init; }
    /// <summary>The host's name.</summary>
    public required string HostName { get; init; }
    /// <summary>Bytes that its containers may use together; null where one of them is not bounded.</summary>
    public long? MemoryLimit { get; init; }
}

/// <summary>What an instance uses at one tick: its main container and its sidecars together.</summary>
/// <param name="Of">The instance.</param>
/// <param name="Cpu">Cores; null until measured twice.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="NetRx">Bytes a second received; null where not known.</param>
/// <param name="NetTx">Bytes a second sent; null where not known.</param>
/// <param name="BlockRead">Bytes a second read from block devices; null until measured twice.</param>
/// <param name="BlockWrite">Bytes a second written to block devices; null until measured twice.</param>
/// <param name="Restarts">Restarts in place so far.</param>
public readonly record struct UsageSample(
    MeasuredInstance Of, double? Cpu, long Memory, double? NetRx, double? NetTx, double? BlockRead, double? BlockWrite, int Restarts);

/// <summary>What a host uses at one tick.</summary>
/// <param name="Host">The host.</param>
/// <param name="Usage">Its figures.</param>
public readonly record struct HostSample(HostId Host, HostUsage Usage);
