using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>A host.</summary>
internal sealed record HostBody(
    string Name, string Cluster, string Endpoint, string Address, ImmutableSortedDictionary<string, string> Labels,
    Availability Availability, Reachability Reachability, string State, string Reason, DateTime? Since,
    string? EngineVersion, string? Os, string? OsName, string? Architecture,
    AmountBody Capacity, AmountBody Reserved, int Instances, DateTime? LastSeenAt, string Grace, DateTime? CertificateExpiresAt,
    RebootBody? Reboot, ImmutableArray<ForeignBody> Foreign)
{
    public static HostBody Of(HostView host) => new(
        host.Name, host.Cluster, host.Endpoint, host.Address, host.Labels,
        host.Availability, host.Reachability, host.State, host.Reason, Wire.Time(host.Since),
        host.EngineVersion, host.Os, host.OsName, host.Architecture,
        AmountBody.Of(host.Capacity), AmountBody.Of(host.Reserved), host.Instances, Wire.Time(host.LastSeenAt), Wire.Duration(host.Grace),
        Wire.Time(host.CertificateExpiresAt), host.Reboot is { } reboot ? new RebootBody(Wire.Time(reboot.AskedAt), Wire.Duration(reboot.Wait)) : null, [.. host.Foreign.Select(f => new ForeignBody(f.Id, f.Name, f.Image, f.State, f.Quarantined))]);
}

/// <summary>A planned reboot that is not over: meanwhile the host takes no new instances.</summary>
internal sealed record RebootBody(DateTime AskedAt, string Wait);

/// <summary>An amount of CPU in cores, and of memory as <c>64M</c>.</summary>
internal sealed record AmountBody(double Cpus, string Memory)
{
    public static AmountBody Of(Resources amount) => new(amount.Cpus, Wire.Memory(amount.MemoryBytes));
}

/// <summary>A container that Portal did not create; administrators see it.</summary>
internal sealed record ForeignBody(string Id, string Name, string Image, string State, bool Quarantined);
