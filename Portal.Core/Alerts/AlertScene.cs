using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Alerts;

/// <summary>What rules are held against, at one moment.</summary>
public sealed record AlertScene
{
    /// <summary>Apps.</summary>
    public ImmutableArray<AppFacts> Apps { get; init; } = [];
    /// <summary>Placed instances.</summary>
    public ImmutableArray<InstanceFacts> Instances { get; init; } = [];
    /// <summary>Hosts.</summary>
    public ImmutableArray<HostFacts> Hosts { get; init; } = [];
    /// <summary>Restarts that were seen.</summary>
    public RestartLog Restarts { get; init; } = new();
}

/// <summary>What is used, and what may be; null where it is not known or not bounded.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="CpuLimit">Cores that may be used.</param>
/// <param name="MemoryLimit">Bytes that may be used.</param>
public readonly record struct UsageFacts(double? Cpu, double? Memory, double? CpuLimit, double? MemoryLimit)
{
    /// <summary>Both together; unknown where either is.</summary>
    public static UsageFacts operator +(UsageFacts a, UsageFacts b) => new(a.Cpu + b.Cpu, a.Memory + b.Memory, a.CpuLimit + b.CpuLimit, a.MemoryLimit + b.MemoryLimit);
}

/// <summary>An app.</summary>
public sealed record AppFacts(TeamId TeamId, string Team, string Name, AppStatus Status, string Reason, RolloutStatus? Rollout = null, string RolloutReason = "")
{
    /// <summary>The name of what an alert about it is about.</summary>
    public string Subject => $"app:{Team}/{Name}";
}

/// <summary>An instance on a host.</summary>
public sealed record InstanceFacts(TeamId TeamId, string Team, string App, InstanceId Id, int Slot, string Host, int Restarts, UsageFacts Usage);

/// <summary>A host.</summary>
public sealed record HostFacts(string Name, string State, string Reason, UsageFacts Usage);
