using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Scheduling;
using Portal.Core.State.Model;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class RebalanceService(ServiceStore store, ControlReader control) : IRebalanceService
{
    private const int MostMoves = 1000;

    public async Task<RebalancePlanView> PlanAsync(Actor actor, CancellationToken cancellation)
    {
        Access.RequireAdministrator(actor);
        var cluster = await store.GuardAsync(() => PaperCluster.ReadAsync(control, cancellation));
        var instances = cluster.Apps.SelectMany(a => RebalanceInstances.Of(a.Input, cluster.Hosts)).ToList();
        var moves = Rebalancer.Plan(cluster.Session.ToSnapshot(), instances).Select(m => Planned(cluster, m)).ToImmutableArray();
        return new RebalancePlanView(moves.IsEmpty ? "No move would spread instances better." : $"{moves.Length} of {instances.Count} instances would move.", moves);
    }

    public async Task<RebalanceView> GetAsync(Actor actor, CancellationToken cancellation)
    {
        Access.RequireAdministrator(actor);
        return await store.ReadAsync(db => ReadAsync(db, cancellation), cancellation);
    }

    public Task<RebalanceView> StartAsync(Actor actor, CancellationToken cancellation) => ChangeAsync(actor, "rebalance.start", async change =>
    {
        if (await Active(change.Db).AnyAsync(cancellation))
        {
            throw new RefusedException(RefusalKind.Conflict, "A rebalance is under way already.");
        }
        Ask(change, null);
        Tell(change, "RebalanceAsked", $"{change.Actor.Name} asked for a rebalance.");
    }, cancellation);

    public Task<RebalanceView> StopAsync(Actor actor, CancellationToken cancellation) => ChangeAsync(actor, "rebalance.stop", async change =>
    {
        var active = await Active(change.Db).Where(r => r.StoppedAt == null).ToListAsync(cancellation);
        foreach (var row in active)
        {
            (row.StoppedAt, row.StoppedBy) = (change.Now, change.Actor.Name);
        }
        if (active.Count > 0)
        {
            Tell(change, "RebalanceStopped", $"{change.Actor.Name} stopped the rebalance: what has begun finishes, nothing further moves.");
        }
    }, cancellation);

    public Task<RebalanceView> SetOnJoinAsync(Actor actor, bool onJoin, CancellationToken cancellation) => ChangeAsync(actor, "rebalance.set", async change =>
    {
        var cluster = await change.Db.Cluster.SingleAsync(cancellation);
        cluster.RebalanceOnJoin = onJoin;
        change.Detail = onJoin ? "rebalances after a host joined" : "does not rebalance after a host joined";
    }, cancellation);

    /// <summary>Asks for a rebalance, once a host that joins is there.</summary>
    internal static void Ask(StoreChange change, HostRow? joined) => change.Db.Rebalances.Add(new RebalanceRow
    {
        Id = Guid.CreateVersion7(change.Now),
        AskedAt = change.Now,
        AskedBy = change.Actor.Name,
        HostId = joined?.Id,
    });

    private async Task<RebalanceView> ChangeAsync(Actor actor, string action, Func<StoreChange, Task> change, CancellationToken cancellation) =>
        await store.ChangeAsync(actor, action, "cluster", async state =>
        {
            Access.RequireAdministrator(actor);
            await change(state);
            await state.Db.SaveChangesAsync(cancellation);
            // The controller reads rebalances with the hosts.
            state.Notice = new Notice { Hosts = [Guid.Empty] };
            return await ReadAsync(state.Db, cancellation);
        }, cancellation);

    private static void Tell(StoreChange change, string kind, string sentence)
    {
        change.Db.Events.Add(new EventRow { At = change.Now, Kind = kind, Message = sentence, TraceId = change.TraceId });
        change.Detail = sentence;
    }

    private static IQueryable<RebalanceRow> Active(PortalDb db) => db.Rebalances.Where(r => !db.RebalanceProgress.Any(p => p.RebalanceId == r.Id && p.EndedAt != null));

    private static async Task<RebalanceView> ReadAsync(PortalDb db, CancellationToken cancellation)
    {
        var onJoin = await db.Cluster.Select(c => c.RebalanceOnJoin).SingleAsync(cancellation);
        var last = await Active(db).OrderBy(r => r.AskedAt).FirstOrDefaultAsync(cancellation) ?? await db.Rebalances.OrderByDescending(r => r.AskedAt).FirstOrDefaultAsync(cancellation);
        if (last is null)
        {
            return new RebalanceView { OnJoin = onJoin };
        }
        var progress = await db.RebalanceProgress.AsNoTracking().SingleOrDefaultAsync(p => p.RebalanceId == last.Id, cancellation);
        var names = await db.Hosts.ToDictionaryAsync(h => h.Id, h => h.Name, cancellation);
        var moves = await (from move in db.RebalanceMoves.AsNoTracking()
                           where move.RebalanceId == last.Id
                           join app in db.Apps.AsNoTracking() on move.AppId equals app.Id
                           join team in db.Teams.AsNoTracking() on app.TeamId equals team.Id
                           orderby move.DecidedAt
                           select new { Move = move, App = app.Name, Team = team.Name }).Take(MostMoves).ToListAsync(cancellation);
        string Name(HostId host) => names.GetValueOrDefault(host, "a removed host");
        var status = progress?.EndedAt is not null || last.StoppedAt is not null ? last.StoppedAt is null ? RebalanceStatus.Done : RebalanceStatus.Stopped
            : last.HostId is not null && progress is null ? RebalanceStatus.Waiting : RebalanceStatus.Running;
        return new RebalanceView
        {
            Status = status,
            Reason = progress?.Reason ?? (status == RebalanceStatus.Waiting ? $"waits until host {Name(last.HostId!.Value)} is there" : ""),
            AskedAt = last.AskedAt,
            AskedBy = last.AskedBy,
            Host = last.HostId is { } joined ? Name(joined) : null,
            EndedAt = progress?.EndedAt,
            Remaining = progress?.Remaining ?? 0,
            Moves = [.. moves.Select(m => new RebalanceMoveView(m.Team, m.App, m.Move.Slot, Name(m.Move.FromHostId), Name(m.Move.ToHostId), m.Move.Reason, m.Move.DecidedAt, m.Move.EndedAt, m.Move.Outcome))],
            OnJoin = onJoin,
        };
    }

    private static PlannedMove Planned(PaperCluster cluster, RebalanceMove move)
    {
        var app = cluster.Find(move.Instance.App)!;
        var (from, to) = (cluster.HostName(move.Instance.Host), cluster.HostName(move.To));
        return new PlannedMove(app.Team, app.Name, move.Instance.Slot, from, to, MoveOutcome.Moves, $"{app.Team}/{app.Name} replica {move.Instance.Slot} moves from {from} to {to}: {move.Why}.");
    }
}
