using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
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
    public ImmutableArray<SlotFailure> Failures { get; set; } = [];
    /// <summary>What reconciliation sees.</summary>
    public AppInput Input() => App.Input with
    {
        Instances = [.. Instances.Values.OrderBy(i => i.Slot).ThenBy(i => i.Epoch)],
        Epochs = Epochs,
        VolumeHosts = PinnedSlots(),
        Failures = Failures,
    };

    private ImmutableDictionary<int, HostId> PinnedSlots()
    {
        if (Volumes.IsEmpty)
        {
            return ImmutableDictionary<int, HostId>.Empty;
        }
        var waiting = App.Input.Spec.Volumes.Where(v => v is { ReadOnly: false, OnHostLoss: OnHostLoss.Wait }).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        return Volumes.Where(v => waiting.Contains(v.Volume)).GroupBy(v => v.Slot).ToImmutableDictionary(g => g.Key, g => g.First().Host);
    }
}
