using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Agents.Services;

/// <summary>A registered service as the keeper reads it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Team">Its team.</param>
/// <param name="Name">Its name.</param>
/// <param name="Generation">Counts its changes.</param>
/// <param name="Endpoints">Where it is.</param>
/// <param name="Ttl">Its time to live; null where it is probed.</param>
/// <param name="Grace">How long after that it stays.</param>
/// <param name="HeartbeatAt">Its last heartbeat.</param>
/// <param name="Probe">How it is asked; null where it lives by heartbeats.</param>
/// <param name="AllowsInside">Whether it may lie on this machine or its link.</param>
/// <param name="Observed">What was last written of its endpoints, at this generation.</param>
/// <param name="ExpiredAt">The heartbeat of which it was told that none followed in time; null for none.</param>
internal sealed record KeptService(Guid Id, TeamId Team, string Name, long Generation, ImmutableArray<RegisteredEndpoint> Endpoints, TimeSpan? Ttl, TimeSpan Grace, DateTimeOffset HeartbeatAt,
    HealthSpec? Probe, bool AllowsInside, ImmutableArray<ObservedEndpoint> Observed, DateTimeOffset? ExpiredAt)
{
    /// <summary>When it dies without a further heartbeat; null where it is probed.</summary>
    public DateTimeOffset? DiesAt => HeartbeatAt + Ttl;

    /// <summary>Where it stands with its heartbeats. Pure.</summary>
    public Life LifeAt(DateTimeOffset now) =>
        DiesAt is not { } dies ? Life.Probed
        : now >= dies + Grace ? Life.Over
        : now >= dies ? ExpiredAt == HeartbeatAt ? Life.Expired : Life.JustExpired
        : ExpiredAt is not null ? Life.Back : Life.Lives;
}

/// <summary>Where a service stands with its heartbeats.</summary>
internal enum Life
{
    /// <summary>It lives by none.</summary>
    Probed,
    /// <summary>The last came in time.</summary>
    Lives,
    /// <summary>None came in time, and that was not told yet.</summary>
    JustExpired,
    /// <summary>None came in time.</summary>
    Expired,
    /// <summary>After its end was told, one came.</summary>
    Back,
    /// <summary>Its grace is over too.</summary>
    Over,
}
