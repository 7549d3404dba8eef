using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Everything that pages and endpoints do with hosts. Seen by every signed-in user (foreign containers by administrators only), changed by administrators.</summary>
public interface IHostService
{
    /// <summary>All hosts by name.</summary>
    Task<ImmutableArray<HostView>> ListAsync(Actor actor, CancellationToken cancellation);
    /// <summary>One host.</summary>
    Task<HostView> GetAsync(Actor actor, string name, CancellationToken cancellation);
    /// <summary>Registers or changes a host. It is tried first; a failure is refused as unprocessable, in the engine's words.</summary>
    Task<(HostView Host, bool Created)> PutAsync(Actor actor, string name, HostRequest request, CancellationToken cancellation);
    /// <summary>Tries a host without storing it: what it says of itself, or a refusal that says what to do.</summary>
    Task<EngineInfo> TryAsync(Actor actor, HostRequest request, CancellationToken cancellation);
    /// <summary>Sets what users want of it.</summary>
    Task<HostView> SetAvailabilityAsync(Actor actor, string name, Availability availability, CancellationToken cancellation);
    /// <summary>What would become of every instance on the host if it left; changes nothing.</summary>
    Task<LeavingPlan> PlanAsync(Actor actor, string name, LeavingKind kind, CancellationToken cancellation);
    /// <summary>Announces a reboot: it takes nothing new, what its apps may not miss moves first, and its loss then moves nothing for a while. Back, it is active again by itself.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">The host.</param>
    /// <param name="wait">How long its instances wait for it once it is gone: 10 s to 24 h.</param>
    /// <param name="cancellation">Ends the wait for the store.</param>
    Task<HostView> RebootAsync(Actor actor, string name, TimeSpan wait, CancellationToken cancellation);
    /// <summary>Forgets a host: a conflict while it carries instances, unless forced (they are rescheduled).</summary>
    Task DeleteAsync(Actor actor, string name, bool force, CancellationToken cancellation);
}

/// <summary>A host as described by a user.</summary>
/// <param name="Endpoint">How its engine is reached.</param>
/// <param name="Address">Where others reach its published ports; null: the endpoint's own host, 127.0.0.1 for a socket.</param>
/// <param name="Labels">Labels; null keeps the present ones.</param>
/// <param name="Tls">Certificates; null keeps the present ones where the endpoint stays the same.</param>
/// <param name="Grace">Silence after which it is lost; null keeps the present one (15 s at first).</param>
/// <param name="Rebalance">Of a new host: whether instances are rebalanced once it is there; null as the cluster is set.</param>
public sealed record HostRequest(string Endpoint, string? Address = null, ImmutableSortedDictionary<string, string>? Labels = null, EngineTls? Tls = null, TimeSpan? Grace = null, bool? Rebalance = null);
