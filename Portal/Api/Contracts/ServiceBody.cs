using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>A service of the catalog. One that is registered from outside has no app, and says how it was registered.</summary>
internal sealed record ServiceBody(string Name, string Team, string? App, string Protocol, RegistrationBody? Registration, ImmutableArray<EndpointBody> Endpoints)
{
    /// <param name="service">The service.</param>
    /// <param name="readyOnly">Only endpoints that are ready: healthy, or running with nothing that checks them.</param>
    public static ServiceBody Of(ServiceView service, bool readyOnly = false) => new(service.Name, service.Team, service.App, service.Protocol,
        service.Registration is { } registration ? RegistrationBody.Of(registration) : null, [.. service.Endpoints.Where(e => e.Ready || !readyOnly).Select(EndpointBody.Of)]);
}

/// <summary>One endpoint of a service: where it is, what it is, and when and by whom that was observed.</summary>
internal sealed record EndpointBody(string Address, int Port, string Version, string? VersionLabel, int Weight, string Protocol, Health Health, bool Ready, string Reason, Guid? Instance, string? Host,
    DateTime? ObservedAt, string? ObservedBy)
{
    public static EndpointBody Of(EndpointView e) => new(e.Address, e.Port, e.Version, e.VersionLabel, e.Weight, e.Protocol, e.Health, e.Ready, e.Reason, e.Instance?.Value, e.Host,
        Wire.Time(e.ObservedAt), e.ObservedBy);
}

/// <summary>How a service from outside was registered.</summary>
internal sealed record RegistrationBody(string? Ttl, string Grace, DateTime? HeartbeatAt, string? HeartbeatBy, DateTime? ExpiresAt, string? Probe, DateTime ChangedAt, string ChangedBy)
{
    public static RegistrationBody Of(RegistrationView r) => new(r.Ttl is { } ttl ? Wire.Duration(ttl) : null, Wire.Duration(r.Grace), r.Ttl is null ? null : Wire.Time(r.HeartbeatAt),
        r.Ttl is null ? null : r.HeartbeatBy, Wire.Time(r.ExpiresAt), r.Probe is { } probe ? probe.Kind == HealthKind.Http ? $"http {probe.Path}" : "tcp" : null, Wire.Time(r.ChangedAt), r.ChangedBy);
}
