using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.State.Model;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class RolloutService(ServiceStore store, IAppService apps, RolloutWriter writer) : IRolloutService
{
    private const int Most = 1000;

    public Task<ImmutableArray<RolloutView>> ListAsync(Actor actor, string team, string app, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var (_, row) = await Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation);
        var rows = await db.Rollouts.AsNoTracking().Where(r => r.AppId == row.Id).OrderByDescending(r => r.Generation).Take(Most).ToListAsync(cancellation);
        return rows.Select(r => new RolloutView(StateOf(r), team, app)).ToImmutableArray();
    }, cancellation);

    public Task<ImmutableArray<RolloutView>> ListAllAsync(Actor actor, RolloutQuery query, CancellationToken cancellation) => store.ReadAsync(async db =>
    {
        var found = from rollout in db.Rollouts.AsNoTracking()
                    join app in db.Apps.AsNoTracking() on rollout.AppId equals app.Id
                    join team in db.Teams.AsNoTracking() on app.TeamId equals team.Id
                    where app.DeletedAt == null && (query.Team == null || team.Name == query.Team) && (query.App == null || app.Name == query.App)
                        && (query.Status == null || rollout.Status == query.Status)
                    select new { rollout, app.TeamId, Team = team.Name, App = app.Name };
        if (!actor.IsAdministrator)
        {
            var teams = await db.Teams.AsNoTracking().Select(t => t.Id).ToListAsync(cancellation);
            var visible = teams.Where(t => actor.Has(t, TeamRole.Viewer)).ToList();
            found = found.Where(f => visible.Contains(f.TeamId));
        }
        var rows = await found.OrderByDescending(f => f.rollout.StartedAt).Take(Most).ToListAsync(cancellation);
        return rows.Select(r => new RolloutView(StateOf(r.rollout), r.Team, r.App)).ToImmutableArray();
    }, cancellation);

    public Task<AppView> RollbackAsync(Actor actor, string team, string app, int? revision, ChangeOptions options, CancellationToken cancellation) =>
        AfterAsync(writer.RollbackAsync(actor, team, app, revision, options, cancellation), actor, team, app, cancellation);

    public Task<AppView> PauseAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        AfterAsync(writer.PauseAsync(actor, team, app, options, cancellation), actor, team, app, cancellation);

    public Task<AppView> ResumeAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        AfterAsync(writer.ResumeAsync(actor, team, app, options, cancellation), actor, team, app, cancellation);

    public Task<AppView> CancelAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        AfterAsync(writer.CancelAsync(actor, team, app, options, cancellation), actor, team, app, cancellation);

    public Task<AppView> PromoteAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        AfterAsync(writer.PromoteAsync(actor, team, app, options, cancellation), actor, team, app, cancellation);

    private async Task<AppView> AfterAsync(Task<AppId> change, Actor actor, string team, string app, CancellationToken cancellation)
    {
        await change;
        return await apps.GetAsync(actor, team, app, cancellation);
    }

    private static RolloutState StateOf(RolloutRow row) => new()
    {
        Generation = row.Generation,
        From = row.FromRevision,
        To = row.ToRevision,
        Base = row.BaseRevision,
        Slots = RolloutReading.ReadSlots(row.Slots),
        Status = row.Status,
        Reason = row.Reason,
        Outcome = row.Outcome,
        Step = row.Step,
        StepReachedAt = row.StepReachedAt,
        Available = row.Available,
        By = row.By,
        Message = row.Message,
        StartedAt = row.StartedAt,
        ProgressAt = row.ProgressAt,
        PreparedAt = row.PreparedAt,
        EndedAt = row.EndedAt,
    };
}
