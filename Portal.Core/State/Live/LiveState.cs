using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Live;

/// <summary>Keeps the one live snapshot of this process: reads what notices name, shares the rest, swaps it whole.</summary>
public sealed class LiveState(ViewReader reader, INoticeBus notices, TimeProvider time, ILogger<LiveState> log) : BackgroundService, ILiveState
{
    private const int EventsKept = 300;
    /// <summary>Hosts' "last seen" moves without a notice, so it is read again this often.</summary>
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(5);
    /// <summary>Finds what every notice missed.</summary>
    private static readonly TimeSpan ReloadEvery = TimeSpan.FromSeconds(60);
    private readonly LiveInbox inbox = new();
    private readonly Dictionary<AppId, ImmutableArray<ServiceView>> services = [];
    private ImmutableArray<ServiceView> registered = [];
    private ImmutableArray<Action<LiveSnapshot>> readers = [];
    private volatile LiveSnapshot current = new();

    /// <inheritdoc/>
    public LiveSnapshot Current => current;

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<LiveSnapshot> changed)
    {
        ImmutableInterlocked.Update(ref readers, r => r.Add(changed));
        return new Subscription(() => ImmutableInterlocked.Update(ref readers, r => r.Remove(changed)));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        inbox.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notices.Subscribe(inbox.Put);
        inbox.Put(new Notice { Everything = true });
        var reloadAt = time.GetUtcNow() + ReloadEvery;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var woken = await inbox.WaitAsync(RefreshEvery, stoppingToken);
                var changes = inbox.Take();
                if (time.GetUtcNow() >= reloadAt)
                {
                    changes = changes with { Everything = true };
                    reloadAt = time.GetUtcNow() + ReloadEvery;
                }
                Publish(await ReadAsync(changes, hostsToo: !woken, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: a background service that throws ends the process.
                await GoStaleAsync(e, stoppingToken);
            }
        }
    }

    private async Task GoStaleAsync(Exception error, CancellationToken stoppingToken)
    {
        if (current.StaleSince is null)
        {
            log.LogWarning("The store does not answer ({Reason}); pages show what was last known", error.Message);
            Publish(current with { StaleSince = time.GetUtcNow() });
        }
        inbox.Put(new Notice { Everything = true });
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            log.LogDebug("Stopped while the store was away");
        }
    }

    private async Task<LiveSnapshot> ReadAsync(LiveChanges changes, bool hostsToo, CancellationToken cancellation)
    {
        var before = current;
        var now = before with { At = time.GetUtcNow(), StaleSince = null };
        if (changes.Everything)
        {
            services.Clear();
            now = now with { Apps = ImmutableDictionary<AppId, AppView>.Empty, Instances = ImmutableDictionary<AppId, ImmutableArray<InstanceView>>.Empty };
        }
        if (changes.Everything || changes.Hosts || hostsToo || changes.Apps.Count > 0)
        {
            now = now with { Hosts = Share(before.Hosts, await reader.ReadHostsAsync(null, cancellation)) };
        }
        if (changes.Everything || changes.Hosts || changes.Apps.Count > 0)
        {
            // A host's change shows in its instances: those apps are read as well.
            var ids = changes.Everything || changes.Hosts ? null : changes.Apps.Select(a => a.Value).ToList();
            now = Merge(now, ids, await reader.ReadAppsAsync(ids, cancellation), await reader.ReadInstancesAsync(ids, ended: false, cancellation));
        }
        var registeredBefore = registered;
        if (changes.Everything || changes.Services || hostsToo)
        {
            // Time alone ends what lives by heartbeats.
            registered = ShareServices(registered, await reader.ReadServicesAsync(null, cancellation));
        }
        if (changes.Everything || changes.Hosts || changes.Apps.Count > 0 || hostsToo || registered != registeredBefore)
        {
            now = now with { Services = Catalog(now, before.Services) };
        }
        if (changes.Any || hostsToo)
        {
            now = now with { Events = await ReadEventsAsync(before.Events, cancellation) };
        }
        return now;
    }

    private LiveSnapshot Merge(LiveSnapshot now, List<Guid>? ids, List<AppView> apps, List<InstanceView> instances)
    {
        var byApp = instances.GroupBy(i => i.AppId).ToDictionary(g => g.Key, g => g.ToImmutableArray());
        var appsNow = ids is null ? ImmutableDictionary.CreateBuilder<AppId, AppView>() : now.Apps.ToBuilder();
        var instancesNow = ids is null ? ImmutableDictionary.CreateBuilder<AppId, ImmutableArray<InstanceView>>() : now.Instances.ToBuilder();
        foreach (var id in ids?.Select(i => new AppId(i)) ?? [.. services.Keys])
        {
            appsNow.Remove(id);
            instancesNow.Remove(id);
            services.Remove(id);
        }
        foreach (var app in apps)
        {
            appsNow[app.Id] = app;
            instancesNow[app.Id] = byApp.GetValueOrDefault(app.Id, []);
            services[app.Id] = [.. CatalogProjection.Of(app, instancesNow[app.Id])];
        }
        return now with
        {
            Apps = appsNow.ToImmutable(),
            Instances = instancesNow.ToImmutable(),
        };
    }

    /// <summary>The whole catalog; what did not change is shared with the one before.</summary>
    private ImmutableArray<ServiceView> Catalog(LiveSnapshot now, ImmutableArray<ServiceView> before)
    {
        var unheard = CatalogProjection.Unheard(now.Hosts.Values, now.At);
        return ShareServices(before, services.Values.SelectMany(s => s).Select(s => CatalogProjection.WithoutWordOf(s, unheard)).Concat(registered)
            .OrderBy(s => s.Team, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal));
    }

    private static ImmutableArray<ServiceView> ShareServices(ImmutableArray<ServiceView> before, IEnumerable<ServiceView> read)
    {
        var known = before.DistinctBy(s => (s.Team, s.Name)).ToDictionary(s => (s.Team, s.Name));
        ImmutableArray<ServiceView> shared = [.. read.Select(s => known.TryGetValue((s.Team, s.Name), out var old) && IsSame(old, s) ? old : s)];
        return shared.Length == before.Length && shared.Zip(before).All(p => ReferenceEquals(p.First, p.Second)) ? before : shared;
    }

    private static bool IsSame(ServiceView one, ServiceView other) =>
        ReferenceEquals(one, other) || one.Endpoints.SequenceEqual(other.Endpoints) && one with { Endpoints = other.Endpoints } == other;

    private async Task<ImmutableArray<EventView>> ReadEventsAsync(ImmutableArray<EventView> before, CancellationToken cancellation)
    {
        // Identities are given before they are committed: a short way back finds those that came late.
        var newest = before.IsEmpty ? 0 : Math.Max(0, before[0].Id - 100);
        var read = await reader.ReadEventsAsync(newest, EventsKept, cancellation);
        if (before.Length > 0 && read.Count > 0 && read[0].Id == before[0].Id && read.TrueForAll(e => before.Any(b => b.Id == e.Id)))
        {
            return before;
        }
        return [.. read.Concat(before.Where(b => b.Id <= newest)).Take(EventsKept)];
    }

    private static ImmutableDictionary<HostId, HostView> Share(ImmutableDictionary<HostId, HostView> before, List<HostView> read) =>
        read.ToImmutableDictionary(h => h.Id, h => before.GetValueOrDefault(h.Id) is { } known && known == h ? known : h);

    private void Publish(LiveSnapshot snapshot)
    {
        current = snapshot with { Version = current.Version + 1 };
        foreach (var reader in readers)
        {
            reader(current);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref end, static () => { })();
    }
}
