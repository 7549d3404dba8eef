using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.Reconciliation;
using Portal.Core.Scheduling;
using Portal.Core.State.Readers;

namespace Portal.Agents.Control;

/// <summary>
/// What the controller knows over its term: loaded once, then kept by its own commits and by reading what notices name.
/// One loop uses it; it is thrown away whole when anything about it is in doubt.
/// </summary>
internal sealed class ControlledState(IControlReader reader)
{
    private readonly Dictionary<AppId, AppEntry> apps = [];
    private readonly Dictionary<InstanceId, Occupation> occupied = [];
    private Dictionary<HostId, HostInput> hosts = [];
    private Dictionary<HostId, HashSet<string>> images = [];

    public IReadOnlyDictionary<HostId, HostInput> Hosts => hosts;

    public SchedulingSession Session { get; } = new();

    public IEnumerable<AppId> Apps => apps.Keys;

    public AppEntry? Find(AppId app) => apps.GetValueOrDefault(app);

    /// <summary>The images that a host has, each by its canonical reference.</summary>
    public IReadOnlySet<string> ImagesOf(HostId host) => images.GetValueOrDefault(host) ?? [];

    /// <summary>Apps that have instances without a host, which may fit once something changes.</summary>
    public IEnumerable<AppId> AppsWithUnplaced => apps.Values.Where(a => a.Instances.Values.Any(i => i.Host is null)).Select(a => a.App.Input.Id);

    /// <summary>The rebalance that is under way; null for none.</summary>
    public ActiveRebalance? Rebalance { get; private set; }

    /// <summary>Takes the rebalance as it now is.</summary>
    /// <returns>Apps of which other instances are to move than before.</returns>
    public IReadOnlyCollection<AppId> Take(ActiveRebalance? rebalance)
    {
        var concerned = (Rebalance?.Moves ?? []).Concat(rebalance?.Moves ?? []).Select(m => m.App).Distinct().Where(apps.ContainsKey).ToList();
        Rebalance = rebalance;
        foreach (var app in concerned)
        {
            apps[app].Moves = MovesOf(app);
        }
        return concerned;
    }

    /// <summary>Reads the hosts anew.</summary>
    /// <returns>Apps that have instances on hosts that answer again: what is remembered of these may be from before.</returns>
    public async Task<IReadOnlyList<AppId>> LoadHostsAsync(CancellationToken cancellation)
    {
        Take(await reader.ReadRebalanceAsync(cancellation));
        var read = await reader.ReadHostsAsync(cancellation);
        foreach (var gone in hosts.Keys.Where(h => !read.ContainsKey(h)))
        {
            Session.RemoveHost(gone);
        }
        foreach (var host in read.Values)
        {
            var isNew = !hosts.ContainsKey(host.Input.Id);
            Session.UpsertHost(new HostSnapshot
            {
                Id = host.Input.Id,
                Name = host.Input.Name,
                Availability = host.Input.Availability,
                Reachability = host.Input.Reachability,
                Labels = host.Input.Labels,
                Os = host.Input.Os,
                Architecture = host.Input.Architecture,
                Capacity = host.Capacity,
                Images = host.Images,
            });
            foreach (var occupation in occupied.Values.Where(o => isNew && o.Host == host.Input.Id))
            {
                Session.OccupyInstance(occupation.Host, occupation.App, occupation.Spec);
            }
        }
        var back = read.Values.Where(h => h.Input.Reachability == Reachability.Reachable && hosts.GetValueOrDefault(h.Input.Id) is { Reachability: not Reachability.Reachable })
            .Select(h => h.Input.Id).ToHashSet();
        hosts = read.ToDictionary(h => h.Key, h => h.Value.Input);
        images = read.ToDictionary(h => h.Key, h => h.Value.Images.Select(ImageChoice.Canonical).ToHashSet(StringComparer.Ordinal));
        return back.Count == 0 ? [] : [.. apps.Values.Where(a => a.Instances.Values.Any(i => i.Host is { } host && back.Contains(host))).Select(a => a.App.Input.Id)];
    }

