using Portal.Core.Domain;

namespace Portal.Core.Reconciliation;

/// <summary>
/// Which slots a service keeps when it has more than it wants: those that cost most to lose. What a slot stores lies at its number, so an app with writable volumes keeps the lowest
/// numbers; any other app keeps what serves, on many hosts, for long. Numbers need not follow each other then: a gap is filled when more are wanted again. Pure.
/// </summary>
internal static class SlotChoice
{
    /// <summary>The slots to have, in order.</summary>
    /// <param name="app">The app.</param>
    /// <param name="hosts">Every host.</param>
    /// <param name="count">How many.</param>
    /// <param name="now">The time.</param>
    public static List<int> Of(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, int count, DateTimeOffset now)
    {
        var bySlot = app.Instances.GroupBy(i => i.Slot).ToDictionary(g => g.Key, g => g.ToList());
        var running = bySlot.Where(s => s.Value.Exists(i => i.Desired == DesiredState.Run)).Select(s => s.Key).ToHashSet();
        if (IsByNumber(app))
        {
            return Filled([.. bySlot.Keys.Where(s => s <= count || running.Contains(s)).Order().Take(count)], count);
        }
        if (running.Count > count)
        {
            return [.. Dearest(app, hosts, bySlot.Where(s => running.Contains(s.Key)).Select(s => s.Value), now).Take(count).Order()];
        }
        // A slot whose container still stops is to be filled again once it is gone, unless it is surplus: what goes only now is waited for, so that no more are there than there were.
        var stopping = bySlot.Where(s => !running.Contains(s.Key)).OrderBy(s => s.Value.TrueForAll(IsGone)).ThenBy(s => s.Key).Select(s => s.Key);
        return Filled([.. running.Concat(stopping).Take(count)], count);
    }

    private static bool IsByNumber(AppInput app) => app.VolumeHosts.Count + app.MovableVolumeHosts.Count > 0 || app.Spec.WritableVolumes.Any() || app.Specs.Values.Any(s => s.WritableVolumes.Any());

    private static List<int> Filled(HashSet<int> kept, int count)
    {
        for (var next = 1; kept.Count < count; next++)
        {
            kept.Add(next);
        }
        return [.. kept.Order()];
    }

    /// <summary>Slots, the one that costs most to lose first: by how well they serve, then so that hosts share them evenly, then the oldest.</summary>
    private static IEnumerable<int> Dearest(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, IEnumerable<List<InstanceInput>> slots, DateTimeOffset now)
    {
        var onHost = new Dictionary<HostId, int>();
        return slots.Select(s => s.Where(i => i.Desired == DesiredState.Run).Select(i => (Instance: i, Worth: WorthOf(app, hosts, i, now))).MaxBy(i => (i.Worth, i.Instance.Epoch)))
            .OrderByDescending(s => s.Worth).ThenBy(s => s.Instance.CreatedAt).ThenBy(s => s.Instance.Slot)
            .Select(s => (s.Instance, s.Worth, Nth: s.Instance.Host is { } host ? onHost[host] = onHost.GetValueOrDefault(host) + 1 : 0)).ToList()
            .OrderByDescending(s => s.Worth).ThenBy(s => s.Nth).ThenBy(s => s.Instance.CreatedAt).ThenBy(s => s.Instance.Slot)
            .Select(s => s.Instance.Slot);
    }

    /// <summary>The more, the worse it is to lose.</summary>
    private static int WorthOf(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, InstanceInput instance, DateTimeOffset now)
    {
        if (instance.Host is not { } id || !hosts.TryGetValue(id, out var host))
        {
            return 0;
        }
        if (instance.Observed is { Failure: not InstanceFailure.None } or { Health: Health.Unhealthy })
        {
            return 1;
        }
        if (host.IsLost)
        {
            return 2;
        }
        if (instance.Observed?.ReadySince is not { } since)
        {
            return 3;
        }
        if (host.Reachability != Reachability.Reachable)
        {
            return 4;
        }
        if (since + (app.Spec.Update.MinReady ?? app.SpecOf(instance.Revision).DefaultMinReady) > now)
        {
            return 5;
        }
        return host.Availability != Availability.Active || host.Reboot is not null ? 6 : 7;
    }

    /// <summary>What made an instance cost less to lose than others; empty where nothing but its host's share or its age did, or its number decides.</summary>
    public static string WhyCheap(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, InstanceInput instance, DateTimeOffset now) => IsByNumber(app) ? "" : WorthOf(app, hosts, instance, now) switch
    {
        0 => ": it had no host",
        1 => ": it failed",
        2 => ": its host cannot be reached",
        3 or 4 or 5 => ": it was not ready",
        6 => ": its host takes no new instances",
        _ => "",
    };

    private static bool IsGone(InstanceInput instance) => instance.Host is null || instance.Observed?.State == InstanceState.Stopped;
}
