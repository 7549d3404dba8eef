using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Services outside Portal that teams register for the catalog.</summary>
public interface IExternalServices
{
    /// <summary>One registered service.</summary>
    /// <exception cref="RefusedException">There is none, or the actor may not know of it.</exception>
    Task<ServiceView> GetAsync(Actor actor, string team, string name, CancellationToken cancellation);

    /// <summary>Registers a service, or changes one. It counts as a heartbeat. Needs the role Deployer.</summary>
    /// <exception cref="RefusedException">It has faults, or an app of the team has a service of that name.</exception>
    Task<(ServiceView Service, bool Created)> PutAsync(Actor actor, string team, string name, ServiceRequest request, CancellationToken cancellation);

    /// <summary>Keeps a service with a time to live alive for that long from now on. Needs the role Deployer.</summary>
    /// <exception cref="RefusedException">There is none of that name, any more perhaps; or it is probed and needs no heartbeat.</exception>
    Task<ServiceView> BeatAsync(Actor actor, string team, string name, CancellationToken cancellation);

    /// <summary>Takes a registered service out of the catalog. Needs the role Deployer.</summary>
    /// <exception cref="RefusedException">There is none of that name.</exception>
    Task DeleteAsync(Actor actor, string team, string name, CancellationToken cancellation);
}

/// <summary>A service as it is to be registered.</summary>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Endpoints">Where it is.</param>
/// <param name="Ttl">Without a heartbeat for so long it is unhealthy. Either this or a probe.</param>
/// <param name="Grace">So long after that it is removed; null for ten minutes.</param>
/// <param name="Probe">How its endpoints are asked, over http or tcp. Either this or a time to live.</param>
/// <param name="AllowInside">Whether Portal may connect to its own machine and link for it; only administrators may say so.</param>
public sealed record ServiceRequest(string Protocol, ImmutableArray<RegisteredEndpoint> Endpoints, TimeSpan? Ttl, TimeSpan? Grace, HealthSpec? Probe, bool AllowInside = false);

/// <summary>An endpoint as registered.</summary>
/// <param name="Address">A host name or an IP address.</param>
/// <param name="Port">The port.</param>
/// <param name="Version">Its version in its owner's words; may be empty.</param>
/// <param name="Weight">Relative weight, 0 to 1000.</param>
public sealed record RegisteredEndpoint(string Address, int Port, string Version = "", int Weight = 1);

/// <summary>What probes of a registered endpoint add up to.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Health">Its health.</param>
/// <param name="Ready">Whether it may be called.</param>
/// <param name="Reason">What the last probe said if it failed; empty if it passed.</param>
/// <param name="ObservedAt">When that was observed first.</param>
public sealed record ObservedEndpoint(string Address, int Port, Health Health, bool Ready, string Reason, DateTimeOffset ObservedAt);
