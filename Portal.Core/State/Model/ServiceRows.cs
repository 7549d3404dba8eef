using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>A service from outside Portal as users registered it. Services write it, for users; the keeper removes one whose heartbeats have long ceased.</summary>
public sealed class ServiceRow
{
    /// <summary>Its id.</summary>
    public Guid Id { get; set; }
    /// <summary>Its team.</summary>
    public TeamId TeamId { get; set; }
    /// <summary>Its name, unique in the team, also among the services of the team's apps.</summary>
    public required string Name { get; set; }
    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public required string Protocol { get; set; }
    /// <summary>JSON array of <see cref="Services.RegisteredEndpoint"/>.</summary>
    public required string Endpoints { get; set; }
    /// <summary>Without a heartbeat for so long it is unhealthy; null where it is probed.</summary>
    public TimeSpan? Ttl { get; set; }
    /// <summary>So long after that it is removed.</summary>
    public TimeSpan Grace { get; set; }
    /// <summary>The health policy that its endpoints are asked by, canonical; null where it lives by heartbeats.</summary>
    public string? Probe { get; set; }
    /// <summary>Whether an administrator allowed that Portal connects to its own machine and link for it.</summary>
    public bool AllowsInside { get; set; }
    /// <summary>The last heartbeat; registering counts as one.</summary>
    public DateTimeOffset HeartbeatAt { get; set; }
    /// <summary>Who sent it.</summary>
    public string HeartbeatBy { get; set; } = "";
    /// <summary>Counts its changes: what was observed of an older one says nothing of it.</summary>
    public long Generation { get; set; }
    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When it was last changed.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    /// <summary>By whom.</summary>
    public string ChangedBy { get; set; } = "";
}

/// <summary>What was observed of a registered service. Only the keeper writes it, under its term.</summary>
public sealed class ServiceStatusRow
{
    /// <summary>The service.</summary>
    public Guid ServiceId { get; set; }
    /// <summary>Of which generation.</summary>
    public long Generation { get; set; }
    /// <summary>JSON array of <see cref="Services.ObservedEndpoint"/>; empty where it is not probed.</summary>
    public string Endpoints { get; set; } = "[]";
    /// <summary>The heartbeat whose end was told; null while it lives.</summary>
    public DateTimeOffset? ExpiredAt { get; set; }
    /// <summary>The process that observed it, as leases name it.</summary>
    public string ObservedBy { get; set; } = "";
}
