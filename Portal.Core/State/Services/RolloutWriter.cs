using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Model;

namespace Portal.Core.State.Services;

/// <summary>Writes what users want of rollouts. How far one has come is the controller's to say.</summary>
internal sealed class RolloutWriter(SpecWriter specs)
{
    /// <summary>Asks for an earlier revision, as it was sealed, and probed as it last was; null for the last one that succeeded before the present one.</summary>
    public Task<AppId> RollbackAsync(Actor actor, string team, string app, int? revision, ChangeOptions options, CancellationToken cancellation) =>
        specs.ChangeAsync(actor, "app.rollback", team, app, options, async (change, owner, row) =>
        {
            if (revision is null)
            {
                JobRules.Refuse(row, "rolled back without saying to which revision");
            }
            var last = await LastAsync(change, row, cancellation);
            var present = InForce(row, last);
            var number = revision ?? await LastGoodAsync(change, row, present, cancellation)
                ?? throw new RefusedException(RefusalKind.Unprocessable, $"No other revision of {row.Name} has been rolled out with success: there is nothing to go back to.");
            var target = await change.Db.Revisions.AsNoTracking().SingleOrDefaultAsync(r => r.AppId == row.Id && r.Number == number, cancellation)
                ?? throw new RefusedException(RefusalKind.Unprocessable, $"{row.Name} has no revision {number}.", new Fault("revision", "is not one of this app's revisions"));
            if (number == present && (last is null || last.EndedAt is not null))
            {
                throw new RefusedException(RefusalKind.Unprocessable, $"{row.Name} runs revision {number} already.", new Fault("revision", "is the present one"));
            }
            var spec = SpecCodec.FromCanonical(target.Spec);
            spec = target.Health is null ? spec : spec with { Health = HealthCodec.FromCanonical(target.Health) };
            SpecWriter.RefuseHostNetwork(actor, spec);
            row.Spec = SpecCodec.Canonical(spec);
            row.Revision = number;
            row.Replicas = spec.Kind != AppKind.Service ? 0 : Math.Max(row.Replicas, 0);
            await TeamQuota.CheckAsync(change.Db, owner, row, cancellation);
            SpecWriter.AskForRollout(change, row, options.Message);
            SpecWriter.Accept(change, owner, row, "AppRollbackAsked", $"{actor.Name} rolled {row.Name} back from revision {present} to {number}, with {spec.Image}", options.Message);
        }, cancellation);

    /// <summary>Lets the rollout hold.</summary>
    public Task<AppId> PauseAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        SteerAsync(actor, "pause", team, app, options, (row, rollout) =>
        {
            RequireForward(row, rollout, "paused");
            return row.RolloutPaused ? null : Set(() => row.RolloutPaused = true, "paused");
        }, cancellation);

    /// <summary>Lets it go on after <see cref="PauseAsync"/>.</summary>
    public Task<AppId> ResumeAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        SteerAsync(actor, "resume", team, app, options, (row, rollout) =>
            row.RolloutPaused ? Set(() => row.RolloutPaused = false, "resumed")
            : rollout is { StepReachedAt: not null } ? throw new RefusedException(RefusalKind.Unprocessable, $"The rollout of {row.Name} waits at a canary step: promote it.")
            : null, cancellation);

    /// <summary>Lets it go back to the revision before.</summary>
    public Task<AppId> CancelAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        SteerAsync(actor, "cancel", team, app, options, (row, rollout) =>
        {
            RequireForward(row, rollout, "cancelled");
            return row.RolloutCancelled ? null : Set(() => row.RolloutCancelled = true, "cancelled");
        }, cancellation);

    /// <summary>Ends its wait at a canary step.</summary>
    public Task<AppId> PromoteAsync(Actor actor, string team, string app, ChangeOptions options, CancellationToken cancellation) =>
        SteerAsync(actor, "promote", team, app, options, (row, rollout) => rollout is { StepReachedAt: not null, Status: RolloutStatus.Paused }
            ? Set(() => row.RolloutPromoted = rollout.Step + 1, "promoted")
            : throw new RefusedException(RefusalKind.Unprocessable, $"The rollout of {row.Name} does not wait at a canary step."), cancellation);

    private Task<AppId> SteerAsync(Actor actor, string verb, string team, string app, ChangeOptions options, Func<AppRow, RolloutRow?, string?> steer, CancellationToken cancellation) =>
        specs.ChangeAsync(actor, $"rollout.{verb}", team, app, options, async (change, owner, row) =>
        {
            JobRules.Refuse(row, "rolled out: a new revision applies from its next run on");
            var rollout = await LastAsync(change, row, cancellation);
            // What was asked for just now has no row yet, but is under way.
            if (rollout?.Generation == row.RolloutGeneration && rollout.EndedAt is not null)
            {
                throw new RefusedException(RefusalKind.Unprocessable, $"No rollout of {row.Name} is under way: the last one, to revision {rollout.ToRevision}, ended as {rollout.Status}.");
            }
            if (steer(row, rollout?.Generation == row.RolloutGeneration ? rollout : null) is not { } did)
            {
                change.Detail = "nothing changed";
                return;
            }
            SpecWriter.Accept(change, owner, row, "RolloutSteered", $"{actor.Name} {did} the rollout of {row.Name} to revision {row.Revision}", options.Message);
        }, cancellation);

    private static string Set(Action set, string did)
    {
        set();
        return did;
    }

    private static void RequireForward(AppRow row, RolloutRow? rollout, string what)
    {
        if (rollout?.Status == RolloutStatus.RollingBack)
        {
            throw new RefusedException(RefusalKind.Unprocessable, $"The rollout of {row.Name} goes back to revision {rollout.BaseRevision} already; it cannot be {what}.");
        }
    }

    private static Task<RolloutRow?> LastAsync(StoreChange change, AppRow row, CancellationToken cancellation) =>
        change.Db.Rollouts.AsNoTracking().Where(r => r.AppId == row.Id).OrderByDescending(r => r.Generation).FirstOrDefaultAsync(cancellation);

    private static int InForce(AppRow row, RolloutRow? last) =>
        last is { Status: RolloutStatus.RolledBack or RolloutStatus.Cancelled } && last.Generation == row.RolloutGeneration ? last.BaseRevision : row.Revision;

    private static Task<int?> LastGoodAsync(StoreChange change, AppRow row, int present, CancellationToken cancellation) =>
        change.Db.Rollouts.AsNoTracking().Where(r => r.AppId == row.Id && r.Status == RolloutStatus.Succeeded && r.ToRevision != present)
            .OrderByDescending(r => r.Generation).Select(r => (int?)r.ToRevision).FirstOrDefaultAsync(cancellation);
}
