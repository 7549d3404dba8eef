using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Live;
using Portal.Core.State.Model;

namespace Portal.Core.State.Services;

/// <summary>Keeps the names of services apart within a team, whether apps have them or they are registered. The team's row is to be locked.</summary>
internal static class ServiceNames
{
    /// <summary>Refuses an app whose services would have the name of one that is registered, or of another app's.</summary>
    /// <param name="db">The store.</param>
    /// <param name="team">The team.</param>
    /// <param name="app">The app's name.</param>
    /// <param name="spec">What it is to be.</param>
    /// <param name="present">What it is; null for a new one. Names of other apps that it already has are not held against it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task RefuseAsync(PortalDb db, TeamRow team, string app, AppSpec spec, AppSpec? present, CancellationToken cancellation)
    {
        var names = CatalogProjection.NamesOf(app, spec).ToList();
        if (names.Count > 0 && await db.Services.Where(s => s.TeamId == team.Id && names.Contains(s.Name)).Select(s => s.Name).FirstOrDefaultAsync(cancellation) is { } taken)
        {
            throw new RefusedException(RefusalKind.Conflict, $"Team {team.Name} has registered a service {taken} from outside, and the catalog would have two of that name; remove it first, or name the app or its port otherwise.");
        }
        var gained = names.Except(present is null ? [] : CatalogProjection.NamesOf(app, present)).ToList();
        if (gained.Count > 0 && await OwnerOfAsync(db, team, gained, app, byItsNameAlone: false, cancellation) is var (other, name))
        {
            throw new RefusedException(RefusalKind.Conflict, $"App {other} of team {team.Name} has a service {name} already, and the catalog would have two of that name; name this app or its port otherwise.");
        }
    }

    /// <summary>Refuses to register a service by the name of an app's.</summary>
    public static async Task RefuseAsync(PortalDb db, TeamRow team, string service, CancellationToken cancellation)
    {
        // A name is an app's also while that app has no port, for it may get one.
        if (await OwnerOfAsync(db, team, [service], null, byItsNameAlone: true, cancellation) is var (app, _))
        {
            throw new RefusedException(RefusalKind.Conflict, $"The name {service} is that of a service of app {app}; name this one otherwise.");
        }
    }

    private static async Task<(string App, string Service)?> OwnerOfAsync(PortalDb db, TeamRow team, IReadOnlyCollection<string> services, string? except, bool byItsNameAlone, CancellationToken cancellation)
    {
        var candidates = services.SelectMany(s => CatalogProjection.AppsThatMayHave(s)).Where(a => a != except).Distinct().ToList();
        var apps = await db.Apps.AsNoTracking().Where(a => a.TeamId == team.Id && a.DeletedAt == null && candidates.Contains(a.Name)).OrderBy(a => a.Name).Select(a => new { a.Name, a.Spec }).ToListAsync(cancellation);
        foreach (var app in apps)
        {
            var its = CatalogProjection.NamesOf(app.Name, SpecCodec.FromCanonical(app.Spec));
            if ((byItsNameAlone ? its.Prepend(app.Name) : its).Intersect(services).FirstOrDefault() is { } taken)
            {
                return (app.Name, taken);
            }
        }
        return null;
    }
}
