using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>A service of the catalog.</summary>
internal sealed record ServiceBody(string Name, string Team, string App, string Protocol, ImmutableArray<EndpointBody> Endpoints)
{
    /// <param name="service">The service.</param>
    /// <param name="readyOnly">Only endpoints that are ready: healthy, or running with nothing that checks them.</param>
    public static ServiceBody Of(ServiceView service, bool readyOnly = false) => new(service.Name, service.Team, service.App, service.Protocol,
        [.. service.Endpoints.Where(e => e.Ready || !readyOnly).Select(EndpointBody.Of)]);
}

/// <summary>One endpoint of a service.</summary>
internal sealed record EndpointBody(string Address, int Port, string Version, int Weight, Health Health, bool Ready, Guid Instance, string Host, DateTime? ObservedAt)
{
    public static EndpointBody Of(EndpointView e) => new(e.Address, e.Port, e.Version, e.Weight, e.Health, e.Ready, e.Instance.Value, e.Host, Wire.Time(e.ObservedAt));
}
