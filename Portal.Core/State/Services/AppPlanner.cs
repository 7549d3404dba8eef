using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.State.Model;
using Portal.Core.State.Readers;

namespace Portal.Core.State.Services;

/// <summary>Says what a change of an app would do, by letting the reconciler and the scheduler do it on paper.</summary>
internal sealed class AppPlanner(ControlReader reader, StorePulse pulse, TimeProvider time)
{
    /// <summary>The plan of a put.</summary>
    /// <param name="team">The team.</param>
    /// <param name="row">The app as it is; null for a new one.</param>
    /// <param name="name">Its name.</param>
    /// <param name="wanted">What the put would ask.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<PlanView> PlanAsync(TeamRow team, AppRow? row, string name, AppRequest wanted, CancellationToken cancellation)
    {
        var present = row is null ? null : SpecCodec.FromCanonical(row.Spec);
        var replicas = SpecWriter.ReplicasOf(wanted, row, present);
        var changes = SpecDiff.Between(present, wanted.Spec);
        if (row is not null && replicas != row.Replicas && wanted.Spec.Kind == AppKind.Service)
        {
            changes = changes.Add(new FieldChange("replicas", row.Replicas.ToString(), replicas.ToString(), ChangeEffect.NoRestart));
        }
        var cluster = await pulse.GuardAsync(() => PaperCluster.ReadAsync(reader, cancellation));
        var app = cluster.Find(row?.Id) ?? new PaperApp(NewInput(time.GetUtcNow(), wanted.Spec), team.Name, name);
        var makesRevision = present is null || SpecHash.OfContainer(present) != SpecHash.OfContainer(wanted.Spec);
        var (generation, revision) = (app.Input.Generation + 1, app.Input.Revision + (makesRevision ? 1 : 0));
        var input = app.Input with
        {
            Spec = wanted.Spec,
            Replicas = replicas,
            Generation = generation,
            Revision = revision,
            // On paper nobody waits at canary steps.
            Intent = makesRevision ? new RolloutIntent(generation, revision, Promoted: int.MaxValue) : app.Input.Intent with { Promoted = int.MaxValue },
            Specs = present is null ? app.Input.Specs : app.Input.Specs.SetItem(app.Input.Revision, present),
        };
        if (wanted.Spec.Kind == AppKind.Job)
        {
            return JobPlan.Of(cluster, app, wanted.Spec, changes, makesRevision, time.GetUtcNow());
        }
        var paper = new PaperRollout(cluster, app with { Input = input }, time.GetUtcNow());
        paper.Run();
        return new PlanView(changes, PlanSentences.Steps(paper), Notes(paper, changes)) { Interruption = PlanSentences.Interruption(paper) };
    }

    private static AppInput NewInput(DateTimeOffset now, AppSpec spec) => new() { Id = new AppId(Guid.CreateVersion7(now)), Spec = spec };

    private static ImmutableArray<string> Notes(PaperRollout paper, ImmutableArray<FieldChange> changes)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        if (paper.App.Input.Stopped)
        {
            notes.Add("The app is stopped: nothing runs until it is started.");
        }
        if (!(changes.IsEmpty && paper.IsEmpty) && Bounds.WhyForced(paper.App.Input.Spec, Math.Max(1, paper.App.Input.Replicas)) is { } forced)
        {
            notes.Add(forced);
        }
        notes.AddRange(paper.Unplaced.OrderBy(u => u.Slot).Select(u => $"Replica {u.Slot} fits nowhere: {u.Reason.TrimEnd('.')}."));
        if (paper.WasCutOff)
        {
            notes.Add("The plan goes on; only its beginning is listed.");
        }
        if (changes.IsEmpty && paper.IsEmpty)
        {
            notes.Add("Nothing changes.");
        }
        else if (paper.IsEmpty && !paper.App.Input.Stopped && paper.Unplaced.Count == 0)
        {
            notes.Add("No container is started, stopped or replaced.");
        }
        return notes.ToImmutable();
    }
}
