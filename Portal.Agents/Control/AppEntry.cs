using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.State.Readers;

namespace Portal.Agents.Control;

/// <summary>One app in the controller's memory.</summary>
internal sealed class AppEntry(ControlledApp app)
{
    public ControlledApp App { get; set; } = app;
    public Dictionary<InstanceId, InstanceInput> Instances { get; } = [];
    public ImmutableDictionary<int, long> Epochs { get; set; } = ImmutableDictionary<int, long>.Empty;
    public ImmutableArray<(int Slot, string Volume, HostId Host)> Volumes { get; set; } = [];
    /// <summary>Revisions whose image's digest is not known yet.</summary>
    public HashSet<int> Unresolved { get; init; } = [];
    /// <summary>Revisions of several containers of which the digests of the further ones are not known yet.</summary>
    public HashSet<int> UnresolvedParts { get; init; } = [];
    /// <summary>Images of the current revision and of those whose digest is not known, by revision.</summary>
    public ImmutableDictionary<int, RevisionImage> Images { get; init; } = ImmutableDictionary<int, RevisionImage>.Empty;
    /// <summary>Images that are pulled ahead of a rollout.</summary>
    public ImmutableArray<PulledImage> Pulls { get; set; } = [];
    public ImmutableArray<SlotFailure> Failures { get; set; } = [];
    /// <summary>Instances that a rebalance moves, each with why.</summary>
    public ImmutableDictionary<InstanceId, string> Moves { get; set; } = ImmutableDictionary<InstanceId, string>.Empty;
    /// <summary>What reconciliation sees.</summary>
    public AppInput Input()
    {
        var pins = VolumePins.Of(App.Input.Spec, Volumes);
        return App.Input with
        {
            Instances = [.. Instances.Values.OrderBy(i => i.Slot).ThenBy(i => i.Epoch)],
            Epochs = Epochs,
            VolumeHosts = pins.Waiting,
            MovableVolumeHosts = pins.Movable,
            Failures = Failures,
            Moves = Moves,
        };
    }
}
