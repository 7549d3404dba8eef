using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>Figures read from the store, in the order of time.</summary>
internal sealed record UsageReading(List<(InstanceId Instance, InstanceUsage Usage)> Instances, List<(HostId Host, HostUsage Usage)> Hosts)
{
    public static UsageReading Nothing => new([], []);
}

/// <summary>The newest figure of everything, and the last minutes of every instance. Knows no clock and no store.</summary>
internal sealed class UsageBoard
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);
    private readonly Dictionary<InstanceId, UsageRing> _rings = [];
    private ImmutableDictionary<InstanceId, InstanceUsage> _instances = ImmutableDictionary<InstanceId, InstanceUsage>.Empty;
    private ImmutableDictionary<HostId, HostUsage> _hosts = ImmutableDictionary<HostId, HostUsage>.Empty;

    /// <summary>Of when the newest figure is; null before the first.</summary>
    public DateTimeOffset? NewestAt { get; private set; }

    public void Clear()
    {
        _rings.Clear();
        (_instances, _hosts, NewestAt) = (_instances.Clear(), _hosts.Clear(), null);
    }

    /// <summary>Takes what was read; what was taken before, or is older than what is known, does nothing.</summary>
    public UsageSnapshot Take(UsageReading reading, DateTimeOffset now)
    {
        var instances = _instances.ToBuilder();
        foreach (var (id, usage) in reading.Instances)
        {
            if (!instances.TryGetValue(id, out var known) || usage.At > known.At)
            {
                instances[id] = usage;
                (_rings.TryGetValue(id, out var ring) ? ring : _rings[id] = new UsageRing(usage.App, usage.Host)).Put(usage);
                NewestAt = usage.At > NewestAt || NewestAt is null ? usage.At : NewestAt;
            }
        }
        var hosts = _hosts.ToBuilder();
        foreach (var (id, usage) in reading.Hosts)
        {
            if (!hosts.TryGetValue(id, out var known) || usage.At > known.At)
            {
                hosts[id] = usage;
                NewestAt = usage.At > NewestAt || NewestAt is null ? usage.At : NewestAt;
            }
        }
        instances.RemoveRange(instances.Where(i => now - i.Value.At > Freshness).Select(i => i.Key).ToList());
        hosts.RemoveRange(hosts.Where(h => now - h.Value.At > Freshness).Select(h => h.Key).ToList());
        foreach (var id in _rings.Where(r => r.Value.EndsBefore(now - UsageRing.Span)).Select(r => r.Key).ToList())
        {
            _rings.Remove(id);
        }
        (_instances, _hosts) = (instances.ToImmutable(), hosts.ToImmutable());
        return new UsageSnapshot { At = NewestAt ?? default, Instances = _instances, Hosts = _hosts };
    }

    public ImmutableArray<InstanceUsage> RecentOf(InstanceId instance) =>
        _rings.TryGetValue(instance, out var ring) ? ring.Read((NewestAt ?? default) - UsageRing.Span) : [];
}
