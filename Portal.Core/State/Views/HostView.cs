using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;

namespace Portal.Core.State.Views;

/// <summary>A host as pages and the API show it.</summary>
public sealed record HostView
{
    /// <summary>Its id.</summary>
    public required HostId Id { get; init; }
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = "default";
    /// <summary>How its engine is reached.</summary>
    public required string Endpoint { get; init; }
    /// <summary>Where others reach its published ports.</summary>
    public required string Address { get; init; }
    /// <summary>User-given labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    /// <summary>What users want of it.</summary>
    public Availability Availability { get; init; }
    /// <summary>Since when users have wanted that; null for from the start.</summary>
    public DateTimeOffset? AvailabilityAt { get; init; }
    /// <summary>A planned reboot that is not over: meanwhile it counts as cordoned. Null for none.</summary>
    public PlannedReboot? Reboot { get; init; }
    /// <summary>Of the instances that it had when its drain or reboot was asked for, how many are gone.</summary>
    public int Left { get; init; }
    /// <summary>What was observed of it.</summary>
    public Reachability Reachability { get; init; }
    /// <summary>As shown: <c>Ready</c>, <c>Cordoned</c>, <c>Draining</c>, <c>Drained</c>, <c>Suspect</c>, <c>Unreachable</c>, <c>Rebooting</c>, <c>Unknown</c>.</summary>
    public required string State { get; init; }
    /// <summary>Why, in a sentence; empty where all is well.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Since when the reachability is what it is.</summary>
    public DateTimeOffset? Since { get; init; }
    /// <summary>The engine's version, once known.</summary>
    public string? EngineVersion { get; init; }
    /// <summary>As <c>linux</c>, once known.</summary>
    public string? Os { get; init; }
    /// <summary>Operating system for people, once known.</summary>
    public string? OsName { get; init; }
    /// <summary>As <c>amd64</c>, once known.</summary>
    public string? Architecture { get; init; }
    /// <summary>What the machine has; zero until known.</summary>
    public Resources Capacity { get; init; }
    /// <summary>What its instances have set aside.</summary>
    public Resources Reserved { get; init; }
    /// <summary>Live instances.</summary>
    public int Instances { get; init; }
    /// <summary>When its engine last answered; null if never.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }
    /// <summary>How long its engine may be silent before it is declared lost.</summary>
    public TimeSpan Grace { get; init; }
    /// <summary>When its client certificate expires; null without one.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; init; }
    /// <summary>Containers there that Portal did not create.</summary>
    public ImmutableArray<ForeignContainer> Foreign { get; init; } = [];
}

/// <summary>A container that Portal did not create, or no longer knows; shown, never changed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Image">Its image.</param>
/// <param name="State">The engine's word.</param>
/// <param name="Quarantined">Whether it carries this Portal's labels but names an app that the store does not know.</param>
public sealed record ForeignContainer(string Id, string Name, string Image, string State, bool Quarantined);
