using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Agents.Hosts;

/// <summary>A host as registered, ready to be contacted. Equal as long as a worker need not start anew.</summary>
/// <param name="Id">The host.</param>
/// <param name="Name">Its name.</param>
/// <param name="Endpoint">Its engine; null if its certificates cannot be read.</param>
/// <param name="Address">What ports are bound to.</param>
/// <param name="Grace">Silence after which it is lost.</param>
/// <param name="Fault">Why it has no endpoint; null if it has.</param>
internal sealed record HostRegistration(HostId Id, string Name, EngineEndpoint? Endpoint, string Address, TimeSpan Grace, string? Fault)
{
    public string LeaseName => $"host:{Id.Value}";
}
