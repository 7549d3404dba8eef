using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Planning;
using Portal.Core.State.Model;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class AppService(ServiceStore store, ViewReader views, SpecWriter writer, AppPlanner planner, AppLogs logs) : IAppService
{
    public async Task<ImmutableArray<AppView>> ListAsync(Actor actor, AppQuery query, CancellationToken cancellation)
    {
        var ids = await store.ReadAsync(db => FindIdsAsync(db, actor, query, cancellation), cancellation);
        var apps = await store.GuardAsync(() => views.ReadAppsAsync(ids, cancellation));
        return [.. apps.Where(a => !a.Deleting && Matches(a, query)).OrderBy(a => a.Team, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal).Select(a => Shown(actor, a))];
    }

    public async Task<AppView> GetAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        var (_, row) = await FindAsync(actor, team, app, cancellation);
        return await ReadAsync(actor, row.Id, $"{team}/{app}", cancellation);
    }

    public async Task<PutResult> PutAsync(Actor actor, string team, string app, AppRequest request, ChangeOptions options, CancellationToken cancellation)
    {
        var (id, created) = await writer.PutAsync(actor, team, app, request, options, cancellation);
        return new PutResult(await ReadAsync(actor, id, $"{team}/{app}", cancellation), created);
    }

    public async Task<PlanView> PlanAsync(Actor actor, string team, string app, AppRequest request, CancellationToken cancellation)
    {
        var wanted = SpecCodec.Validate(request.Spec, request.Replicas).OrRefuse();
        var (owner, row) = await store.ReadAsync(async db =>
        {
            var found = await Access.FindTeamAsync(db, actor, team, TeamRole.Deployer, locks: false, cancellation);
            SpecWriter.RefuseHostNetwork(actor, wanted.Spec);
            var present = await Access.FindAppAsync(db, found, app, cancellation);
            // What the put would refuse has no plan.
            if (present is not null)
            {
                JobRules.RefuseOtherKind(SpecCodec.FromCanonical(present.Spec), wanted.Spec, app);
            }
            await TeamQuota.CheckAsync(db, found, AsPut(present, app, found, wanted), cancellation);
            return (found, present);
        }, cancellation);
        return await planner.PlanAsync(owner, row, app, wanted, cancellation);
    }

    public async Task<AppView> DeployAsync(Actor actor, string team, string app, string? image, ChangeOptions options, CancellationToken cancellation) =>
        await ReadAsync(actor, await writer.DeployAsync(actor, team, app, image, options, cancellation), $"{team}/{app}", cancellation);

    public async Task<AppView> ScaleAsync(Actor actor, string team, string app, int replicas, ChangeOptions options, CancellationToken cancellation) =>
        await ReadAsync(actor, await writer.ScaleAsync(actor, team, app, replicas, options, cancellation), $"{team}/{app}", cancellation);

    public async Task<AppView> RestartAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        await ReadAsync(actor, await writer.RestartAsync(actor, team, app, options, cancellation), $"{team}/{app}", cancellation);

    public async Task<AppView> StopAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        await ReadAsync(actor, await writer.SetStoppedAsync(actor, team, app, stopped: true, options, cancellation), $"{team}/{app}", cancellation);

    public async Task<AppView> StartAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        await ReadAsync(actor, await writer.SetStoppedAsync(actor, team, app, stopped: false, options, cancellation), $"{team}/{app}", cancellation);

    public Task DeleteAsync(Actor actor, string team, string app, bool volumes, ChangeOptions options, CancellationToken cancellation) =>
        writer.DeleteAsync(actor, team, app, volumes, options, cancellation);

    public Task<ImmutableArray<RevisionView>> ListRevisionsAsync(Actor actor, string team, string app, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var (owner, row) = await Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation);
        var rows = await db.Revisions.AsNoTracking().Where(r => r.AppId == row.Id).OrderByDescending(r => r.Number).ToListAsync(cancellation);
        var showsEnv = actor.Has(owner.Id, TeamRole.Deployer);
        return rows.Select(r => new RevisionView(r.Number, Shown(SpecCodec.FromCanonical(r.Spec), showsEnv), r.ImageDigest, r.CreatedAt, r.CreatedBy, r.Message)).ToImmutableArray();
    }, cancellation);

    public async Task<ImmutableArray<InstanceView>> ListInstancesAsync(Actor actor, string team, string app, bool ended, CancellationToken cancellation)
    {
        var (_, row) = await FindAsync(actor, team, app, cancellation);
        return [.. await store.GuardAsync(() => views.ReadInstancesAsync([row.Id.Value], ended, cancellation))];
    }

    public Task<PlacementView> GetPlacementAsync(Actor actor, string team, string app, InstanceId instance, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var (_, row) = await Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation);
        var placed = await db.Assignments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == instance && a.AppId == row.Id, cancellation)
            ?? throw RefusedException.NotFound($"instance {instance} of {team}/{app}");
        var host = placed.HostId is { } id ? await db.Hosts.Where(h => h.Id == id).Select(h => h.Name).SingleOrDefaultAsync(cancellation) ?? "a removed host" : null;
        var verdicts = placed.VerdictsId is { } number ? await db.Verdicts.AsNoTracking().SingleOrDefaultAsync(v => v.Id == number, cancellation) : null;
        return new PlacementView(instance, host, placed.PlacementReason ?? placed.PendingReason ?? placed.Cause,
            verdicts is null ? null : VerdictsDocument.Read(verdicts.Document), verdicts?.DecidedAt ?? placed.PlacedAt);
    }, cancellation);

    public Task<ImmutableArray<VolumeView>> ListVolumesAsync(Actor actor, string team, string app, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var (owner, row) = await Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation);
        var cluster = await db.Cluster.Select(c => c.Id).SingleAsync(cancellation);
        var volumes = await (from volume in db.Volumes.AsNoTracking()
                             where volume.TeamId == owner.Id && volume.AppName == row.Name && volume.RemoveAt == null
                             join host in db.Hosts.AsNoTracking() on volume.HostId equals host.Id into hosts
                             from host in hosts.DefaultIfEmpty()
                             orderby volume.Slot, volume.Name, volume.CreatedAt
                             select new { volume, Host = host == null ? "a removed host" : host.Name }).ToListAsync(cancellation);
        return volumes.Select(v => new VolumeView(v.volume.Slot, v.volume.Name, EngineNames.Volume(cluster, owner.Name, row.Name, v.volume.Slot, v.volume.Name),
            v.volume.HostId, v.Host, v.volume.CreatedAt, v.volume.LastUsedAt)).ToImmutableArray();
    }, cancellation);

    public async IAsyncEnumerable<InstanceLogLine> ReadLogsAsync(Actor actor, string team, string app, LogRequest request,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (_, row) = await FindAsync(actor, team, app, cancellation);
        await foreach (var line in logs.ReadAsync(row.Id, $"{team}/{app}", request, cancellation))
        {
            yield return line;
        }
    }

    private Task<(TeamRow Team, AppRow App)> FindAsync(Actor actor, string team, string app, CancellationToken cancellation) =>
        store.ReadAsync(db => Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation), cancellation);

    private async Task<AppView> ReadAsync(Actor actor, AppId id, string name, CancellationToken cancellation) =>
        await store.GuardAsync(() => views.ReadAppsAsync([id.Value], cancellation)) is [var app] ? Shown(actor, app) : throw RefusedException.NotFound($"app {name}");

    private static async Task<Guid[]> FindIdsAsync(PortalDb db, Actor actor, AppQuery query, CancellationToken cancellation)
    {
        var apps = db.Apps.Where(a => a.DeletedAt == null);
        if (!actor.IsAdministrator)
        {
            var teams = actor.Roles.Keys.ToList();
            apps = apps.Where(a => teams.Contains(a.TeamId));
        }
        if (query.Team is { } team)
        {
            apps = apps.Where(a => db.Teams.Any(t => t.Id == a.TeamId && t.Name == team));
        }
        if (query.Host is { } host)
        {
            apps = apps.Where(a => db.Assignments.Any(i => i.AppId == a.Id && i.EndedAt == null && db.Hosts.Any(h => h.Id == i.HostId && h.Name == host)));
        }
        return [.. (await apps.Select(a => a.Id).ToListAsync(cancellation)).Select(a => a.Value)];
    }

    private static AppRow AsPut(AppRow? row, string name, TeamRow team, AppRequest wanted) => new()
    {
        Id = row?.Id ?? default,
        TeamId = team.Id,
        Name = name,
        Spec = SpecCodec.Canonical(wanted.Spec),
        Replicas = SpecWriter.ReplicasOf(wanted, row, row is null ? null : SpecCodec.FromCanonical(row.Spec)),
        Stopped = row is { Stopped: true },
        ChangedBy = "",
    };

    private static bool Matches(AppView app, AppQuery query) =>
        (query.Status is null || app.Status == query.Status)
        && (query.Text is not { Length: > 0 } text || Contains(app.Name, text) || Contains(app.Team, text) || Contains(app.Spec.Image, text));

    private static bool Contains(string whole, string text) => whole.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static AppView Shown(Actor actor, AppView app) => actor.Has(app.TeamId, TeamRole.Deployer) ? app : app.WithoutEnv();

    private static AppSpec Shown(AppSpec spec, bool showsEnv) => showsEnv ? spec : spec.WithoutValues();
}
