using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;

namespace Portal.Core.State.Services;

/// <summary>Removes hosts. The rows of volumes stay: a slot whose data lies on a host that is gone waits for it, also once it is registered no more.</summary>
internal sealed class HostRemoval(ServiceStore store, HostTrial trial, IHostCleaner cleaner)
{
    private const int Named = 10;
    private static readonly TimeSpan Cleaning = TimeSpan.FromSeconds(20);

    public async Task<HostRow> RemoveAsync(StoreChange change, string name, bool force, CancellationToken cancellation)
    {
        Access.RequireAdministrator(change.Actor);
        var db = change.Db;
        var host = await HostService.FindAsync(db, name, cancellation);
        var instances = await db.Assignments.CountAsync(a => a.HostId == host.Id && a.EndedAt == null, cancellation);
        var volumes = await ReadVolumesAsync(db, host.Id, cancellation);
        if (!force && instances + volumes.Count > 0)
        {
            throw new RefusedException(RefusalKind.Conflict, WhyNot(name, instances, volumes));
        }
        db.Hosts.Remove(host);
        var lost = instances + volumes.Count > 0 ? $" by force, with {Carried(instances, volumes)} on it" : "";
        var data = volumes.Count > 0 ? $" The data stays on the engine: the replicas wait until it is registered again, except with onHostLoss: startEmpty." : "";
        HostService.Accept(change, host, "HostRemoved", $"{change.Actor.Name} removed host {name}{lost}.{data}", lost.Length > 0 ? Severity.Warning : Severity.Info);
        return host;
    }

    /// <summary>Clears the engine of a host that was removed, as far as it answers, and tells what came of it.</summary>
    public async Task CleanAsync(Actor actor, HostRow host)
    {
        CleanedHost cleaned;
        try
        {
            cleaned = await cleaner.CleanAsync(trial.EndpointOf(host), Cleaning);
        }
        catch (RefusedException refused)
        {
            cleaned = new CleanedHost(0, [], refused.Message);
        }
        if (cleaned is { Failure: null, Removed: 0 })
        {
            return;
        }
        await store.ChangeAsync(actor, "host.clean", host.Name, change =>
        {
            var gone = $"{Count(cleaned.Removed, "container")} of the removed host {host.Name} {(cleaned.Removed == 1 ? "was" : "were")} stopped and removed";
            change.Detail = cleaned.Failure is null ? $"{gone}; volumes stay."
                : $"{gone}, others may still run there{Names(cleaned.Left)}: {cleaned.Failure.TrimEnd('.')}. Registered again, the host is cleared of them.";
            change.Tell(cleaned.Failure is null ? "HostCleaned" : "HostNotCleaned", change.Detail, host, cleaned.Failure is null ? Severity.Info : Severity.Warning);
            change.Notice = new Notice { Hosts = [host.Id.Value] };
            return Task.FromResult(true);
        }, CancellationToken.None);
    }

    // As default/db.1 data: app, slot and volume.
    private static async Task<List<string>> ReadVolumesAsync(PortalDb db, HostId host, CancellationToken cancellation) =>
        (await (from volume in db.Volumes
                where volume.HostId == host && volume.RemoveAt == null
                join app in db.Apps on new { volume.TeamId, Name = volume.AppName } equals new { app.TeamId, app.Name }
                where app.DeletedAt == null
                join team in db.Teams on volume.TeamId equals team.Id
                orderby team.Name, app.Name, volume.Slot, volume.Name
                select new { Team = team.Name, App = app.Name, volume.Slot, volume.Name }).ToListAsync(cancellation))
        .ConvertAll(v => $"{v.Team}/{v.App}.{v.Slot} {v.Name}");

    private static string WhyNot(string name, int instances, List<string> volumes) =>
        $"Host {name} is not empty: it carries {Carried(instances, volumes)}. Drain it first. Removed with force=true, its containers are stopped and removed, and replicas without data there are replaced elsewhere."
        + (volumes.Count == 0 ? "" : " Volumes stay on the engine with their data; the replicas that need it wait until the engine is registered again, or start empty elsewhere where their volume says onHostLoss: startEmpty.");

    private static string Carried(int instances, List<string> volumes) =>
        $"{Count(instances, "instance")} and {Count(volumes.Count, "volume")}{Names(volumes)}";

    private static string Names(IReadOnlyCollection<string> names) => names.Count == 0 ? ""
        : $" ({string.Join(", ", names.Take(Named))}{(names.Count > Named ? $" and {names.Count - Named} more" : "")})";

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
