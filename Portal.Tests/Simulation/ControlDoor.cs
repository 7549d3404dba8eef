using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.State.Leases;
using Portal.Core.State.Readers;
using Portal.Core.State.Writers;

namespace Portal.Tests.Simulation;

/// <summary>The store as the controller reads and writes it.</summary>
internal sealed class ControlDoor(World world, SimulatedProcess process) : StoreDoor(world, process), IControlReader, IAssignmentWriter
{
    private static readonly TimeSpan FailureMemory = TimeSpan.FromMinutes(10);

    public Task<Dictionary<HostId, ControlledHost>> ReadHostsAsync(CancellationToken cancellation) => AskAsync(s => s.Hosts.Values.ToDictionary(h => h.Registration.Id, h => new ControlledHost(
        new HostInput { Id = h.Registration.Id, Name = h.Registration.Name, Availability = h.Availability, Labels = h.Labels, Reachability = h.Reachability },
        h.Report?.Engine is { } engine ? new Resources(engine.Cpus, engine.MemoryBytes) : default, [.. h.Report?.Images ?? []])), cancellation);

    public Task<Dictionary<AppId, ControlledApp>> ReadAppsAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => Named(s, ids).ToDictionary(a => a.Id, a => new ControlledApp(
        new AppInput
        {
            Id = a.Id,
            Generation = a.Generation,
            Revision = a.Revision,
            Spec = a.Spec,
            Replicas = a.Replicas,
            Stopped = a.Stopped,
            Deleted = a.Deleted,
            RestartGeneration = a.RestartGeneration,
            Intent = a.Intent,
            Rollout = a.Rollout,
        }, SimulatedStore.Team, SimulatedStore.TeamName, a.Name, a.Status, a.ObservedGeneration)), cancellation);

    public Task<ILookup<AppId, InstanceInput>> ReadInstancesAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => (
        from app in Named(s, ids)
        from a in app.Assignments.Values
        where !a.HasEnded
        orderby a.Slot, a.Epoch
        select a).ToLookup(a => a.App.Id, Input), cancellation);

    public Task<Dictionary<(AppId, int), AppSpec>> ReadSpecsAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => (
        from app in Named(s, ids)
        from number in app.Assignments.Values.Where(a => !a.HasEnded).Select(a => a.Revision)
            .Concat(app.Rollout is { } rollout ? rollout.Slots.Values.Append(rollout.Base).Append(rollout.To) : []).Append(app.Revision).Distinct()
        select (Key: (app.Id, number), app.Revisions[number].Spec)).ToDictionary(r => r.Key, r => r.Spec), cancellation);

    public Task<ILookup<AppId, RevisionImage>> ReadImagesAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => (
        from app in Named(s, ids)
        from revision in app.Revisions
        where revision.Value.Digest is null || revision.Key == app.Revision
        select (app.Id, Image: new RevisionImage(revision.Key, revision.Value.Digest, false))).ToLookup(r => r.Id, r => r.Image), cancellation);

    public Task<ILookup<AppId, PulledImage>> ReadPullsAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => (
        from app in Named(s, ids)
        from pull in app.Pulls.Values
        select (app.Id, pull)).ToLookup(r => r.Id, r => r.pull), cancellation);

    public Task<Dictionary<AppId, JobRecord>> ReadJobsAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(_ => new Dictionary<AppId, JobRecord>(), cancellation);

    public Task<ILookup<AppId, (int Slot, long Epoch)>> ReadEpochsAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => (
        from app in Named(s, ids)
        from slot in s.Epochs
        where slot.Key.App == app.Name
        select (app.Id, Slot: (slot.Key.Slot, slot.Value))).ToLookup(r => r.Id, r => r.Slot), cancellation);

    public Task<ILookup<AppId, (int Slot, string Volume, HostId Host)>> ReadVolumesAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => (
        from app in Named(s, ids)
        from volume in s.Volumes
        where volume.Key.App == app.Name
        group volume by (app.Id, volume.Key.Slot, volume.Key.Name) into same
        select (same.Key.Id, Volume: (same.Key.Slot, same.Key.Name, same.MaxBy(v => v.Value).Key.Host))).ToLookup(r => r.Id, r => r.Volume), cancellation);

    public Task<ILookup<AppId, SlotFailure>> ReadFailuresAsync(Guid[]? ids, CancellationToken cancellation) => AskAsync(s => (
        from app in Named(s, ids)
        from a in app.Assignments.Values
        where a.StopFailure != InstanceFailure.None && a.StopAt > World.Schedule.UtcNow - FailureMemory && a.Host is not null
        select (app.Id, Failure: new SlotFailure(a.Slot, a.Host!.Value, a.StopAt!.Value, a.StopReason!, a.Revision))).ToLookup(r => r.Id, r => r.Failure), cancellation);

    public async Task<ImmutableArray<AppId>> CommitAsync(TermLease lease, AssignmentBatch batch, CancellationToken cancellation)
    {
        World.Plant.Alter(World, batch);
        var moved = await AskAsync(s =>
        {
            World.RequireTerm(lease);
            var moved = s.Moved(batch);
            if (moved.IsEmpty)
            {
                World.Promises.Deciding(lease, batch);
                s.Commit(batch);
                World.Decided(Process, batch);
            }
            return moved;
        }, cancellation);
        if (moved.IsEmpty)
        {
            Process.Notices.Committed(AssignmentWriter.Describe(batch));
        }
        return moved;
    }

    private static IEnumerable<AppRecord> Named(SimulatedStore store, Guid[]? ids) =>
        ids is null ? store.Apps.Values : ids.Select(id => store.Apps.GetValueOrDefault(new AppId(id))).OfType<AppRecord>();

    private static InstanceInput Input(AssignmentRecord row) => new()
    {
        Id = row.Id,
        Slot = row.Slot,
        Epoch = row.Epoch,
        Revision = row.Revision,
        RestartGeneration = row.RestartGeneration,
        Host = row.Host,
        Desired = row.Desired,
        CreatedAt = row.CreatedAt,
        StopReason = row.StopReason,
        PendingReason = row.PendingReason,
        Observed = row.Seen is not { } seen ? null : new Observed
        {
            State = seen.State,
            Health = seen.Health,
            Failure = seen.Failure,
            Reason = seen.Reason,
            ReadySince = seen.ReadySince,
            ImageDigest = seen.ImageDigest,
            At = row.SeenAt,
        },
    };
}
