using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Scheduling.Filters;

namespace Portal.Core.Scheduling;

/// <summary>What would make a request fit that fits nowhere: found by leaving out one kind of refusal at a time, and by the least that is lacking.</summary>
internal static class Remedies
{
    private const int NamedHosts = 3;

    /// <summary>Each in words that follow "it would fit", the easiest first; empty where nothing short of several changes would do.</summary>
    public static ImmutableArray<string> Of(PlacementClass wanted, IReadOnlyList<HostState> hosts)
    {
        var candidates = wanted.Pin is { } pin ? hosts.Where(h => h.Id == pin.Host) : hosts;
        var refusals = candidates.Select(h => (Host: h, By: wanted.Filters.Where(f => !f.Fits(h, wanted)).Select(f => f.Name).ToHashSet(StringComparer.Ordinal))).ToList();
        List<HostState> Only(params string[] filters) => [.. refusals.Where(r => r.By.Count > 0 && r.By.IsSubsetOf(filters)).Select(r => r.Host)];
        return
        [
            .. Capacity(Only("cpu", "memory"), wanted),
            .. MaxPerHost(Only("maxPerHost"), wanted),
            .. Ports(Only("hostPorts"), wanted),
            .. Constraints(Only("constraints"), wanted),
            .. Avoided(Only("avoid"), wanted),
            .. State(Only("state")),
            .. wanted.Pin is null ? [Further(wanted)] : (IEnumerable<string>)[],
        ];
    }

    private static IEnumerable<string> State(List<HostState> hosts)
    {
        // A host that is being drained leaves: it is not to be waited for.
        foreach (var group in hosts.Where(h => h.Facts.Availability != Availability.Draining).GroupBy(StateFilter.IsByWish))
        {
            var names = Names(group);
            yield return group.Key ? $"if {names} took new instances" : $"once {names} {(group.Count() == 1 ? "answers" : "answer")} again";
        }
    }

    private static IEnumerable<string> Capacity(List<HostState> hosts, PlacementClass wanted)
    {
        // What no emptying of a host would give is told by what a further one must have.
        var able = hosts.Where(h => h.CapacityNanoCpus >= wanted.NanoCpus && h.Facts.Capacity.MemoryBytes >= wanted.MemoryBytes)
            .Select(h => (Host: h, Cpus: Math.Max(0, wanted.NanoCpus - h.FreeNanoCpus), Memory: Math.Max(0, wanted.MemoryBytes - h.FreeMemoryBytes))).ToList();
        if (able.Count == 0)
        {
            return [];
        }
        double Share((HostState Host, long Cpus, long Memory) lack) =>
            (wanted.NanoCpus > 0 ? (double)lack.Cpus / wanted.NanoCpus : 0) + (wanted.MemoryBytes > 0 ? (double)lack.Memory / wanted.MemoryBytes : 0);
        var least = able.MinBy(Share);
        var alike = able.Where(l => l.Cpus == least.Cpus && l.Memory == least.Memory).Select(l => l.Host);
        string[] lacks =
        [
            .. least.Cpus > 0 ? [$"{Amounts.CpuText(least.Cpus)} more CPU"] : (IEnumerable<string>)[],
            .. least.Memory > 0 ? [$"{Amounts.MemoryText(least.Memory)} more memory"] : (IEnumerable<string>)[],
        ];
        return [$"with {string.Join(" and ", lacks)} free on {Names(alike)}"];
    }

    private static IEnumerable<string> MaxPerHost(List<HostState> hosts, PlacementClass wanted) =>
        hosts.Count == 0 ? [] : [$"with maxPerHost {hosts.Min(h => h.CountOf(wanted.App) + h.Leaving) + 1} instead of {wanted.Spec.Placement.MaxPerHost}"];

    private static IEnumerable<string> Ports(List<HostState> hosts, PlacementClass wanted) =>
        hosts.GroupBy(h => string.Join(" and ", wanted.Ports.Where(h.IsTaken)), StringComparer.Ordinal).OrderByDescending(g => g.Count()).Take(1)
            .Select(g => $"if port {g.Key} were free on {Names(g)}");

    private static IEnumerable<string> Constraints(List<HostState> hosts, PlacementClass wanted) =>
        wanted.UnreadableConstraint is not null || hosts.Count == 0 ? [] : hosts
            .GroupBy(h => string.Join(" and ", wanted.Constraints.Select((c, i) => (c, i)).Where(c => !c.c.Holds(h.Name, h.Facts.Architecture, h.Facts.Os, h.Facts.Labels))
                .Select(c => wanted.Spec.Placement.Constraints[c.i])), StringComparer.Ordinal)
            .OrderBy(g => g.Key.Length).Take(1).Select(g => $"without the constraint {g.Key}, on {Names(g)}");

    private static IEnumerable<string> Avoided(List<HostState> hosts, PlacementClass wanted) =>
        hosts.Count == 0 ? [] : [$"on {Names(hosts)} again, avoided for now: {wanted.Avoid[hosts[0].Id].TrimEnd('.')}"];

    private static string Further(PlacementClass wanted)
    {
        string[] needs =
        [
            .. wanted.NanoCpus > 0 ? [$"{Amounts.CpuText(wanted.NanoCpus)} CPU free"] : (IEnumerable<string>)[],
            .. wanted.MemoryBytes > 0 ? [$"{Amounts.MemoryText(wanted.MemoryBytes)} memory free"] : (IEnumerable<string>)[],
            .. wanted.Ports.Length > 0 ? [$"port {string.Join(" and ", wanted.Ports)} free"] : (IEnumerable<string>)[],
            .. wanted.Spec.Placement.Constraints,
        ];
        return needs.Length == 0 ? "on a further host" : $"on a further host with {string.Join(", ", needs)}";
    }

    private static string Names(IEnumerable<HostState> hosts)
    {
        var names = hosts.Select(h => h.Name).Order(StringComparer.Ordinal).ToList();
        return names.Count <= NamedHosts ? string.Join(" or ", names) : $"{string.Join(" or ", names.Take(NamedHosts))} or one of {names.Count - NamedHosts} more";
    }
}