    /// <summary>Reads apps anew, all or those named; those that are no longer there are forgotten.</summary>
    public async Task LoadAppsAsync(Guid[]? ids, CancellationToken cancellation)
    {
        // At once, for a user's change waits for all of them. What they see may differ by moments; commits check the generation.
        var reading = reader.ReadAppsAsync(ids, cancellation);
        if (ids is null)
        {
            // No notice says that a new app is there for all of them to see: one that was read before its epochs would use them anew.
            await reading;
        }
        var (readingSpecs, readingInstances) = (reader.ReadSpecsAsync(ids, cancellation), reader.ReadInstancesAsync(ids, cancellation));
        var (readingEpochs, readingVolumes, readingFailures) = (reader.ReadEpochsAsync(ids, cancellation), reader.ReadVolumesAsync(ids, cancellation), reader.ReadFailuresAsync(ids, cancellation));
        var (readingImages, readingPulls, readingJobs) = (reader.ReadImagesAsync(ids, cancellation), reader.ReadPullsAsync(ids, cancellation), reader.ReadJobsAsync(ids, cancellation));
        await Task.WhenAll(reading, readingSpecs, readingInstances, readingEpochs, readingVolumes, readingFailures, readingImages, readingPulls, readingJobs);
        var read = await reading;
        var specs = (await readingSpecs).ToLookup(s => s.Key.Item1, s => (Revision: s.Key.Item2, Spec: s.Value));
        var (instances, epochs) = (await readingInstances, await readingEpochs);
        var (volumes, failures) = (await readingVolumes, await readingFailures);
        foreach (var id in ids?.Select(i => new AppId(i)) ?? [.. apps.Keys])
        {
            if (!read.ContainsKey(id))
            {
                Forget(id);
            }
        }
        foreach (var (id, app) in read)
        {
            var job = app.Input.Spec.Kind == AppKind.Job ? (await readingJobs).GetValueOrDefault(id) ?? new JobRecord() : null;
            var entry = new AppEntry(app with { Input = app.Input with { Specs = specs[id].ToImmutableDictionary(s => s.Revision, s => s.Spec), Job = job } })
            {
                Epochs = epochs[id].ToImmutableDictionary(e => e.Slot, e => e.Epoch),
                Volumes = [.. volumes[id]],
                Failures = [.. failures[id]],
                Unresolved = [.. (await readingImages)[id].Where(i => i.Digest is null).Select(i => i.Revision)],
                UnresolvedParts = [.. (await readingImages)[id].Where(i => i.LacksPartDigests).Select(i => i.Revision)],
                Images = (await readingImages)[id].ToImmutableDictionary(i => i.Revision),
                Pulls = [.. (await readingPulls)[id]],
                Moves = MovesOf(id),
            };
            var before = apps.GetValueOrDefault(id);
            apps[id] = entry;
            Replace(entry, before is null ? [] : [.. before.Instances.Keys], instances[id]);
        }
    }

    /// <summary>Reads anew what was seen of some apps' instances.</summary>
    public async Task LoadInstancesAsync(Guid[] ids, CancellationToken cancellation)
    {
        var instances = await reader.ReadInstancesAsync(ids, cancellation);
        var pulling = ids.Where(id => apps.TryGetValue(new AppId(id), out var entry) && !entry.Pulls.IsEmpty).ToArray();
        var pulls = pulling.Length > 0 ? await reader.ReadPullsAsync(pulling, cancellation) : null;
        foreach (var id in ids)
        {
            if (apps.TryGetValue(new AppId(id), out var entry))
            {
                Replace(entry, [.. entry.Instances.Keys], instances[entry.App.Input.Id]);
                entry.Pulls = pulls is null || entry.Pulls.IsEmpty ? entry.Pulls : [.. pulls[entry.App.Input.Id]];
            }
        }
    }

    /// <summary>Sets an instance as it now is; one with a host is counted there, unless the session did so itself when it placed it.</summary>
    public void Set(AppEntry entry, InstanceInput instance, bool alreadyCounted = false)
    {
        entry.Instances[instance.Id] = instance;
        if (instance.Host is { } host && !occupied.ContainsKey(instance.Id))
        {
            var occupation = new Occupation(host, entry.App.Input.Id, entry.App.Input.SpecOf(instance.Revision));
            occupied[instance.Id] = occupation;
            if (!alreadyCounted)
            {
                Session.OccupyInstance(occupation.Host, occupation.App, occupation.Spec);
            }
        }
    }

    /// <summary>Removes an instance that is over.</summary>
    public void Remove(AppEntry entry, InstanceId instance)
    {
        entry.Instances.Remove(instance);
        if (occupied.Remove(instance, out var occupation))
        {
            Session.ReleaseInstance(occupation.Host, occupation.App, occupation.Spec);
        }
    }

    public void Forget(AppId app)
    {
        if (apps.Remove(app, out var entry))
        {
            foreach (var instance in entry.Instances.Keys.ToList())
            {
                Remove(entry, instance);
            }
        }
    }

    private ImmutableDictionary<InstanceId, string> MovesOf(AppId app) => Rebalance?.MovesOf(app) ?? ImmutableDictionary<InstanceId, string>.Empty;

    private void Replace(AppEntry entry, IReadOnlyCollection<InstanceId> before, IEnumerable<InstanceInput> instances)
    {
        var read = instances.ToDictionary(i => i.Id);
        foreach (var gone in before.Where(b => !read.ContainsKey(b)).ToList())
        {
            Remove(entry, gone);
        }
        entry.Instances.Clear();
        foreach (var instance in read.Values)
        {
            Set(entry, instance);
        }
    }

    private sealed record Occupation(HostId Host, AppId App, AppSpec Spec);
}
