using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Teams, their members and their registries.</summary>
internal sealed class TeamService(ServiceStore store, ISecretProtector secrets) : ITeamService
{
    private static readonly Notice People = new() { People = true };

    /// <inheritdoc/>
    public Task<ImmutableArray<TeamView>> ListAsync(Actor actor, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var rows = await ViewsOf(db, db.Teams).ToListAsync(cancellation);
        return rows.Where(t => actor.Has(t.Id, TeamRole.Viewer)).OrderBy(t => t.Name, StringComparer.Ordinal).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<(TeamView Team, bool Created)> PutAsync(Actor actor, string name, string? displayName, Quota quota, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "team.put", name, async change =>
        {
            Access.RequireAdministrator(actor);
            Check(name, quota);
            var team = await change.Db.Teams.SingleOrDefaultAsync(t => t.Name == name, cancellation);
            var created = team is null;
            if (team is null)
            {
                team = new TeamRow { Id = new TeamId(Guid.CreateVersion7(change.Now)), Name = name, CreatedAt = change.Now };
                change.Db.Teams.Add(team);
            }
            team.DisplayName = displayName ?? (created ? name : team.DisplayName);
            (team.QuotaCpus, team.QuotaMemoryBytes, team.QuotaInstances) = (quota.Cpus, quota.MemoryBytes, quota.Instances);
            change.Notice = People;
            await change.Db.SaveChangesAsync(cancellation);
            return (await ViewsOf(change.Db, change.Db.Teams.Where(t => t.Id == team.Id)).SingleAsync(cancellation), created);
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteAsync(Actor actor, string name, CancellationToken cancellation) => store.ChangeAsync(actor, "team.delete", name, async change =>
    {
        Access.RequireAdministrator(actor);
        var team = await Access.FindTeamAsync(change.Db, actor, name, TeamRole.TeamAdmin, locks: true, cancellation);
        if (name == "default")
        {
            throw new RefusedException(RefusalKind.Unprocessable, "The team default exists from the start and cannot be deleted.");
        }
        var apps = await change.Db.Apps.CountAsync(a => a.TeamId == team.Id, cancellation);
        if (apps > 0)
        {
            throw new RefusedException(RefusalKind.Conflict, $"Team {name} has {apps} app{(apps == 1 ? "" : "s")}, those being deleted included; delete them first.");
        }
        change.Db.Teams.Remove(team);
        change.Notice = People;
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<MemberView>> ListMembersAsync(Actor actor, string team, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var row = await Access.FindTeamAsync(db, actor, team, TeamRole.Viewer, locks: false, cancellation);
        var members = await db.Members.Where(m => m.TeamId == row.Id).Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { u.Id, u.Email, m.Role }).ToListAsync(cancellation);
        return members.Select(m => new MemberView(m.Id, m.Email!, m.Role)).OrderBy(m => m.Email, StringComparer.Ordinal).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<(MemberView Member, bool Created)> PutMemberAsync(Actor actor, string team, string user, TeamRole role, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "team.member.put", $"{team}/{user}", async change =>
        {
            var row = await Access.FindTeamAsync(change.Db, actor, team, TeamRole.TeamAdmin, locks: true, cancellation);
            var who = await FindUserAsync(change.Db, user, cancellation) ?? throw RefusedException.NotFound($"user {user}");
            var member = await change.Db.Members.SingleOrDefaultAsync(m => m.TeamId == row.Id && m.UserId == who.Id, cancellation);
            if (member is null)
            {
                change.Db.Members.Add(new MemberRow { TeamId = row.Id, UserId = who.Id, Role = role });
            }
            else
            {
                member.Role = role;
            }
            (change.Notice, change.Detail) = (People, role.ToString());
            return (new MemberView(who.Id, who.Email!, role), member is null);
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteMemberAsync(Actor actor, string team, string user, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "team.member.delete", $"{team}/{user}", async change =>
        {
            var row = await Access.FindTeamAsync(change.Db, actor, team, TeamRole.TeamAdmin, locks: true, cancellation);
            var who = await FindUserAsync(change.Db, user, cancellation);
            var member = who is null ? null : await change.Db.Members.SingleOrDefaultAsync(m => m.TeamId == row.Id && m.UserId == who.Id, cancellation);
            change.Db.Members.Remove(member ?? throw RefusedException.NotFound($"member {user} of team {team}"));
            change.Notice = People;
            return true;
        }, cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<RegistryView>> ListRegistriesAsync(Actor actor, string team, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var row = await Access.FindTeamAsync(db, actor, team, TeamRole.Viewer, locks: false, cancellation);
        var registries = await db.Registries.Where(r => r.TeamId == row.Id).OrderBy(r => r.Host).ToListAsync(cancellation);
        return registries.Select(r => new RegistryView(r.Host, r.Username, r.ChangedAt)).ToImmutableArray();
    }, cancellation);

    /// <inheritdoc/>
    public Task<(RegistryView Registry, bool Created)> PutRegistryAsync(Actor actor, string team, string host, string username, string password, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "team.registry.put", $"{team}/{host}", async change =>
        {
            var row = await Access.FindTeamAsync(change.Db, actor, team, TeamRole.TeamAdmin, locks: true, cancellation);
            host = RegistryOf(host);
            var registry = await change.Db.Registries.SingleOrDefaultAsync(r => r.TeamId == row.Id && r.Host == host, cancellation);
            var created = registry is null;
            var secret = secrets.Protect(password);
            if (registry is null)
            {
                registry = new RegistryRow { TeamId = row.Id, Host = host, Username = username, ProtectedPassword = secret };
                change.Db.Registries.Add(registry);
            }
            (registry.Username, registry.ProtectedPassword, registry.ChangedAt) = (username, secret, change.Now);
            return (new RegistryView(host, username, change.Now), created);
        }, cancellation);

    /// <inheritdoc/>
    public Task DeleteRegistryAsync(Actor actor, string team, string host, CancellationToken cancellation) =>
        store.ChangeAsync(actor, "team.registry.delete", $"{team}/{host}", async change =>
        {
            var row = await Access.FindTeamAsync(change.Db, actor, team, TeamRole.TeamAdmin, locks: true, cancellation);
            var named = RegistryOf(host);
            var registry = await change.Db.Registries.SingleOrDefaultAsync(r => r.TeamId == row.Id && r.Host == named, cancellation);
            change.Db.Registries.Remove(registry ?? throw RefusedException.NotFound($"registry {host} of team {team}"));
            return true;
        }, cancellation);

    private static void Check(string name, Quota quota)
    {
        var faults = new List<Fault>();
        if (!NameRules.IsDnsLabel(name))
        {
            faults.Add(new Fault("name", NameRules.CheckDnsLabel(name) ?? "must be a DNS label"));
        }
        if (quota.Cpus is < 0 || quota.MemoryBytes is < 0 || quota.Instances is < 0)
        {
            faults.Add(new Fault("quota", "may not be negative"));
        }
        if (faults.Count > 0)
        {
            throw new RefusedException(RefusalKind.Invalid, "The team is not valid.", faults);
        }
    }

    private static async Task<PortalUser?> FindUserAsync(PortalDb db, string user, CancellationToken cancellation)
    {
        var email = UserService.Normalise(user);
        return Guid.TryParse(user, out var id)
            ? await db.Users.SingleOrDefaultAsync(u => u.Id == id, cancellation)
            : await db.Users.SingleOrDefaultAsync(u => u.NormalizedEmail == email, cancellation);
    }

    private static IQueryable<TeamView> ViewsOf(PortalDb db, IQueryable<TeamRow> teams) => teams.Select(t => new TeamView(t.Id, t.Name, t.DisplayName,
        new Quota(t.QuotaCpus, t.QuotaMemoryBytes, t.QuotaInstances), db.Apps.Count(a => a.TeamId == t.Id && a.DeletedAt == null), db.Members.Count(m => m.TeamId == t.Id)));

    /// <summary>A registry's host as image references name it.</summary>
    private static string RegistryOf(string host) =>
        host.ToLowerInvariant() switch
        {
            "index.docker.io" or "registry-1.docker.io" => ImageReference.DefaultRegistry,
            var other => other,
        };
}
