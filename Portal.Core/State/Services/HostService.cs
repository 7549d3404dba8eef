using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class HostService(ServiceStore store, ViewReader views, ControlReader control, HostTrial trial, HostRemoval removal, ISecretProtector secrets) : IHostService
{
    private static readonly TimeSpan FirstGrace = TimeSpan.FromSeconds(15);

    public async Task<ImmutableArray<HostView>> ListAsync(Actor actor, CancellationToken cancellation) =>
        [.. (await store.GuardAsync(() => views.ReadHostsAsync(null, cancellation))).OrderBy(h => h.Name, StringComparer.Ordinal).Select(h => Shown(actor, h))];

    public async Task<HostView> GetAsync(Actor actor, string name, CancellationToken cancellation)
    {
        var host = await store.ReadAsync(db => FindAsync(db, name, cancellation), cancellation);
        return await ReadAsync(actor, host.Id, name, cancellation);
    }

    public async Task<(HostView Host, bool Created)> PutAsync(Actor actor, string name, HostRequest request, CancellationToken cancellation)
    {
        HostId id;
        TriedHost tried;
        EngineInfo info;
        try
        {
            Access.RequireAdministrator(actor);
            var known = await store.ReadAsync(db => db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Name == name, cancellation), cancellation);
            id = known?.Id ?? new HostId(Guid.CreateVersion7(store.Now));
            tried = trial.Check(name, request, known);
            await store.ReadAsync(db => RefuseTakenAsync(db, id, tried.Endpoint, cancellation), cancellation);
            if (known is null)
            {
                // An engine that was a host becomes the same one again: the volumes there are known by its id.
                id = await trial.FindFormerAsync(tried, cancellation) ?? id;
            }
            info = await trial.TryAsync(tried, id, cancellation);
        }
        catch (RefusedException refused)
        {
            await store.RecordRefusalAsync(actor, "host.put", name, refused);
            throw;
        }
        var (stored, created) = await store.ChangeAsync(actor, "host.put", name, change => StoreAsync(change, id, name, request, tried, cancellation), cancellation);
        return (AsTried(await ReadAsync(actor, stored, name, cancellation), info), created);
    }

    /// <summary>Until its worker has written what it saw, what the trial saw is what is known.</summary>
    private HostView AsTried(HostView host, EngineInfo info) => host.Reachability != Reachability.Unknown ? host : host with
    {
        Reachability = Reachability.Reachable,
        State = host.State == "Unknown" ? "Ready" : host.State,
        Reason = "",
        LastSeenAt = store.Now,
        EngineVersion = info.Version,
        Os = info.Os,
        OsName = info.OsName,
        Architecture = info.Architecture,
        Capacity = new Resources(info.Cpus, info.MemoryBytes),
    };

    public async Task<EngineInfo> TryAsync(Actor actor, HostRequest request, CancellationToken cancellation)
    {
        Access.RequireAdministrator(actor);
        return await trial.TryAsync(trial.Check(null, request, known: null), claimFor: null, cancellation);
    }

    public async Task<HostView> SetAvailabilityAsync(Actor actor, string name, Availability availability, CancellationToken cancellation)
    {
        var (action, kind, done) = availability switch
        {
            Availability.Active => ("host.activate", "HostActivated", "activated"),
            Availability.Cordoned => ("host.cordon", "HostCordoned", "cordoned"),
            _ => ("host.drain", "HostDraining", "began to drain"),
        };
        var id = await store.ChangeAsync(actor, action, name, async change =>
        {
            Access.RequireAdministrator(actor);
            var host = await FindAsync(change.Db, name, cancellation);
            if (host.Availability == availability && host.RebootAskedAt is null)
            {
                change.Detail = $"it is {availability} already";
                return host.Id;
            }
            (host.Availability, host.AvailabilityAt) = (availability, change.Now);
            (host.RebootAskedAt, host.RebootWait, host.RebootRun) = (null, null, null);
            Accept(change, host, kind, $"{actor.Name} {done} host {name}.");
            return host.Id;
        }, cancellation);
        return await ReadAsync(actor, id, name, cancellation);
    }

    public async Task<HostView> RebootAsync(Actor actor, string name, TimeSpan wait, CancellationToken cancellation)
    {
        var id = await store.ChangeAsync(actor, "host.reboot", name, async change =>
        {
            Access.RequireAdministrator(actor);
            HostRules.CheckWait(wait);
            var host = await FindAsync(change.Db, name, cancellation);
            (host.Availability, host.AvailabilityAt) = (Availability.Active, change.Now);
            (host.RebootAskedAt, host.RebootWait) = (change.Now, wait);
            host.RebootRun = await change.Db.HostStatus.Where(s => s.HostId == host.Id).Select(s => s.EngineRun).SingleOrDefaultAsync(cancellation);
            Accept(change, host, "HostRebootPlanned", $"{actor.Name} announced a reboot of host {name}: once it is gone, its instances wait {DurationText.Format(wait)} for it.");
            return host.Id;
        }, cancellation);
        return await ReadAsync(actor, id, name, cancellation);
    }

    public async Task<LeavingPlan> PlanAsync(Actor actor, string name, LeavingKind kind, CancellationToken cancellation)
    {
        Access.RequireAdministrator(actor);
        var host = await store.ReadAsync(db => FindAsync(db, name, cancellation), cancellation);
        var cluster = await store.GuardAsync(() => PaperCluster.ReadAsync(control, cancellation));
        return cluster.Hosts.ContainsKey(host.Id) ? LeavingSentences.Of(cluster.With(host.Id, kind, store.Now), host.Id, kind, store.Now) : throw RefusedException.NotFound($"host {name}");
    }

    public async Task DeleteAsync(Actor actor, string name, bool force, CancellationToken cancellation)
    {
        var removed = await store.ChangeAsync(actor, "host.delete", name, change => removal.RemoveAsync(change, name, force, cancellation), cancellation);
        if (force)
        {
            // What the store no longer knows goes from the engine whether or not anybody still waits for the answer.
            await removal.CleanAsync(actor, removed);
        }
    }

    private async Task<(HostId Id, bool Created)> StoreAsync(StoreChange change, HostId id, string name, HostRequest request, TriedHost tried, CancellationToken cancellation)
    {
        var db = change.Db;
        await RefuseTakenAsync(db, id, tried.Endpoint, cancellation);
        var host = await db.Hosts.SingleOrDefaultAsync(h => h.Name == name, cancellation);
        if (host is not null && host.Id != id)
        {
            throw new RefusedException(RefusalKind.Conflict, $"Host {name} was registered by someone else at the same time.");
        }
        var created = host is null;
        if (host is null)
        {
            if (await db.Hosts.Where(h => h.Id == id).Select(h => h.Name).SingleOrDefaultAsync(cancellation) is { } other)
            {
                throw new RefusedException(RefusalKind.Conflict, $"This engine was registered as host {other} at the same time.");
            }
            host = new HostRow { Id = id, Name = name, Endpoint = tried.Endpoint, Address = tried.Address, Grace = FirstGrace, CreatedAt = change.Now };
            db.Hosts.Add(host);
            if (request.Rebalance ?? await db.Cluster.Select(c => c.RebalanceOnJoin).SingleAsync(cancellation))
            {
                RebalanceService.Ask(change, host);
            }
        }
        host.Endpoint = tried.Endpoint;
        host.Address = tried.Address;
        host.Labels = request.Labels is { } labels ? JsonText.WriteLabels(labels) : host.Labels;
        host.Grace = request.Grace ?? host.Grace;
        host.ProtectedTls = tried.Tls is { } tls ? secrets.Protect(JsonSerializer.Serialize(tls)) : null;
        host.CertificateExpiresAt = tried.CertificateExpiresAt;
        Accept(change, host, created ? "HostRegistered" : "HostChanged", $"{change.Actor.Name} {(created ? "registered" : "changed")} host {name} at {tried.Endpoint}.");
        return (id, created);
    }

    internal static void Accept(StoreChange change, HostRow host, string kind, string sentence, Severity severity = Severity.Info)
    {
        host.ChangedAt = change.Now;
        change.Tell(kind, sentence, host, severity);
        change.Detail = sentence;
        change.Notice = new Notice { Hosts = [host.Id.Value] };
    }

    private static async Task<bool> RefuseTakenAsync(PortalDb db, HostId id, string endpoint, CancellationToken cancellation)
    {
        var other = await db.Hosts.Where(h => h.Endpoint == endpoint && h.Id != id).Select(h => h.Name).FirstOrDefaultAsync(cancellation);
        return other is null ? false
            : throw new RefusedException(RefusalKind.Conflict, $"This engine is registered already, as host {other}.", new Fault("endpoint", $"is that of host {other}"));
    }

    internal static async Task<HostRow> FindAsync(PortalDb db, string name, CancellationToken cancellation) =>
        (NameRules.IsDnsLabel(name) ? await db.Hosts.SingleOrDefaultAsync(h => h.Name == name, cancellation) : null) ?? throw RefusedException.NotFound($"host {name}");

    private async Task<HostView> ReadAsync(Actor actor, HostId id, string name, CancellationToken cancellation) =>
        await store.GuardAsync(() => views.ReadHostsAsync([id.Value], cancellation)) is [var host] ? Shown(actor, host) : throw RefusedException.NotFound($"host {name}");

    private static HostView Shown(Actor actor, HostView host) => actor.IsAdministrator ? host : host with { Foreign = [] };
}
