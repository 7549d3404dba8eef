using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>A user.</summary>
internal sealed record UserBody(Guid Id, string Email, bool Administrator, bool HasPassword, DateTime CreatedAt)
{
    public static UserBody Of(UserView user) => new(user.Id, user.Email, user.IsAdministrator, user.HasPassword, Wire.Time(user.CreatedAt));
}

/// <summary>A user just made, with the one-time link to set the password.</summary>
internal sealed record NewUserBody(Guid Id, string Email, bool Administrator, bool HasPassword, DateTime CreatedAt, string Link);

/// <summary>A new one-time link.</summary>
internal sealed record LinkBody(string Link);

/// <summary>A token, without its secret.</summary>
internal sealed record TokenBody(Guid Id, string Name, string Owner, string? Team, TeamRole? Role, bool Administrator, DateTime CreatedAt, DateTime? ExpiresAt, DateTime? LastUsedAt)
{
    public static TokenBody Of(TokenView t) => new(t.Id, t.Name, t.Owner, t.Team, t.Role, t.IsAdministrator, Wire.Time(t.CreatedAt), Wire.Time(t.ExpiresAt), Wire.Time(t.LastUsedAt));
}

/// <summary>A token just made; its secret is shown this once.</summary>
internal sealed record NewTokenBody(Guid Id, string Name, string Token, string? Team, TeamRole? Role, bool Administrator, DateTime CreatedAt, DateTime? ExpiresAt);

/// <summary>Who asks.</summary>
internal sealed record MeBody(string Name, Guid? User, bool Administrator, ImmutableArray<MyTeamBody> Teams);

/// <summary>A team that the caller may see, with their role in it; null for an administrator who is no member.</summary>
internal sealed record MyTeamBody(string Name, string DisplayName, TeamRole? Role);
