using Portal.Core.Domain;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>Says once that a drain has come to its end: that the host holds nothing any more.</summary>
internal sealed class DrainWatch
{
    private readonly HashSet<HostId> leaving = [];

    public IEnumerable<EventDraft> Look(ControlledState state)
    {
        var draining = state.Hosts.Values.Where(h => h.Availability == Availability.Draining).ToDictionary(h => h.Id);
        leaving.RemoveWhere(h => !draining.ContainsKey(h));
        if (draining.Count == 0)
        {
            yield break;
        }
        var used = state.Apps.SelectMany(a => state.Find(a)!.Instances.Values).Select(i => i.Host).OfType<HostId>().ToHashSet();
        foreach (var host in draining.Values.OrderBy(h => h.Name, StringComparer.Ordinal))
        {
            if (used.Contains(host.Id))
            {
                leaving.Add(host.Id);
            }
            else if (leaving.Remove(host.Id))
            {
                yield return new EventDraft(Severity.Info, "HostDrained", $"Host {host.Name} is drained: no instance is left on it.", Host: host.Id, HostName: host.Name);
            }
        }
    }
}
