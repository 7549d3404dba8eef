using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Teams, their members and their registries.</summary>
public interface ITeamService
{
    /// <summary>Teams that the actor may see.</summary>
    Task<ImmutableArray<TeamView>> ListAsync(Actor actor, CancellationToken cancellation);
    /// <summary>Creates or changes a team; administrators only.</summary>
    Task<(TeamView Team, bool Created)> PutAsync(Actor actor, string name, string? displayName, Quota quota, CancellationToken cancellation);
    /// <summary>Deletes a team; a conflict while it has apps.</summary>
    Task DeleteAsync(Actor actor, string name, CancellationToken cancellation);
    /// <summary>Its members.</summary>
    Task<ImmutableArray<MemberView>> ListMembersAsync(Actor actor, string team, CancellationToken cancellation);
    /// <summary>Sets a member's role; the user is named by id or e-mail address.</summary>
    Task<(MemberView Member, bool Created)> PutMemberAsync(Actor actor, string team, string user, TeamRole role, CancellationToken cancellation);
    /// <summary>Removes a member.</summary>
    Task DeleteMemberAsync(Actor actor, string team, string user, CancellationToken cancellation);
    /// <summary>Its registries, without passwords.</summary>
    Task<ImmutableArray<RegistryView>> ListRegistriesAsync(Actor actor, string team, CancellationToken cancellation);
    /// <summary>Sets a registry's credentials.</summary>
    Task<(RegistryView Registry, bool Created)> PutRegistryAsync(Actor actor, string team, string host, string username, string password, CancellationToken cancellation);
    /// <summary>Forgets a registry's credentials.</summary>
    Task DeleteRegistryAsync(Actor actor, string team, string host, CancellationToken cancellation);
}

/// <summary>Tokens of the API.</summary>
public interface ITokenService
{
    /// <summary>The actor's tokens; an administrator's call shows all.</summary>
    Task<ImmutableArray<TokenView>> ListAsync(Actor actor, CancellationToken cancellation);
    /// <summary>Makes a token that can do no more than the actor. One made by a token does not outlive that: it expires with it at the latest, and is revoked with it.</summary>
    /// <returns>The token's secret, shown this once, and what it is.</returns>
    Task<(string Secret, TokenView Token)> CreateAsync(Actor actor, string name, TimeSpan? expiresIn, string? team, TeamRole? role, CancellationToken cancellation);
    /// <summary>Revokes a token, and those made by it.</summary>
    Task DeleteAsync(Actor actor, Guid id, CancellationToken cancellation);
    /// <summary>Who bears this secret; null for none, a revoked or an expired one.</summary>
    Task<Actor?> AuthenticateAsync(string secret, string? remoteAddress, CancellationToken cancellation);
    /// <summary>At the very first start: makes the administrator's bootstrap token; null if one was ever made.</summary>
    Task<string?> CreateBootstrapAsync(CancellationToken cancellation);
}

/// <summary>Users and their one-time links.</summary>
public interface IUserService
{
    /// <summary>All users; administrators only.</summary>
    Task<ImmutableArray<UserView>> ListAsync(Actor actor, CancellationToken cancellation);
    /// <summary>Makes a user.</summary>
    /// <returns>The user, and the path of a one-time link (<c>/setup/…</c>) to set the password, valid for a day.</returns>
    Task<(UserView User, string Link)> CreateAsync(Actor actor, string email, bool administrator, CancellationToken cancellation);
    /// <summary>Removes a user and their tokens. The last administrator stays.</summary>
    Task DeleteAsync(Actor actor, Guid id, CancellationToken cancellation);
    /// <summary>A new one-time link for a user; null user: for an administrator's account that is not there yet.</summary>
    Task<string> CreateLinkAsync(Actor actor, Guid? user, CancellationToken cancellation);
    /// <summary>What a link is for; null if it is unknown, used or expired. An e-mail address of null means that the account is still to be made.</summary>
    Task<SetupLink?> FindLinkAsync(string code, CancellationToken cancellation);
    /// <summary>Uses a link: makes the account where there is none, and sets its password. Refuses weak ones with every fault.</summary>
    Task<UserView> UseLinkAsync(string code, string? email, string password, CancellationToken cancellation);
    /// <summary>The actor of a signed-in user, with the present roles; null if the user is gone.</summary>
    Task<Actor?> GetActorAsync(Guid user, string? remoteAddress, CancellationToken cancellation);
}

/// <summary>A one-time link.</summary>
/// <param name="Email">Whose password it sets; null where the account is still to be made.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record SetupLink(string? Email, DateTimeOffset ExpiresAt);

/// <summary>Events and audit.</summary>
public interface IHistoryService
{
    /// <summary>How long events are kept.</summary>
    TimeSpan EventsKept { get; }
    /// <summary>Events that the actor may see, newest first.</summary>
    Task<ImmutableArray<EventView>> ListEventsAsync(Actor actor, EventQuery query, CancellationToken cancellation);
    /// <summary>Audit entries, newest first; administrators only.</summary>
    Task<ImmutableArray<AuditView>> ListAuditAsync(Actor actor, long? after, int limit, CancellationToken cancellation);
}
