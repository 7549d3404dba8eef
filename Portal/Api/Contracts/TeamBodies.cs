using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>A team.</summary>
internal sealed record TeamBody(string Name, string DisplayName, QuotaBody Quota, int Apps, int Members)
{
    public static TeamBody Of(TeamView team) => new(team.Name, team.DisplayName, QuotaBody.Of(team.Quota), team.Apps, team.Members);
}

/// <summary>Upper bounds of what a team's apps may ask for; null is none.</summary>
internal sealed record QuotaBody(double? Cpus, string? Memory, int? Instances)
{
    public static QuotaBody Of(Quota quota) => new(quota.Cpus, quota.MemoryBytes is { } bytes ? Wire.Memory(bytes) : null, quota.Instances);
}

/// <summary>A member of a team.</summary>
internal sealed record MemberBody(Guid User, string Email, TeamRole Role)
{
    public static MemberBody Of(MemberView member) => new(member.UserId, member.Email, member.Role);
}

/// <summary>Credentials of a registry; the password is never shown.</summary>
internal sealed record RegistryBody(string Host, string Username, DateTime ChangedAt)
{
    public static RegistryBody Of(RegistryView registry) => new(registry.Host, registry.Username, Wire.Time(registry.ChangedAt));
}
