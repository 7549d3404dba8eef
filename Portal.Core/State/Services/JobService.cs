using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Jobs;
using Portal.Core.State.Model;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class JobService(ServiceStore store, ViewReader views, IAppService apps, SpecWriter specs) : IJobService
{
    public async Task<ImmutableArray<RunState>> ListRunsAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        var row = await FindAsync(actor, team, app, cancellation);
        return [.. await store.GuardAsync(() => views.ReadRunsAsync(row.Id, cancellation))];
    }

    public async Task<RunDetails> GetRunAsync(Actor actor, string team, string app, int run, CancellationToken cancellation)
    {
        var row = await FindAsync(actor, team, app, cancellation);
        var state = (await store.GuardAsync(() => views.ReadRunsAsync(row.Id, cancellation))).Find(r => r.Number == run) ?? throw RefusedException.NotFound($"run {run} of {team}/{app}");
        var instances = await store.GuardAsync(() => views.ReadRunInstancesAsync(row.Id, run, cancellation));
        return new RunDetails(state, [.. instances.GroupBy(i => i.Slot).SelectMany(slot => slot.OrderBy(i => i.Epoch).Select((i, index) => new RunInstance(index + 1, i)))]);
    }

    public async Task<(AppView App, int Run)> RunAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation)
    {
        var number = 0;
        await specs.ChangeAsync(actor, "run.start", team, app, options, async (change, owner, row) =>
        {
            var job = RequireJob(row);
            if (row.Stopped)
            {
                throw new RefusedException(RefusalKind.Unprocessable, $"{row.Name} is stopped: start it first.");
            }
            await LockAsync(change.Db, row, cancellation);
            await RefuseOverlapAsync(change.Db, row, job, cancellation);
            number = 1 + await change.Db.Runs.Where(r => r.AppId == row.Id).Select(r => r.Number)
                .Concat(change.Db.RunWishes.Where(w => w.AppId == row.Id).Select(w => w.Number)).MaxAsync(n => (int?)n, cancellation) ?? 1;
            change.Db.RunWishes.Add(new RunWishRow { AppId = row.Id, Number = number, IsAsked = true, By = actor.Name, Message = Trimmed(options.Message), At = change.Now });
            SpecWriter.Accept(change, owner, row, "RunAsked", $"{actor.Name} asked for run {number} of {row.Name}", options.Message);
        }, cancellation);
        return (await apps.GetAsync(actor, team, app, cancellation), number);
    }

    public async Task<AppView> CancelRunAsync(Actor actor, string team, string app, int run, ChangeOptions options, CancellationToken cancellation)
    {
        await specs.ChangeAsync(actor, "run.cancel", team, app, options, async (change, owner, row) =>
        {
            RequireJob(row);
            await LockAsync(change.Db, row, cancellation);
            var state = await change.Db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.AppId == row.Id && r.Number == run, cancellation);
            var wish = await change.Db.RunWishes.SingleOrDefaultAsync(w => w.AppId == row.Id && w.Number == run, cancellation);
            if (state is null && wish is not { IsAsked: true })
            {
                throw RefusedException.NotFound($"run {run} of {team}/{app}");
            }
            if (state is { EndedAt: not null })
            {
                throw new RefusedException(RefusalKind.Unprocessable, $"Run {run} of {row.Name} is over: it ended as {state.Status}.");
            }
            if (wish?.CancelledBy is { } by)
            {
                change.Detail = $"{by} has cancelled it already";
                return;
            }
            if (wish is null)
            {
                change.Db.RunWishes.Add(wish = new RunWishRow { AppId = row.Id, Number = run, At = change.Now });
            }
            wish.CancelledBy = actor.Name;
            SpecWriter.Accept(change, owner, row, "RunCancelAsked", $"{actor.Name} cancelled run {run} of {row.Name}", options.Message);
        }, cancellation);
        return await apps.GetAsync(actor, team, app, cancellation);
    }

    private async Task<AppRow> FindAsync(Actor actor, string team, string app, CancellationToken cancellation)
    {
        var (_, row) = await store.ReadAsync(db => Access.FindAppAsync(db, actor, team, app, TeamRole.Viewer, locks: false, cancellation), cancellation);
        RequireJob(row);
        return row;
    }

    private static JobSpec RequireJob(AppRow row) => SpecCodec.FromCanonical(row.Spec).Job
        ?? throw new RefusedException(RefusalKind.Unprocessable, $"{row.Name} is no job: it has no runs.");

    /// <summary>The controller gives numbers to runs, too: it waits until this change is in, and then sees it.</summary>
    private static Task LockAsync(PortalDb db, AppRow row, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"SELECT 1 FROM apps WHERE id = {row.Id.Value} FOR NO KEY UPDATE", cancellation);

    private static async Task RefuseOverlapAsync(PortalDb db, AppRow row, JobSpec job, CancellationToken cancellation)
    {
        if (job.Overlap != RunOverlap.Skip)
        {
            return;
        }
        var underWay = await db.Runs.Where(r => r.AppId == row.Id && r.EndedAt == null).Select(r => (int?)r.Number)
            .Concat(db.RunWishes.Where(w => w.AppId == row.Id && w.IsAsked && !db.Runs.Any(r => r.AppId == row.Id && r.Number == w.Number)).Select(w => (int?)w.Number))
            .MaxAsync(cancellation);
        if (underWay is { } other)
        {
            throw new RefusedException(RefusalKind.Unprocessable, $"Run {other} of {row.Name} is under way, and its runs do not overlap (job.overlap is skip).");
        }
    }

    private static string? Trimmed(string? message) => string.IsNullOrWhiteSpace(message) ? null : message.Trim();
}
