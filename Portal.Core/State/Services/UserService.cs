using System.Collections.Immutable;
using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Users and their one-time links.</summary>
internal sealed class UserService(ServiceStore store, IPasswordHasher<PortalUser> hasher) : IUserService
{
    private static readonly TimeSpan LinkLife = TimeSpan.FromDays(1);
    private static readonly Notice People = new() { People = true };

    /// <summary>An e-mail address as accounts are found by it.</summary>
    public static string Normalise(string email) => email.Trim().ToUpperInvariant();

    /// <summary>The actor of a user, with the present roles; null if there is no such user.</summary>
    public static async Task<Actor?> ActorOfAsync(PortalDb db, Guid user, CancellationToken cancellation)
    {
        var row = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == user, cancellation);
        if (row is null)
        {
            return null;
        }
        var roles = await db.Members.AsNoTracking().Where(m => m.UserId == user).ToListAsync(cancellation);
        return new Actor { UserId = row.Id, Name = row.Email!, IsAdministrator = row.IsAdministrator, Roles = roles.ToImmutableDictionary(m => m.TeamId, m => m.Role) };
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<UserView>> ListAsync(Actor actor, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        Access.RequireAdministrator(actor);
        var rows = await db.Users.AsNoTracking().OrderBy(u => u.Email).ToListAsync(cancellation);
        return rows.Select(ViewOf).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<(UserView User, string Link)> CreateAsync(Actor actor, string email, bool administrator, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "user.create", email, async change =>
        {
            Access.RequireAdministrator(actor);
            var user = await AddAsync(change, email, administrator, cancellation);
            change.Notice = People;
            return (ViewOf(user), AddLink(change, user.Id));
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteAsync(Actor actor, Guid id, CancellationToken cancellation) => store.ChangeAsync(actor, "user.delete", id.ToString(), async change =>
    {
        Access.RequireAdministrator(actor);
        // All administrators are locked, so that two cannot remove each other at once.
        var administrators = await change.Db.Users.FromSql($"SELECT * FROM users WHERE is_administrator FOR UPDATE").ToListAsync(cancellation);
        var user = await change.Db.Users.SingleOrDefaultAsync(u => u.Id == id, cancellation) ?? throw RefusedException.NotFound($"user {id}");
        if (user.IsAdministrator && !administrators.Exists(a => a.Id != id && a.PasswordHash is not null))
        {
            throw new RefusedException(RefusalKind.Conflict, $"{user.Email} is the last administrator who can sign in, and stays.");
        }
        change.Db.Users.Remove(user);
        (change.Notice, change.Detail) = (People, user.Email!);
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public Task<string> CreateLinkAsync(Actor actor, Guid? user, CancellationToken cancellation) => store.ChangeAsync(actor, "user.link", user?.ToString() ?? "administrator", async change =>
    {
        Access.RequireAdministrator(actor);
        if (user is { } id && !await change.Db.Users.AnyAsync(u => u.Id == id, cancellation))
        {
            throw RefusedException.NotFound($"user {id}");
        }
        return AddLink(change, user);
    }, cancellation);

    /// <inheritdoc/>
    public Task<SetupLink?> FindLinkAsync(string code, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var (hash, now) = (Secrets.Hash(code), store.Now);
        var link = await db.Links.AsNoTracking().SingleOrDefaultAsync(l => l.Hash == hash && l.ExpiresAt > now, cancellation);
        var email = link?.UserId is { } user ? await db.Users.Where(u => u.Id == user).Select(u => u.Email).SingleAsync(cancellation) : null;
        return link is null ? null : new SetupLink(email, link.ExpiresAt);
    }, cancellation);

    /// <inheritdoc/>
    public Task<UserView> UseLinkAsync(string code, string? email, string password, CancellationToken cancellation) =>
        store.ChangeAsync(new Actor { Name = "one-time link" }, "user.setup", email ?? "", async change =>
        {
            var (hash, now) = (Secrets.Hash(code), change.Now);
            var link = await change.Db.Links.FromSql($"SELECT * FROM links WHERE hash = {hash} AND expires_at > {now} FOR UPDATE").SingleOrDefaultAsync(cancellation)
                ?? throw new RefusedException(RefusalKind.NotFound, "This link is unknown, was used, or has expired. Ask for a new one.");
            var known = link.UserId is { } id ? await change.Db.Users.SingleAsync(u => u.Id == id, cancellation) : null;
            var address = known?.Email ?? email ?? "";
            var faults = (known is null ? CheckEmail(address) : []).Concat(PasswordRules.Check(password, address)).ToList();
            if (faults.Count > 0)
            {
                throw new RefusedException(RefusalKind.Invalid, "The account cannot be set up like this.", faults);
            }
            var user = known ?? await AddAsync(change, address, administrator: true, cancellation);
            user.PasswordHash = hasher.HashPassword(user, password);
            user.SecurityStamp = Guid.NewGuid().ToString();
            (user.AccessFailedCount, user.LockoutEnd) = (0, null);
            change.Db.Links.Remove(link);
            (change.Notice, change.Detail) = (People, user.Email!);
            return ViewOf(user);
        }, cancellation);

    /// <inheritdoc/>
    public async Task<Actor?> GetActorAsync(Guid user, string? remoteAddress, CancellationToken cancellation)
    {
        var actor = await store.ReadAsync(db => ActorOfAsync(db, user, cancellation), cancellation);
        return actor is null ? null : actor with { RemoteAddress = remoteAddress };
    }

    private static async Task<PortalUser> AddAsync(StoreChange change, string email, bool administrator, CancellationToken cancellation)
    {
        var faults = CheckEmail(email).ToList();
        if (faults.Count > 0)
        {
            throw new RefusedException(RefusalKind.Invalid, "The user is not valid.", faults);
        }
        var normalised = Normalise(email);
        if (await change.Db.Users.AnyAsync(u => u.NormalizedEmail == normalised, cancellation))
        {
            throw new RefusedException(RefusalKind.Conflict, $"There is a user {email.Trim()} already.");
        }
        var user = new PortalUser
        {
            Id = Guid.CreateVersion7(change.Now),
            Email = email.Trim(),
            NormalizedEmail = normalised,
            UserName = email.Trim(),
            NormalizedUserName = normalised,
            EmailConfirmed = true,
            LockoutEnabled = true,
            SecurityStamp = Guid.NewGuid().ToString(),
            IsAdministrator = administrator,
            CreatedAt = change.Now,
        };
        change.Db.Users.Add(user);
        await change.Db.SaveChangesAsync(cancellation);
        return user;
    }

    private static string AddLink(StoreChange change, Guid? user)
    {
        var code = Secrets.Create("");
        change.Db.Links.Add(new LinkRow { Hash = Secrets.Hash(code), UserId = user, ExpiresAt = change.Now + LinkLife });
        return $"/setup/{code}";
    }

    private static IEnumerable<Fault> CheckEmail(string email)
    {
        var trimmed = email.Trim();
        if (trimmed.Length is 0 or > 254 || !MailAddress.TryCreate(trimmed, out var address) || address.Address != trimmed)
        {
            yield return new Fault("email", "must be an e-mail address");
        }
    }

    private static UserView ViewOf(PortalUser user) => new(user.Id, user.Email!, user.IsAdministrator, user.PasswordHash is not null, user.CreatedAt);
}
