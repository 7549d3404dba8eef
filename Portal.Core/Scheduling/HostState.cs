using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Scheduling;

/// <summary>One host's mutable counts in a session. Reads the snapshot that it came from until it changes, so that thousands are cheap to make.</summary>
internal sealed class HostState
{
    private readonly ImmutableDictionary<AppId, int> _startApps;
    private readonly ImmutableHashSet<string> _startPorts;
    private Dictionary<AppId, int>? _apps;
    private Dictionary<string, PortUse>? _ports;

    public HostState(HostSnapshot host)
    {
        _startApps = host.Apps;
        _startPorts = host.HostPorts;
        Instances = host.Instances;
        ReservedNanoCpus = Amounts.NanoCpus(host.Reserved.Cpus);
        ReservedMemoryBytes = host.Reserved.MemoryBytes;
        Describe(host);
    }

    /// <summary>How many instances hold a port, and of which app; null where that is not known.</summary>
    internal readonly record struct PortUse(int Count, AppId? App);

    /// <summary>What is not counted: name, state, labels, capacity, images.</summary>
    public HostSnapshot Facts { get; private set; } = null!;
    /// <summary>Its place among the session's hosts in order of id.</summary>
    public int Ordinal { get; set; }
    public HostId Id => Facts.Id;
    public string Name => Facts.Name;
    public long CapacityNanoCpus { get; private set; }
    public long ReservedNanoCpus { get; private set; }
    public long ReservedMemoryBytes { get; private set; }
    public int Instances { get; private set; }
    /// <summary>How many instances of the app being placed are left out of its count, although they leave only after their successor is ready.</summary>
    public int Leaving { get; set; }
    public long FreeNanoCpus => CapacityNanoCpus - ReservedNanoCpus;
    public long FreeMemoryBytes => Facts.Capacity.MemoryBytes - ReservedMemoryBytes;

    /// <summary>Takes new facts and keeps the counts.</summary>
    public void Describe(HostSnapshot host)
    {
        Facts = host;
        CapacityNanoCpus = Amounts.NanoCpus(host.Capacity.Cpus);
    }

    public int CountOf(AppId app) => _apps is null ? _startApps.GetValueOrDefault(app) : _apps.GetValueOrDefault(app);

    public bool IsTaken(string port) => _ports is null ? _startPorts.Contains(port) : _ports.ContainsKey(port);

    /// <summary>Counts one more instance of the app.</summary>
    public void CountIn(AppId app)
    {
        Apps[app] = CountOf(app) + 1;
        Instances++;
    }

    /// <summary>Counts one instance of the app less; there must be one.</summary>
    public void CountOut(AppId app)
    {
        if (CountOf(app) is > 1 and var count) Apps[app] = count - 1;
        else Apps.Remove(app);
        Instances--;
    }

    /// <summary>Sets CPU and memory aside; less than none gives them back.</summary>
    public void Reserve(long nanoCpus, long memoryBytes)
    {
        ReservedNanoCpus += nanoCpus;
        ReservedMemoryBytes += memoryBytes;
    }

    /// <summary>Takes ports for an instance of the app; one that is taken already is held twice.</summary>
    public void TakePorts(AppId app, IReadOnlyList<string> ports)
    {
        foreach (var port in ports)
            Ports[port] = Ports.TryGetValue(port, out var use) ? new PortUse(use.Count + 1, use.App == app ? app : null) : new PortUse(1, app);
    }

    /// <summary>Gives ports back that one instance held.</summary>
    public void GivePortsBack(IReadOnlyList<string> ports)
    {
        foreach (var port in ports)
        {
            if (!Ports.TryGetValue(port, out var use)) continue;
            if (use.Count > 1) Ports[port] = use with { Count = use.Count - 1 };
            else Ports.Remove(port);
        }
    }

    /// <summary>Takes those of the ports away that one instance alone holds and that may be the app's; <see cref="PutBack"/> undoes it.</summary>
    public IReadOnlyList<KeyValuePair<string, PortUse>> TakeAway(AppId app, IReadOnlyList<string> ports)
    {
        var away = new List<KeyValuePair<string, PortUse>>();
        foreach (var port in ports)
        {
            if (Ports.TryGetValue(port, out var use) && use.Count == 1 && (use.App is null || use.App == app) && Ports.Remove(port))
                away.Add(new(port, use));
        }
        return away;
    }

    public void PutBack(IReadOnlyList<KeyValuePair<string, PortUse>> away)
    {
        foreach (var (port, use) in away) Ports[port] = use;
    }

    public HostSnapshot ToSnapshot() => Facts with
    {
        Reserved = new Resources(Amounts.Cpus(ReservedNanoCpus), ReservedMemoryBytes),
        Instances = Instances,
        Apps = _apps?.ToImmutableDictionary() ?? _startApps,
        HostPorts = _ports?.Keys.ToImmutableHashSet() ?? _startPorts,
    };

    private Dictionary<AppId, int> Apps => _apps ??= new Dictionary<AppId, int>(_startApps);

    private Dictionary<string, PortUse> Ports => _ports ??= _startPorts.ToDictionary(p => p, _ => new PortUse(1, null));
}
