using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Live;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <summary>Registers services from outside. The team's row is locked, so that no app takes a name meanwhile.</summary>
internal sealed class ExternalServices(ServiceStore store, ViewReader reader) : IExternalServices
{
    private static readonly Notice Changed = new() { Services = true };

    /// <inheritdoc/>
    public async Task<ServiceView> GetAsync(Actor actor, string team, string name, CancellationToken cancellation)
    {
        var id = await store.ReadAsync(async db =>
        {
            var owner = await Access.FindTeamAsync(db, actor, team, TeamRole.Viewer, locks: false, cancellation);
            return (await FindAsync(db, owner, name, cancellation)).Id;
        }, cancellation);
        return await ReadAsync(id, team, name, cancellation);
    }

    /// <inheritdoc/>
    public async Task<(ServiceView Service, bool Created)> PutAsync(Actor actor, string team, string name, ServiceRequest request, CancellationToken cancellation)
    {
        var (id, created) = await store.ChangeAsync(actor, "service.put", $"{team}/{name}", async change =>
        {
            var owner = await Access.FindTeamAsync(change.Db, actor, team, TeamRole.Deployer, locks: true, cancellation);
            ServiceRules.Check(actor, name, request);
            await ServiceNames.RefuseAsync(change.Db, owner, name, cancellation);
            var row = await change.Db.Services.SingleOrDefaultAsync(s => s.TeamId == owner.Id && s.Name == name, cancellation);
            return await WriteAsync(change, owner, row, name, request);
        }, cancellation);
        return (await ReadAsync(id, team, name, cancellation), created);
    }

    /// <inheritdoc/>
    public async Task<ServiceView> BeatAsync(Actor actor, string team, string name, CancellationToken cancellation)
    {
        // A heartbeat is no change of intent: the audit does not count them.
        var id = await store.ReadAsync(async db =>
        {
            var owner = await Access.FindTeamAsync(db, actor, team, TeamRole.Deployer, locks: false, cancellation);
            var row = await FindAsync(db, owner, name, cancellation);
            if (row.Ttl is null)
            {
                throw new RefusedException(RefusalKind.Unprocessable, $"Service {name} is probed by Portal and needs no heartbeat.");
            }
            var now = store.Now;
            var kept = await db.Services.Where(s => s.Id == row.Id && s.Ttl != null)
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.HeartbeatAt, now).SetProperty(r => r.HeartbeatBy, actor.Name), cancellation);
            return kept > 0 ? (row.Id, WasAlive: row.HeartbeatAt + row.Ttl > now) : throw NotRegistered(name);
        }, cancellation);
        if (!id.WasAlive)
        {
            store.Announce(Changed);
        }
        return await ReadAsync(id.Id, team, name, cancellation);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(Actor actor, string team, string name, CancellationToken cancellation) => store.ChangeAsync(actor, "service.delete", $"{team}/{name}", async change =>
    {
        var owner = await Access.FindTeamAsync(change.Db, actor, team, TeamRole.Deployer, locks: true, cancellation);
        var row = await FindAsync(change.Db, owner, name, cancellation);
        change.Db.Services.Remove(row);
        Tell(change, owner, "ServiceRemoved", $"{actor.Name} took service {name} out of the catalog");
        return true;
    }, cancellation);

    private static async Task<(Guid Id, bool Created)> WriteAsync(StoreChange change, TeamRow team, ServiceRow? row, string name, ServiceRequest request)
    {
        var endpoints = ServiceRules.Write(request.Endpoints);
        var created = row is null;
        if (row is null)
        {
            row = new ServiceRow { Id = Guid.CreateVersion7(change.Now), TeamId = team.Id, Name = name, Protocol = request.Protocol, Endpoints = endpoints, CreatedAt = change.Now };
            change.Db.Services.Add(row);
        }
        var probe = request.Probe is { } policy ? HealthCodec.Canonical(policy) : null;
        var grace = request.Grace ?? ServiceRules.DefaultGrace;
        var same = !created && row.Protocol == request.Protocol && ServiceRules.Read(row.Endpoints).SequenceEqual(request.Endpoints) && row.Ttl == request.Ttl && row.Grace == grace
            && (row.Probe is null ? null : HealthCodec.Canonical(HealthCodec.FromCanonical(row.Probe))) == probe && row.AllowsInside == request.AllowInside;
        (row.HeartbeatAt, row.HeartbeatBy) = (change.Now, change.Actor.Name);
        change.Notice = Changed;
        if (same)
        {
            // Who registers at each start says the same again: that is a heartbeat, and no event.
            change.Detail = "nothing changed";
            return (row.Id, false);
        }
        (row.Protocol, row.Endpoints, row.Ttl, row.Grace, row.Probe, row.AllowsInside) = (request.Protocol, endpoints, request.Ttl, grace, probe, request.AllowInside);
        (row.Generation, row.ChangedAt, row.ChangedBy) = (row.Generation + 1, change.Now, change.Actor.Name);
        Tell(change, team, created ? "ServiceRegistered" : "ServiceChanged",
            $"{change.Actor.Name} {(created ? "registered" : "changed")} service {name}: {ServiceRules.Describe(request)}");
        await Task.CompletedTask;
        return (row.Id, created);
    }

    private static void Tell(StoreChange change, TeamRow team, string kind, string sentence)
    {
        change.Db.Events.Add(new EventRow { At = change.Now, Kind = kind, Message = $"{sentence}.", TeamId = team.Id, TraceId = change.TraceId });
        change.Detail = $"{sentence}.";
        change.Notice = Changed;
    }

    private static async Task<ServiceRow> FindAsync(PortalDb db, TeamRow team, string name, CancellationToken cancellation) =>
        await db.Services.SingleOrDefaultAsync(s => s.TeamId == team.Id && s.Name == name, cancellation) ?? throw NotRegistered(name);

    private async Task<ServiceView> ReadAsync(Guid id, string team, string name, CancellationToken cancellation) =>
        await store.GuardAsync(() => reader.ReadServicesAsync(id, cancellation)) is [var view] ? view : throw RefusedException.NotFound($"service {team}/{name}");

    private static RefusedException NotRegistered(string name) => RefusedException.NotFound($"registered service {name}");
}
