using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Tokens of the API. What a token may do is bounded by what its owner may do now.</summary>
internal sealed class TokenService : ITokenService, IDisposable
{
    private static readonly TimeSpan CacheFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan UsedEvery = TimeSpan.FromMinutes(1);
    private static readonly Notice People = new() { People = true };
    private readonly ServiceStore store;
    private readonly ConcurrentDictionary<string, Known> cache = new(StringComparer.Ordinal);
    private readonly IDisposable subscription;

    public TokenService(ServiceStore store, INoticeBus notices)
    {
        this.store = store;
        subscription = notices.Subscribe(notice =>
        {
            if (notice.People || notice.Everything)
            {
                cache.Clear();
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => subscription.Dispose();

    /// <inheritdoc/>
    public Task<ImmutableArray<TokenView>> ListAsync(Actor actor, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var rows = await Joined(db, db.Tokens.Where(t => actor.IsAdministrator || (t.UserId != null && t.UserId == actor.UserId))).ToListAsync(cancellation);
        return rows.OrderBy(t => t.CreatedAt).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<(string Secret, TokenView Token)> CreateAsync(Actor actor, string name, TimeSpan? expiresIn, string? team, TeamRole? role, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "token.create", name, async change =>
        {
            var owner = team is null ? null : await Access.FindTeamAsync(change.Db, actor, team, role ?? TeamRole.Viewer, locks: false, cancellation);
            var faults = new List<Fault>();
            if (string.IsNullOrWhiteSpace(name) || name.Length > 100)
            {
                faults.Add(new Fault("name", "must have 1 to 100 characters"));
            }
            if (expiresIn <= TimeSpan.Zero)
            {
                faults.Add(new Fault("expiresIn", "must be more than nothing"));
            }
            if (role is not null && team is null)
            {
                faults.Add(new Fault("role", "needs a team"));
            }
            if (faults.Count > 0)
            {
                throw new RefusedException(RefusalKind.Invalid, "The token is not valid.", faults);
            }
            if (owner is null && await IsBoundAsync(change.Db, actor, cancellation))
            {
                throw new RefusedException(RefusalKind.Forbidden, "This token is bound, and can only make tokens for its team.", new Fault("team", "is needed"));
            }
            var expiresAt = await ExpiryAsync(change, expiresIn, cancellation);
            var secret = Secrets.Create("ptl_");
            var row = new TokenRow
            {
                Id = Guid.CreateVersion7(change.Now),
                Name = name,
                Hash = Secrets.Hash(secret),
                UserId = actor.UserId,
                MadeBy = actor.TokenId,
                TeamId = owner?.Id,
                Role = owner is null ? null : role ?? (actor.IsAdministrator ? TeamRole.TeamAdmin : actor.Roles[owner.Id]),
                IsAdministrator = actor.IsAdministrator && owner is null,
                CreatedAt = change.Now,
                ExpiresAt = expiresAt,
            };
            change.Db.Tokens.Add(row);
            await change.Db.SaveChangesAsync(cancellation);
            return (secret, await Joined(change.Db, change.Db.Tokens.Where(t => t.Id == row.Id)).SingleAsync(cancellation));
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteAsync(Actor actor, Guid id, CancellationToken cancellation) => store.ChangeAsync(actor, "token.delete", id.ToString(), async change =>
    {
        var row = await change.Db.Tokens.SingleOrDefaultAsync(t => t.Id == id, cancellation);
        if (row is null || !(actor.IsAdministrator || (row.UserId is not null && row.UserId == actor.UserId)))
        {
            throw RefusedException.NotFound($"token {id}");
        }
        // Those that it made go with it.
        change.Db.Tokens.Remove(row);
        (change.Notice, change.Detail) = (People, row.Name);
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public async Task<Actor?> AuthenticateAsync(string secret, string? remoteAddress, CancellationToken cancellation)
    {
        var now = store.Now;
        if (!cache.TryGetValue(secret, out var known) || known.Until <= now)
        {
            known = await store.ReadAsync(db => FindAsync(db, secret, now, cancellation), cancellation);
            if (known is null)
            {
                return null;
            }
            cache[secret] = known;
        }
        return known.ExpiresAt <= now ? null : known.Actor with { RemoteAddress = remoteAddress };
    }

    /// <inheritdoc/>
    public async Task<string?> CreateBootstrapAsync(CancellationToken cancellation)
    {
        if (await store.ReadAsync(db => db.Cluster.AnyAsync(c => c.Bootstrapped, cancellation), cancellation))
        {
            return null;
        }
        return await store.ChangeAsync<string?>(Actor.System, "token.bootstrap", "bootstrap", async change =>
        {
            var cluster = await change.Db.Cluster.FromSql($"SELECT * FROM cluster FOR UPDATE").SingleAsync(cancellation);
            if (cluster.Bootstrapped)
            {
                return null;
            }
            cluster.Bootstrapped = true;
            var secret = Secrets.Create("ptl_");
            change.Db.Tokens.Add(new TokenRow { Id = Guid.CreateVersion7(change.Now), Name = "bootstrap", Hash = Secrets.Hash(secret), IsAdministrator = true, CreatedAt = change.Now });
            return secret;
        }, cancellation);
    }

    /// <summary>When a new token expires: never after the token by which it is made.</summary>
    private static async Task<DateTimeOffset?> ExpiryAsync(StoreChange change, TimeSpan? expiresIn, CancellationToken cancellation)
    {
        var wanted = change.Now + expiresIn;
        if (change.Actor.TokenId is not { } id)
        {
            return wanted;
        }
        var maker = await change.Db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, cancellation)
            ?? throw new RefusedException(RefusalKind.Unauthenticated, "The token was revoked.");
        return wanted > maker.ExpiresAt
            ? throw new RefusedException(RefusalKind.Unprocessable, $"A token cannot outlive the one that makes it, {maker.Name}, which expires at {maker.ExpiresAt:yyyy-MM-dd HH:mm} UTC.",
                new Fault("expiresIn", "must not be later than the expiry of the token that makes it; without it, that is taken"))
            : wanted ?? maker.ExpiresAt;
    }

    /// <summary>Whether an actor is a token that has less than its owner: one without a team that it made would be more than itself.</summary>
    private static async Task<bool> IsBoundAsync(PortalDb db, Actor actor, CancellationToken cancellation)
    {
        if (actor.UserId is not { } id)
        {
            return !actor.IsAdministrator;
        }
        var owner = await UserService.ActorOfAsync(db, id, cancellation);
        return owner is null || (owner.IsAdministrator ? !actor.IsAdministrator : owner.Roles.Any(r => !actor.Has(r.Key, r.Value)));
    }

    private static async Task<Known?> FindAsync(PortalDb db, string secret, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = Secrets.Hash(secret);
        var row = await db.Tokens.SingleOrDefaultAsync(t => t.Hash == hash, cancellation);
        if (row is null || row.ExpiresAt <= now)
        {
            return null;
        }
        if (row.LastUsedAt is null || now - row.LastUsedAt > UsedEvery)
        {
            await db.Tokens.Where(t => t.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now), cancellation);
        }
        var owner = row.UserId is { } user ? await UserService.ActorOfAsync(db, user, cancellation) : null;
        if (row.UserId is not null && owner is null)
        {
            return null;
        }
        var actor = new Actor
        {
            UserId = row.UserId,
            TokenId = row.Id,
            Name = owner is null ? $"token:{row.Name}" : $"{owner.Name} (token {row.Name})",
            IsAdministrator = row.IsAdministrator && (owner?.IsAdministrator ?? true),
            Roles = RolesOf(row, owner),
        };
        return new Known(actor, row.ExpiresAt, now + CacheFor);
    }

    private static ImmutableDictionary<TeamId, TeamRole> RolesOf(TokenRow token, Actor? owner)
    {
        if (token.TeamId is not { } team)
        {
            return owner?.Roles ?? ImmutableDictionary<TeamId, TeamRole>.Empty;
        }
        var bound = owner is null || owner.IsAdministrator ? TeamRole.TeamAdmin : owner.Roles.TryGetValue(team, out var has) ? has : (TeamRole?)null;
        if (bound is not { } most)
        {
            return ImmutableDictionary<TeamId, TeamRole>.Empty;
        }
        var wanted = token.Role ?? most;
        return ImmutableDictionary<TeamId, TeamRole>.Empty.Add(team, wanted < most ? wanted : most);
    }

    private static IQueryable<TokenView> Joined(PortalDb db, IQueryable<TokenRow> tokens) =>
        from token in tokens
        join user in db.Users on token.UserId equals (Guid?)user.Id into users
        from user in users.DefaultIfEmpty()
        join team in db.Teams on token.TeamId equals (TeamId?)team.Id into teams
        from team in teams.DefaultIfEmpty()
        select new TokenView(token.Id, token.Name, user == null ? "portal" : user.Email!, team == null ? null : team.Name, token.Role, token.IsAdministrator, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);

    private sealed record Known(Actor Actor, DateTimeOffset? ExpiresAt, DateTimeOffset Until);
}
