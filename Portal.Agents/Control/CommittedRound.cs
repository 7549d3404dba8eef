using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>Brings the controller's memory up to what became of a round.</summary>
internal static class CommittedRound
{
    /// <summary>Gives back what the session counted for placements that were not committed.</summary>
    public static void Undo(ControlledState state, AssignmentBatch batch)
    {
        var placed = batch.Created.Where(c => c.Host is not null).Select(c => (c.App, Host: c.Host!.Value, c.New.Revision))
            .Concat(batch.Placed.Select(p => (p.App, p.Host, state.Find(p.App)!.Instances[p.Instance].Revision)));
        foreach (var (app, host, revision) in placed)
        {
            state.Session.ReleaseInstance(host, app, state.Find(app)!.App.Input.SpecOf(revision));
        }
    }

    /// <summary>Takes in what was committed.</summary>
    public static void Apply(ControlledState state, AssignmentBatch batch, DateTimeOffset now)
    {
        foreach (var created in batch.Created)
        {
            ApplyCreated(state, created, now);
        }
        foreach (var placed in batch.Placed)
        {
            var entry = state.Find(placed.App)!;
            state.Set(entry, entry.Instances[placed.Instance] with { Host = placed.Host, PendingReason = null }, alreadyCounted: true);
        }
        foreach (var pending in batch.Pending)
        {
            var entry = state.Find(pending.App)!;
            entry.Instances[pending.Instance] = entry.Instances[pending.Instance] with { PendingReason = pending.Reason };
        }
        foreach (var use in batch.Volumes)
        {
            var entry = state.Find(use.App)!;
            entry.Volumes = [.. entry.Volumes.Where(v => v.Slot != use.Slot || v.Volume != use.Name), (use.Slot, use.Name, use.Host)];
        }
        foreach (var (app, host, stop) in batch.Stopped)
        {
            ApplyStopped(state.Find(app)!, host, stop, now);
        }
        foreach (var (app, instance) in batch.Ended)
        {
            state.Remove(state.Find(app)!, instance);
        }
        foreach (var (app, generation, status) in batch.Statuses)
        {
            var entry = state.Find(app)!;
            entry.App = entry.App with { Status = status, ObservedGeneration = generation };
        }
        foreach (var (app, rollout) in batch.Rollouts)
        {
            var entry = state.Find(app)!;
            entry.App = entry.App with { Input = entry.App.Input with { Rollout = rollout } };
        }
        foreach (var (app, revision, _) in batch.Resolved)
        {
            state.Find(app)!.Unresolved.Remove(revision);
        }
        foreach (var (app, revision, _) in batch.ResolvedParts)
        {
            state.Find(app)!.UnresolvedParts.Remove(revision);
        }
        foreach (var app in batch.UnwantedPulls)
        {
            state.Find(app)!.Pulls = [];
        }
        foreach (var (app, revision, host) in batch.Pulls)
        {
            var entry = state.Find(app)!;
            entry.Pulls = entry.Pulls.Add(new PulledImage { Host = host, Revision = revision });
        }
        foreach (var (app, _) in batch.Settled)
        {
            var entry = state.Find(app)!;
            entry.App = entry.App with { Trace = null };
        }
        foreach (var app in batch.Forgotten)
        {
            state.Forget(app);
        }
    }

    private static void ApplyCreated(ControlledState state, CreatedInstance created, DateTimeOffset now)
    {
        var entry = state.Find(created.App)!;
        entry.Epochs = entry.Epochs.SetItem(created.New.Slot, created.New.Epoch);
        state.Set(entry, new InstanceInput
        {
            Id = created.New.Id,
            Slot = created.New.Slot,
            Epoch = created.New.Epoch,
            Revision = created.New.Revision,
            Run = created.New.Run,
            RestartGeneration = created.RestartGeneration,
            Host = created.Host,
            Desired = DesiredState.Run,
            CreatedAt = now,
            PendingReason = created.Host is null ? created.Reason : null,
        }, alreadyCounted: true);
    }

    private static void ApplyStopped(AppEntry entry, HostId host, StopInstance stop, DateTimeOffset now)
    {
        var instance = entry.Instances[stop.Id];
        entry.Instances[stop.Id] = instance with { Desired = DesiredState.Stop, StopReason = stop.Reason };
        if (stop.Failure != InstanceFailure.None)
        {
            entry.Failures = entry.Failures.Add(new SlotFailure(instance.Slot, host, now, stop.Reason, instance.Revision));
        }
    }
}
