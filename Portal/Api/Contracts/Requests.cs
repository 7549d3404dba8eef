using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Portal.Api.OpenApi;
using Portal.Core.Domain;

namespace Portal.Api.Contracts;

// What calls take. These shapes only describe bodies in the OpenAPI document: BodyReader reads them, so that every fault is
// named at once. A parameter with a default may be left out; null is the same as left out.

/// <summary>A host to register or change.</summary>
internal sealed record HostRequestBody(
    [property: Description("`unix:///var/run/docker.sock`, `tcp://host:2376` or `ssh://user@host`."), MinLength(1), MaxLength(1024)] string Endpoint,
    [property: Description("Where others reach its published ports; by default the endpoint's own host, 127.0.0.1 for a socket."), MaxLength(253)] string? Address = null,
    [property: Description("Left out, the present ones stay.")] ImmutableSortedDictionary<string, string>? Labels = null,
    [property: Description("Left out, the present ones stay where the endpoint stays the same.")] TlsRequestBody? Tls = null,
    [property: Description("Silence after which it is lost, from 1s to 1h; 15s at first."), RegularExpression(AppSpecSchema.DurationPattern)] string? Grace = null,
    [property: Description("Of a new host: whether instances are rebalanced once it is there; left out, as the cluster is set.")] bool? Rebalance = null);

/// <summary>A planned reboot.</summary>
internal sealed record RebootRequestBody(
    [property: Description("How long its instances wait for it once it is gone, from 10s to 24h; 10m by default."), RegularExpression(AppSpecSchema.DurationPattern)] string? Wait = null);

/// <summary>When to rebalance without being asked.</summary>
internal sealed record RebalanceRequestBody([property: Description("Whether a rebalance follows when a host joins.")] bool OnJoin);

/// <summary>PEM texts for mutual TLS.</summary>
internal sealed record TlsRequestBody([property: MinLength(1)] string Ca, [property: MinLength(1)] string Cert, [property: MinLength(1)] string Key);

/// <summary>A service from outside to register. It needs a ttl or a probe.</summary>
internal sealed record ServiceRequestBody(
    [property: Description("Where it is: 1 to 200."), MinLength(1), MaxLength(200)] ImmutableArray<EndpointRequestBody> Endpoints,
    [property: Description("`tcp`, the default, or `udp`.")] string? Protocol = null,
    [property: Description("Without a heartbeat for so long it is unhealthy, from 1s to 7d."), RegularExpression(AppSpecSchema.DurationPattern)] string? Ttl = null,
    [property: Description("So long after that it is removed; 10m by default."), RegularExpression(AppSpecSchema.DurationPattern)] string? Grace = null,
    [property: Description("Instead of a ttl: how Portal asks it, as an AppSpec's health of kind http or tcp.")] HealthPolicyBody? Probe = null,
    [property: Description("Whether Portal may connect to its own machine and link for it; only administrators may say so.")] bool? AllowInside = null);

/// <summary>Where a service from outside is.</summary>
internal sealed record EndpointRequestBody(
    [property: Description("An IP address or a host name."), MinLength(1), MaxLength(253)] string Address,
    [property: Range(1, 65535)] int Port,
    [property: Description("In its owner's words."), MaxLength(100)] string? Version = null,
    [property: Description("1 by default."), Range(0, 1000)] int? Weight = null);

/// <summary>A team to make or change.</summary>
internal sealed record TeamRequestBody([property: MaxLength(100)] string? DisplayName = null, QuotaRequestBody? Quota = null);

/// <summary>Upper bounds of what a team's apps may ask for; what is left out is unbounded.</summary>
internal sealed record QuotaRequestBody(
    [property: Range(0, 1_000_000.0)] double? Cpus = null,
    [property: RegularExpression(AppSpecSchema.MemoryPattern)] string? Memory = null,
    [property: Range(0, 1_000_000)] int? Instances = null);

/// <summary>A member's role.</summary>
internal sealed record MemberRequestBody(TeamRole Role);

/// <summary>Credentials of a registry.</summary>
internal sealed record RegistryRequestBody([property: MinLength(1), MaxLength(256)] string Username, [property: MinLength(1)] string Password);

/// <summary>A user to make.</summary>
internal sealed record UserRequestBody([property: MinLength(3), MaxLength(256)] string Email, bool Administrator = false);

/// <summary>A token to make; it can do no more than its maker.</summary>
internal sealed record TokenRequestBody(
    [property: MinLength(1), MaxLength(100)] string Name,
    [property: Description("Left out, it does not expire."), RegularExpression(AppSpecSchema.DurationPattern)] string? ExpiresIn = null,
    [property: Description("The only team it works in.")] string? Team = null,
    [property: Description("Its role in that team; needs a team.")] TeamRole? Role = null);

/// <summary>An image to deploy.</summary>
internal sealed record DeployRequestBody(
    [property: Description("Left out, the present one; its tag is resolved anew.")] string? Image = null,
    [property: Description("Why, as the revision keeps it."), MaxLength(1000)] string? Message = null);

/// <summary>A revision to go back to.</summary>
internal sealed record RollbackRequestBody(
    [property: Description("Left out, the last one that succeeded before the present one."), Range(1, int.MaxValue)] int? Revision = null,
    [property: Description("Why, as the rollout keeps it."), MaxLength(1000)] string? Message = null);

/// <summary>A run to start.</summary>
internal sealed record RunRequestBody([property: Description("Why, as the run keeps it."), MaxLength(1000)] string? Message = null);

/// <summary>A replica count.</summary>
internal sealed record ScaleRequestBody([property: Range(0, 10_000)] int Replicas);

/// <summary>Readiness, or life.</summary>
internal sealed record LivenessBody(string Status);
