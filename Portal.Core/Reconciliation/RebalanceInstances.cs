using Portal.Core.Domain;
using Portal.Core.Scheduling;

namespace Portal.Core.Reconciliation;

/// <summary>What rebalancing may move of an app.</summary>
public static class RebalanceInstances
{
    /// <summary>The newest instance of each wanted slot that has a host, with whether it may be moved: a ready one of a service, bound to no data, on a host that stays.</summary>
    /// <param name="app">The app.</param>
    /// <param name="hosts">Every host.</param>
    /// <param name="leaveAlone">Slots that are not to be moved.</param>
    public static IEnumerable<RebalanceInstance> Of(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, IReadOnlySet<int>? leaveAlone = null)
    {
        if (app.Stopped || app.Deleted)
        {
            yield break;
        }
        // What may neither start elsewhere first nor be down could never move.
        var mayMove = Bounds.Of(app.Spec, app.Replicas).Surge > 0 || Bounds.BudgetOf(app.Spec, app.Replicas) > 0;
        var isCalm = mayMove && app.Spec.Kind == AppKind.Service && !app.Spec.WritableVolumes.Any() && app.Rollout is not { IsOver: false };
        foreach (var slot in app.Instances.Where(i => i.Desired == DesiredState.Run && i.Host is not null).GroupBy(i => i.Slot))
        {
            var newest = slot.MaxBy(i => i.Epoch)!;
            var stays = hosts.TryGetValue(newest.Host!.Value, out var host) && host is { Availability: Availability.Active, Reachability: Reachability.Reachable, Reboot: null };
            var movable = isCalm && stays && newest.Observed?.ReadySince is not null && slot.Count() == 1 && leaveAlone?.Contains(slot.Key) != true
                && !app.VolumeHosts.ContainsKey(slot.Key) && !app.MovableVolumeHosts.ContainsKey(slot.Key);
            yield return new RebalanceInstance(newest.Id, app.Id, newest.Slot, newest.Host.Value, app.SpecOf(newest.Revision), movable);
        }
    }
}
