using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>One block of an app's overview: a slot with an instance in it, or none yet.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Instance">The instance; null while the slot has none.</param>
public sealed record SlotBlock(int Slot, InstanceView? Instance)
{
    /// <summary>Parts those that stay from those that a change takes away, or will.</summary>
    public static (ImmutableArray<SlotBlock> Staying, ImmutableArray<SlotBlock> Leaving) Split(AppView app, ImmutableArray<InstanceView> instances)
    {
        var goal = RolloutWords.GoalOf(app);
        var leaving = instances.Where(i => i.Desired == DesiredState.Stop || i.Revision != goal || IsReplaced(i, instances)).ToHashSet();
        var staying = instances.Where(i => !leaving.Contains(i)).ToList();
        var taken = instances.Where(i => i.Desired == DesiredState.Run).Select(i => i.Slot).ToHashSet();
        var missing = app.Spec.Kind == AppKind.Service && !app.Stopped && !app.Deleting
            ? Enumerable.Range(1, app.Desired + taken.Count).Where(slot => !taken.Contains(slot)).Take(Math.Max(0, app.Desired - taken.Count)) : [];
        return (
            [.. staying.Select(i => new SlotBlock(i.Slot, i)).Concat(missing.Select(slot => new SlotBlock(slot, null))).OrderBy(b => b.Slot)],
            [.. instances.Where(leaving.Contains).Select(i => new SlotBlock(i.Slot, i))]);
    }

    /// <summary>Whether a newer instance of its revision stands beside it in its slot.</summary>
    private static bool IsReplaced(InstanceView instance, ImmutableArray<InstanceView> all) =>
        all.Any(other => other.Slot == instance.Slot && other.Revision == instance.Revision && other.Epoch > instance.Epoch && other.Desired == DesiredState.Run);
}
