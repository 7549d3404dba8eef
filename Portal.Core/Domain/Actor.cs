using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>Who asks: a signed-in user or a token, with what they may do. Services check it; pages and endpoints only pass it on.</summary>
public sealed record Actor
{
    /// <summary>The user's id; null for a token of its own (bootstrap, CI) and for Portal itself.</summary>
    public Guid? UserId { get; init; }
    /// <summary>The token that they bear; null for a signed-in user and for Portal itself.</summary>
    public Guid? TokenId { get; init; }
    /// <summary>How events and audit name them: an e-mail address, <c>token:ci-shop</c>, <c>portal</c>.</summary>
    public required string Name { get; init; }
    /// <summary>Whether they administer the whole Portal.</summary>
    public bool IsAdministrator { get; init; }
    /// <summary>Their role in each team they belong to.</summary>
    public ImmutableDictionary<TeamId, TeamRole> Roles { get; init; } = ImmutableDictionary<TeamId, TeamRole>.Empty;
    /// <summary>From which network address, where known.</summary>
    public string? RemoteAddress { get; init; }

    /// <summary>Whether they hold at least that role in the team.</summary>
    public bool Has(TeamId team, TeamRole atLeast) => IsAdministrator || (Roles.TryGetValue(team, out var role) && role >= atLeast);

    /// <summary>Portal acting by itself, at start-up and from its workers.</summary>
    public static Actor System { get; } = new() { Name = "portal", IsAdministrator = true };
}
