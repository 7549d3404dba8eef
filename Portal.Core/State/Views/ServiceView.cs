using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Views;

/// <summary>A service of the catalog: one app port, or one that was registered from outside.</summary>
public sealed record ServiceView
{
    /// <summary><c>app</c> for an app's only port, else <c>app-port</c>; with the team unique.</summary>
    public required string Name { get; init; }
    /// <summary>The team's name.</summary>
    public required string Team { get; init; }
    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }
    /// <summary>The app's name; null for one that is registered.</summary>
    public string? App { get; init; }
    /// <summary>The app; null for one that is registered.</summary>
    public AppId? AppId { get; init; }
    /// <summary>How it was registered; null for an app's.</summary>
    public RegistrationView? Registration { get; init; }
    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public required string Protocol { get; init; }
    /// <summary>Its endpoints, ready or not.</summary>
    public ImmutableArray<EndpointView> Endpoints { get; init; } = [];
}

/// <summary>One endpoint of a service.</summary>
public sealed record EndpointView
{
    /// <summary>Host address, or as it was registered.</summary>
    public required string Address { get; init; }
    /// <summary>Published port.</summary>
    public required int Port { get; init; }
    /// <summary>Of an instance its revision, as text; else as it was registered.</summary>
    public required string Version { get; init; }
    /// <summary>The label <c>version</c> of its instance's revision; null where it has none.</summary>
    public string? VersionLabel { get; init; }
    /// <summary>Relative weight, 0 to 1000.</summary>
    public int Weight { get; init; } = 1;
    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public string Protocol { get; init; } = "tcp";
    /// <summary>Its health.</summary>
    public Health Health { get; init; }
    /// <summary>Whether it may be called: it runs and its last check passed, or nothing checks it.</summary>
    public bool Ready { get; init; }
    /// <summary>Why it is not ready, in a sentence; may be empty.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Its instance; null for one that is registered.</summary>
    public InstanceId? Instance { get; init; }
    /// <summary>Its host; null for one that is registered.</summary>
    public HostId? HostId { get; init; }
    /// <summary>Its host's name; null for one that is registered.</summary>
    public string? Host { get; init; }
    /// <summary>When what is said of it was observed; null if never.</summary>
    public DateTimeOffset? ObservedAt { get; init; }
    /// <summary>Who observed it: the process of an agent, or whoever sent the heartbeat; null if nobody did.</summary>
    public string? ObservedBy { get; init; }

    /// <summary>Address and port as a URL has them.</summary>
    public string Authority => Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}

/// <summary>How a service from outside was registered. Either it has a time to live, or it is probed.</summary>
public sealed record RegistrationView
{
    /// <summary>Without a heartbeat for so long its endpoints are unhealthy; null where it is probed.</summary>
    public TimeSpan? Ttl { get; init; }
    /// <summary>So long after that it is removed.</summary>
    public TimeSpan Grace { get; init; }
    /// <summary>The last heartbeat; the registration counts as one.</summary>
    public DateTimeOffset HeartbeatAt { get; init; }
    /// <summary>Who sent it.</summary>
    public string HeartbeatBy { get; init; } = "";
    /// <summary>How its endpoints are asked; null where it lives by heartbeats.</summary>
    public HealthSpec? Probe { get; init; }
    /// <summary>Whether an administrator allowed that Portal connects to its own machine and link for it.</summary>
    public bool AllowsInside { get; init; }
    /// <summary>Since when it has been registered as it is.</summary>
    public DateTimeOffset ChangedAt { get; init; }
    /// <summary>By whom.</summary>
    public string ChangedBy { get; init; } = "";

    /// <summary>Until when it lives without a further heartbeat; null where it is probed.</summary>
    public DateTimeOffset? ExpiresAt => HeartbeatAt + Ttl;
}
