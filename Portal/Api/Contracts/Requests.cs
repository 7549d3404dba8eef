using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Api.Contracts;

// What calls take. These shapes describe bodies in the OpenAPI document; BodyReader reads them, so that every fault is
// named at once. A parameter with a default may be left out.

/// <summary>A host to register or change.</summary>
internal sealed record HostRequestBody(string Endpoint, string? Address = null, ImmutableSortedDictionary<string, string>? Labels = null, TlsRequestBody? Tls = null, string? Grace = null);

/// <summary>PEM texts for mutual TLS.</summary>
internal sealed record TlsRequestBody(string Ca, string Cert, string Key);

/// <summary>A team to make or change.</summary>
internal sealed record TeamRequestBody(string? DisplayName = null, QuotaBody? Quota = null);

/// <summary>A member's role.</summary>
internal sealed record MemberRequestBody(TeamRole Role);

/// <summary>Credentials of a registry.</summary>
internal sealed record RegistryRequestBody(string Username, string Password);

/// <summary>A user to make.</summary>
internal sealed record UserRequestBody(string Email, bool Administrator = false);

/// <summary>A token to make; it can do no more than its maker.</summary>
internal sealed record TokenRequestBody(string Name, string? ExpiresIn = null, string? Team = null, TeamRole? Role = null);

/// <summary>An image to deploy.</summary>
internal sealed record DeployRequestBody(string? Image = null, string? Message = null);

/// <summary>A replica count.</summary>
internal sealed record ScaleRequestBody(int Replicas);

/// <summary>Readiness, or life.</summary>
internal sealed record HealthBody(string Status);
