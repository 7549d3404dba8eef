using System.Collections.Immutable;
using Portal.Core.State.Live;

namespace Portal.Api.Watch;

/// <summary>Everything that can be watched, at one moment, by kind and key. Items that did not change are shared with the table before.</summary>
internal sealed record WatchTable(ImmutableArray<IReadOnlyDictionary<string, WatchItem>> Items)
{
    private static readonly WatchKind[] Kinds = Enum.GetValues<WatchKind>();

    public static WatchTable Empty { get; } = new([.. Kinds.Select(_ => (IReadOnlyDictionary<string, WatchItem>)new Dictionary<string, WatchItem>())]);

    public IReadOnlyDictionary<string, WatchItem> this[WatchKind kind] => Items[(int)kind];

    /// <summary>The table of a snapshot.</summary>
    public static WatchTable Of(LiveSnapshot snapshot, WatchTable before)
    {
        var apps = new Builder(before[WatchKind.Apps]);
        var instances = new Builder(before[WatchKind.Instances]);
        var hosts = new Builder(before[WatchKind.Hosts]);
        var services = new Builder(before[WatchKind.Services]);
        foreach (var app in snapshot.Apps.Values)
        {
            apps.Add($"{app.Team}/{app.Name}", app, () => WatchItem.Of(app));
        }
        foreach (var (id, list) in snapshot.Instances)
        {
            if (snapshot.Apps.TryGetValue(id, out var app))
            {
                foreach (var instance in list)
                {
                    instances.Add(instance.Id.ToString(), instance, () => WatchItem.Of(instance, app));
                }
            }
        }
        foreach (var host in snapshot.Hosts.Values)
        {
            hosts.Add(host.Name, host, () => WatchItem.Of(host));
        }
        foreach (var service in snapshot.Services)
        {
            services.Add($"{service.Team}/{service.Name}", service, () => WatchItem.Of(service));
        }
        return new WatchTable([apps.Items, instances.Items, hosts.Items, services.Items]);
    }

    /// <summary>What differs from the table before, numbered from a number on.</summary>
    public List<WatchChange> Since(WatchTable before, long firstNumber)
    {
        var changes = new List<WatchChange>();
        foreach (var kind in Kinds)
        {
            foreach (var (key, item) in before[kind])
            {
                if (!this[kind].ContainsKey(key))
                {
                    changes.Add(new WatchChange(firstNumber + changes.Count, kind, key, item, Removed: true));
                }
            }
            foreach (var (key, item) in this[kind])
            {
                if (!before[kind].TryGetValue(key, out var old) || !item.LooksLike(old))
                {
                    changes.Add(new WatchChange(firstNumber + changes.Count, kind, key, item, Removed: false));
                }
            }
        }
        return changes;
    }

    private sealed class Builder(IReadOnlyDictionary<string, WatchItem> before)
    {
        public Dictionary<string, WatchItem> Items { get; } = new(before.Count, StringComparer.Ordinal);

        public void Add(string key, object source, Func<WatchItem> make) =>
            Items[key] = before.TryGetValue(key, out var old) && ReferenceEquals(old.Source, source) ? old : make();
    }
}
