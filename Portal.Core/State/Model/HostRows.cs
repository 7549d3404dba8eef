using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>A host as users registered it. Only services write it.</summary>
public sealed class HostRow
{
    /// <summary>Its id.</summary>
    public HostId Id { get; set; }
    /// <summary>Its name, unique.</summary>
    public required string Name { get; set; }
    /// <summary>How its engine is reached.</summary>
    public required string Endpoint { get; set; }
    /// <summary>Where others reach its published ports.</summary>
    public required string Address { get; set; }
    /// <summary>Labels, a JSON object.</summary>
    public string Labels { get; set; } = "{}";
    /// <summary>What users want of it.</summary>
    public Availability Availability { get; set; }
    /// <summary>Since when they have wanted it; null for from the start.</summary>
    public DateTimeOffset? AvailabilityAt { get; set; }
    /// <summary>When its planned reboot was announced; null for none. It is over once its engine was seen to run anew.</summary>
    public DateTimeOffset? RebootAskedAt { get; set; }
    /// <summary>How long its instances wait for it then.</summary>
    public TimeSpan? RebootWait { get; set; }
    /// <summary>The engine's run at that time; null where that was not known.</summary>
    public string? RebootRun { get; set; }
    /// <summary>Silence after which it is lost.</summary>
    public TimeSpan Grace { get; set; }
    /// <summary>Certificates, JSON of <see cref="Engine.EngineTls"/>, protected; null without.</summary>
    public string? ProtectedTls { get; set; }
    /// <summary>When the client certificate expires; null without.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; set; }
    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When it was last changed.</summary>
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>What was observed of a host. Only its lease holder writes it.</summary>
public sealed class HostStatusRow
{
    /// <summary>The host.</summary>
    public HostId HostId { get; set; }
    /// <summary>Whether it answers.</summary>
    public Reachability Reachability { get; set; }
    /// <summary>Why, in a sentence; empty where all is well.</summary>
    public string Reason { get; set; } = "";
    /// <summary>Since when the reachability is what it is.</summary>
    public DateTimeOffset Since { get; set; }
    /// <summary>When its engine last answered, written every few seconds without a notice.</summary>
    public DateTimeOffset? LastSeenAt { get; set; }
    /// <summary>The engine's version.</summary>
    public string? EngineVersion { get; set; }
    /// <summary>Tells one run of the engine from the next; written only while it is reachable. Null where the engine does not say.</summary>
    public string? EngineRun { get; set; }
    /// <summary>As <c>linux</c>.</summary>
    public string? Os { get; set; }
    /// <summary>For people.</summary>
    public string? OsName { get; set; }
    /// <summary>As <c>amd64</c>.</summary>
    public string? Architecture { get; set; }
    /// <summary>Cores.</summary>
    public int Cpus { get; set; }
    /// <summary>Bytes.</summary>
    public long MemoryBytes { get; set; }
    /// <summary>References of the images there.</summary>
    public string[] Images { get; set; } = [];
    /// <summary>JSON array of <see cref="Views.ForeignContainer"/>.</summary>
    public string Foreign { get; set; } = "[]";
}

/// <summary>Who may act as a controller or as a host's worker: every write of theirs locks this row FOR SHARE.</summary>
public sealed class TermRow
{
    /// <summary><c>controller</c>, or <c>host:</c> and the host's id.</summary>
    public required string Name { get; set; }
    /// <summary>Grows with each new holder.</summary>
    public long Term { get; set; }
    /// <summary>The process that holds it.</summary>
    public required string Holder { get; set; }
}

/// <summary>The heartbeat of a term, apart from it, so that renewals wait for no one.</summary>
public sealed class HeartbeatRow
{
    /// <summary>The term's name.</summary>
    public required string Name { get; set; }
    /// <summary>Of which term.</summary>
    public long Term { get; set; }
    /// <summary>By the database's clock; another may take over from then on.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>The cluster itself: one row.</summary>
public sealed class ClusterRow
{
    /// <summary>The label <c>portal.cluster</c>.</summary>
    public Guid Id { get; set; }
    /// <summary>Its name.</summary>
    public required string Name { get; set; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>Whether instances are rebalanced after a host was registered.</summary>
    public bool RebalanceOnJoin { get; set; }
    /// <summary>Whether the bootstrap token was ever made.</summary>
    public bool Bootstrapped { get; set; }
}
