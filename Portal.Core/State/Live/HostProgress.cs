using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.State.Views;

namespace Portal.Core.State.Live;

/// <summary>How far a drain or a planned reboot of a host has come.</summary>
/// <param name="Gone">Of the instances that it had at first, how many are gone.</param>
/// <param name="Total">How many it had, with those that are there now.</param>
/// <param name="Left">Instances that are to leave and are still there, each with what it waits for.</param>
/// <param name="Staying">Instances that stay: they wait for a host that is rebooted.</param>
public sealed record HostProgress(int Gone, int Total, ImmutableArray<LeavingInstance> Left, int Staying)
{
    /// <summary>What was decided before the controller heard of it may still put an instance there.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>Whether the host may be rebooted now: what must leave it is gone.</summary>
    public bool MayBeRebooted { get; init; }

    /// <summary>Of a host that is drained or to be rebooted; null of any other.</summary>
    public static HostProgress? Of(LiveSnapshot snapshot, HostView host)
    {
        if (host.Availability != Availability.Draining && host.Reboot is null)
        {
            return null;
        }
        // It may be newer than the snapshot.
        snapshot = snapshot with { Hosts = snapshot.Hosts.SetItem(host.Id, host) };
        var there = snapshot.Instances.Where(i => snapshot.Apps.ContainsKey(i.Key))
            .SelectMany(i => i.Value.Where(v => v.HostId == host.Id).Select(v => (App: snapshot.Apps[i.Key], All: i.Value, Instance: v))).ToList();
        var leaves = host.Reboot is null ? null : there.Select(t => t.App).DistinctBy(a => a.Id).ToDictionary(a => a.Id, a => MustLeave(snapshot, a));
        var left = there.Where(t => t.Instance.Desired == DesiredState.Stop || leaves is null || leaves[t.App.Id].Contains(t.Instance.Slot) || Newer(t.All, t.Instance) is not null)
            .OrderBy(t => t.App.Team, StringComparer.Ordinal).ThenBy(t => t.App.Name, StringComparer.Ordinal).ThenBy(t => t.Instance.Slot)
            .Select(t => new LeavingInstance(t.App.Team, t.App.Name, t.Instance.Slot, t.Instance.Id, Why(t.App, t.All, t.Instance))).ToImmutableArray();
        return new HostProgress(host.Left, host.Left + there.Count, left, there.Count - left.Length)
        {
            MayBeRebooted = left.IsEmpty && host is { Reboot: { } reboot, Reachability: Reachability.Reachable } && snapshot.At >= reboot.AskedAt + Settling,
        };
    }

    private static HashSet<int> MustLeave(LiveSnapshot snapshot, AppView app)
    {
        var there = snapshot.Instances[app.Id].Where(i => i.Desired == DesiredState.Run).GroupBy(i => i.Slot).Select(g => g.MaxBy(i => i.Epoch)!)
            .Where(i => i.HostId is { } id && snapshot.Hosts.TryGetValue(id, out var on) && on.Reboot is not null)
            .Select(i => (i.Slot, app.Spec.Kind != AppKind.Service || app.Spec.WritableVolumes.Any())).ToList();
        return [.. RebootRule.MustLeave(there, Bounds.BudgetOf(app.Spec, app.Desired))];
    }

    private static InstanceView? Newer(ImmutableArray<InstanceView> all, InstanceView instance) => all.Where(i => i.Slot == instance.Slot && i.Epoch > instance.Epoch).MaxBy(i => i.Epoch);

    private static string Why(AppView app, ImmutableArray<InstanceView> all, InstanceView instance)
    {
        if (instance.Desired == DesiredState.Stop)
        {
            return "is stopping";
        }
        if (Newer(all, instance) is { } successor)
        {
            return successor.Host is null ? $"its successor fits nowhere: {successor.Reason.TrimEnd('.')}" : $"waits until its successor on {successor.Host} is ready ({successor.State.ToString().ToLowerInvariant()})";
        }
        if (app.Spec.Kind == AppKind.Job)
        {
            return "runs to its end there";
        }
        if (app.Spec.WritableVolumes.Any())
        {
            return "stays: its volume's data is there";
        }
        var under = all.GroupBy(i => i.Slot).Count(g => g.Count() > 1) + all.Count(i => i.Desired == DesiredState.Stop && all.Count(o => o.Slot == i.Slot) == 1);
        return app.Reason.Contains("cannot leave", StringComparison.Ordinal) || app.Reason.Contains("stays although", StringComparison.Ordinal) ? app.Reason
            : app.Healthy < app.Desired ? $"waits: {app.Healthy} of {app.Desired} of its app are ready"
            : under > 0 ? $"waits for its turn: its app's bounds let {under} be replaced now" : "is next";
    }
}

/// <summary>An instance that is to leave.</summary>
/// <param name="Team">Its team.</param>
/// <param name="App">Its app.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Instance">Its id.</param>
/// <param name="Why">What it waits for.</param>
public sealed record LeavingInstance(string Team, string App, int Slot, InstanceId Instance, string Why);
