using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling;

namespace Portal.Core.Reconciliation;

/// <summary>Which slots an app should have now.</summary>
/// <param name="Wanted">The slots, in order.</param>
/// <param name="WhyNotOthers">Why any other slot has to go.</param>
/// <param name="WhyNew">Why a slot that never had an instance gets one.</param>
internal sealed record SlotPlan(ImmutableArray<WantedSlot> Wanted, Func<InstanceInput, string> WhyNotOthers, string WhyNew)
{
    public static SlotPlan Of(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, DateTimeOffset now) =>
        app.Spec.Kind == AppKind.Global ? GlobalSlots.Of(app, hosts) : ServiceSlots.Of(app, hosts, now);
}

/// <summary>One slot that should have an instance.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Pin">The only host it may use; null for any.</param>
internal sealed record WantedSlot(int Number, Pin? Pin);

/// <summary>Slots of a service: as many as replicas are wanted.</summary>
internal static class ServiceSlots
{
    public static SlotPlan Of(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, DateTimeOffset now)
    {
        var count = app.Stopped || app.Deleted ? 0 : app.Replicas;
        var wanted = SlotChoice.Of(app, hosts, count, now).Select(n => new WantedSlot(n, PinOf(app, hosts, n)));
        return new SlotPlan([.. wanted], i => Whys.Surplus(app, count) + (count > 0 ? SlotChoice.WhyCheap(app, hosts, i, now) : ""), $"{count} replica{(count == 1 ? "" : "s")} wanted");
    }

    /// <summary>A slot stays with its data; what may start empty does so only once the host with the data is lost or removed.</summary>
    public static Pin? PinOf(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, int slot)
    {
        if (app.VolumeHosts.TryGetValue(slot, out var host))
        {
            return new Pin(host, hosts.TryGetValue(host, out var known) ? $"its volume's data is on {known.Name}" : "its volume's data is on a host that was removed; register it again, or let the volume start empty");
        }
        return app.MovableVolumeHosts.TryGetValue(slot, out host) && hosts.TryGetValue(host, out var there) && !there.IsLost
            ? new Pin(host, $"its volume's data is on {there.Name}") : null;
    }
}

/// <summary>Slots of a global app: one for each host that it should be on, each pinned there.</summary>
internal static class GlobalSlots
{
    public static SlotPlan Of(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts)
    {
        if (app.Stopped || app.Deleted)
        {
            return new SlotPlan([], _ => Whys.Surplus(app, 0), "");
        }
        var constraints = Constraints.Of(app.Spec);
        var byHost = app.Instances.Where(i => i is { Desired: DesiredState.Run, Host: not null })
            .GroupBy(i => i.Host!.Value).ToDictionary(g => g.Key, g => g.Min(i => i.Slot));
        var keeps = hosts.Values
            .Where(h => constraints.Refuse(h) is null && (h.Availability == Availability.Active && !h.IsLost
                || h.Availability != Availability.Draining && byHost.ContainsKey(h.Id)))
            .OrderBy(h => h.Id.Value).ToList();
        // A slot that waits for its host's room has no host yet: it keeps its number by the pin it was made with.
        var taken = byHost.Values.ToHashSet();
        var next = 1;
        var wanted = new List<WantedSlot>();
        foreach (var host in keeps)
        {
            if (!byHost.TryGetValue(host.Id, out var slot))
            {
                while (!taken.Add(next))
                {
                    next++;
                }
                slot = next;
            }
            wanted.Add(new WantedSlot(slot, new Pin(host.Id, "a global app has one instance on each host")));
        }
        return new SlotPlan([.. wanted.OrderBy(s => s.Number)], i => GoneHost(i, hosts, constraints), "one on each fitting host");
    }

    private static string GoneHost(InstanceInput instance, IReadOnlyDictionary<HostId, HostInput> hosts, Constraints constraints) =>
        instance.Host is not { } id || !hosts.TryGetValue(id, out var host) ? "no host wants this instance of the global app any more"
        : host.Availability == Availability.Draining ? $"host {host.Name} is being drained"
        : $"host {host.Name} no longer fits: {constraints.Refuse(host) ?? "it is not active"}";
}

/// <summary>Sentences that several rules share.</summary>
internal static class Whys
{
    public static string Surplus(AppInput app, int count) =>
        app.Deleted ? "the app was deleted" : app.Stopped ? "the app was stopped" : $"scaled to {count}";
}

/// <summary>The placement constraints of a spec, ready to ask.</summary>
internal sealed class Constraints
{
    private readonly ImmutableArray<Constraint> all;

    private Constraints(ImmutableArray<Constraint> all) => this.all = all;

    public static Constraints Of(AppSpec spec) => new([.. spec.Placement.Constraints
        .Select(text => Constraint.TryParse(text, out var constraint, out _) ? constraint : null).OfType<Constraint>()]);

    /// <summary>Why the host does not fit; null if it does.</summary>
    public string? Refuse(HostInput host)
    {
        foreach (var constraint in all)
        {
            var (holds, sentence) = constraint.Evaluate(host.Name, host.Architecture, host.Os, host.Labels);
            if (!holds)
            {
                return sentence;
            }
        }
        return null;
    }
}
