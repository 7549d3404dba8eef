using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Live;

/// <summary>The catalog as <see cref="LiveState"/> keeps it from one snapshot to the next. What did not change stays the same object, and without a change nothing is sorted anew.</summary>
internal sealed class LiveCatalog
{
    private readonly Dictionary<AppId, ImmutableArray<ServiceView>> _byApp = [];
    private ImmutableArray<ServiceView> _registered = [];
    private ImmutableHashSet<HostId> _unheard = [];
    private ImmutableArray<ServiceView> _all = [];
    private bool _isOld;

    /// <summary>Keeps only the services of those apps, and the registered ones.</summary>
    public void KeepOnly(ISet<AppId> apps)
    {
        foreach (var id in _byApp.Keys.Where(id => !apps.Contains(id)).ToList())
        {
            Remove(id);
        }
    }

    public void Remove(AppId app) => _isOld |= _byApp.Remove(app, out var had) && had.Length > 0;

    public void Set(AppView app, ImmutableArray<InstanceView> instances)
    {
        var before = _byApp.GetValueOrDefault(app.Id, []);
        var now = Share(before, CatalogProjection.Of(app, instances));
        _byApp[app.Id] = now;
        _isOld |= now != before;
    }

    public void SetRegistered(IEnumerable<ServiceView> services)
    {
        var now = Share(_registered, services);
        _isOld |= now != _registered;
        _registered = now;
    }

    /// <summary>All services, by team and name.</summary>
    public ImmutableArray<ServiceView> Read(IEnumerable<HostView> hosts, DateTimeOffset now)
    {
        var unheard = CatalogProjection.Unheard(hosts, now);
        if (_isOld || !unheard.SetEquals(_unheard))
        {
            (_isOld, _unheard) = (false, unheard);
            _all = Share(_all, _byApp.Values.SelectMany(s => s).Select(s => CatalogProjection.WithoutWordOf(s, unheard)).Concat(_registered)
                .OrderBy(s => s.Team, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal));
        }
        return _all;
    }

    private static ImmutableArray<ServiceView> Share(ImmutableArray<ServiceView> before, IEnumerable<ServiceView> read)
    {
        var known = before.DistinctBy(s => (s.Team, s.Name)).ToDictionary(s => (s.Team, s.Name));
        ImmutableArray<ServiceView> shared = [.. read.Select(s => known.TryGetValue((s.Team, s.Name), out var old) && IsSame(old, s) ? old : s)];
        return shared.Length == before.Length && shared.Zip(before).All(p => ReferenceEquals(p.First, p.Second)) ? before : shared;
    }

    private static bool IsSame(ServiceView one, ServiceView other) =>
        ReferenceEquals(one, other) || one.Endpoints.SequenceEqual(other.Endpoints) && one with { Endpoints = other.Endpoints } == other;
}
