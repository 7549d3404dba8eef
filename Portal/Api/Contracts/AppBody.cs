using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Contracts;

/// <summary>An app.</summary>
internal sealed record AppBody(
    string Team, string Name, long Generation, long ObservedGeneration, int Revision, AppStatus Status, string Reason,
    ReplicasBody Replicas, string Image, string? ImageDigest, SpecBody Spec, RolloutBody? Rollout, JobBody? Job, bool Stopped, bool Deleting, DateTime ChangedAt, string ChangedBy, DateTime CreatedAt)
{
    public static AppBody Of(AppView app) => new(
        app.Team, app.Name, app.Generation, app.ObservedGeneration, app.Revision, app.Status, app.Reason,
        new ReplicasBody(app.Desired, app.Running, app.Healthy, app.Updated),
        app.Image, app.ImageDigest, new SpecBody(app.Spec, app.Spec.Kind == AppKind.Service ? app.Replicas : null),
        app.Rollout is { } rollout ? RolloutBody.Of(rollout) : null, app.Job is { } job ? JobBody.Of(job) : null, app.Stopped, app.Deleting,
        Wire.Time(app.ChangedAt), app.ChangedBy, Wire.Time(app.CreatedAt));
}

/// <summary>How many instances are wanted, run, are ready, and run the current revision.</summary>
internal sealed record ReplicasBody(int Desired, int Running, int Healthy, int Updated);

/// <summary>What a change of intent was accepted as.</summary>
internal sealed record GenerationBody(long Generation);

/// <summary>
/// A rollout; <c>from</c> is missing for an app's first one, <c>endedAt</c> while it is under way, <c>team</c> and <c>app</c> within an app,
/// <c>images</c> once everything is there to begin with.
/// </summary>
internal sealed record RolloutBody(
    string? Team, string? App, long Generation, int? From, int To, RolloutStatus Status, string Reason, int Step, string By, string? Message, DateTime StartedAt, DateTime? EndedAt, ImmutableArray<ImagePullBody>? Images)
{
    public static RolloutBody Of(RolloutView rollout) => new(
        rollout.Team.Length > 0 ? rollout.Team : null, rollout.App.Length > 0 ? rollout.App : null, rollout.State.Generation, rollout.State.From, rollout.State.To,
        rollout.State.Status, rollout.State.Reason, rollout.State.Step, rollout.State.By, rollout.State.Message, Wire.Time(rollout.State.StartedAt),
        rollout.State.EndedAt is { } ended ? Wire.Time(ended) : null, rollout.Images.IsEmpty ? null : [.. rollout.Images.Select(ImagePullBody.Of)]);
}

/// <summary>How far an image is that is pulled before a rollout touches anything; bytes are of what is downloaded, compressed.</summary>
internal sealed record ImagePullBody(string Host, PullState State, string Reason, int Layers, int LayersDone, long Bytes, long BytesDone, DateTime? ObservedAt)
{
    public static ImagePullBody Of(ImagePullView pull) => new(pull.Host, pull.State, pull.Reason, pull.Layers, pull.LayersDone, pull.Bytes, pull.BytesDone, Wire.Time(pull.ObservedAt));
}

/// <summary>A sealed spec.</summary>
internal sealed record RevisionBody(int Number, SpecBody Spec, string? ImageDigest, DateTime CreatedAt, string CreatedBy, string? Message)
{
    public static RevisionBody Of(RevisionView revision) => new(revision.Number, new SpecBody(revision.Spec, null), revision.ImageDigest,
        Wire.Time(revision.CreatedAt), revision.CreatedBy, revision.Message);
}

/// <summary>Where a slot's volume lies.</summary>
internal sealed record VolumeBody(int Slot, string Name, string Volume, string Host, DateTime CreatedAt, DateTime LastUsedAt)
{
    public static VolumeBody Of(VolumeView volume) => new(volume.Slot, volume.Name, volume.Volume, volume.Host,
        Wire.Time(volume.CreatedAt), Wire.Time(volume.LastUsedAt));
}
