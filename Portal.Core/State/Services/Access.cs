using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Model;

namespace Portal.Core.State.Services;

/// <summary>Who may do what. What an actor may not know of is not there; what they may know of but not do is forbidden.</summary>
internal static class Access
{
    /// <summary>The team, for an actor with at least that role in it.</summary>
    /// <param name="db">The store.</param>
    /// <param name="actor">Who.</param>
    /// <param name="name">The team's name.</param>
    /// <param name="atLeast">The least role.</param>
    /// <param name="locks">Whether other changes that lock the team wait until this transaction ends.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<TeamRow> FindTeamAsync(PortalDb db, Actor actor, string name, TeamRole atLeast, bool locks, CancellationToken cancellation)
    {
        var found = !NameRules.IsDnsLabel(name) ? []
            : await (locks ? db.Teams.FromSql($"SELECT * FROM teams WHERE name = {name} FOR NO KEY UPDATE") : db.Teams.Where(t => t.Name == name)).ToListAsync(cancellation);
        if (found is not [var team] || !actor.Has(team.Id, TeamRole.Viewer))
        {
            throw RefusedException.NotFound($"team {name}");
        }
        return actor.Has(team.Id, atLeast) ? team
            : throw new RefusedException(RefusalKind.Forbidden, $"This needs the role {atLeast} in team {name}; yours is {actor.Roles.GetValueOrDefault(team.Id)}.");
    }

    /// <summary>The app that is not deleted, for an actor with at least that role in its team.</summary>
    public static async Task<(TeamRow Team, AppRow App)> FindAppAsync(PortalDb db, Actor actor, string team, string app, TeamRole atLeast, bool locks, CancellationToken cancellation)
    {
        var owner = await FindTeamAsync(db, actor, team, TeamRole.Viewer, locks, cancellation);
        var row = await FindAppAsync(db, owner, app, cancellation) ?? throw RefusedException.NotFound($"app {team}/{app}");
        return actor.Has(owner.Id, atLeast) ? (owner, row)
            : throw new RefusedException(RefusalKind.Forbidden, $"This needs the role {atLeast} in team {team}; yours is {actor.Roles.GetValueOrDefault(owner.Id)}.");
    }

    /// <summary>The team's app of that name that is not deleted; null for none.</summary>
    public static async Task<AppRow?> FindAppAsync(PortalDb db, TeamRow team, string app, CancellationToken cancellation) =>
        NameRules.IsDnsLabel(app) ? await db.Apps.SingleOrDefaultAsync(a => a.TeamId == team.Id && a.Name == app && a.DeletedAt == null, cancellation) : null;

    /// <summary>Refuses everyone but administrators.</summary>
    public static void RequireAdministrator(Actor actor)
    {
        if (!actor.IsAdministrator)
        {
            throw new RefusedException(RefusalKind.Forbidden, "Only administrators may do this.");
        }
    }
}
