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
    private readonly LiveCatalog catalog = new();
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
        var all = changes.Everything || changes.Hosts;
        if (!all && changes.Observed.Count > 0)
        {
            // First what callers of services wait for: who serves, and who no more.
            Publish(await ReadObservedAsync(current with { At = time.GetUtcNow(), StaleSince = null }, changes.Observed, cancellation));
        }
        var before = current;
        var now = before with { At = time.GetUtcNow(), StaleSince = null };
        if (changes.Everything)
        {
            now = now with { Apps = ImmutableDictionary<AppId, AppView>.Empty, Instances = ImmutableDictionary<AppId, ImmutableArray<InstanceView>>.Empty };
        }
        if (all || hostsToo || changes.Apps.Count > 0)
        {
            now = now with { Hosts = Share(before.Hosts, await reader.ReadHostsAsync(null, cancellation)) };
        }
        if (all || changes.Apps.Count + changes.Observed.Count > 0)
        {
            // A host's change shows in its instances: those apps are read as well.
            var ids = all ? null : changes.Apps.Union(changes.Observed).Select(a => a.Value).ToList();
            var apps = reader.ReadAppsAsync(ids, cancellation);
            var instances = reader.ReadInstancesAsync(ids, ended: false, cancellation);
            await Task.WhenAll(apps, instances);
            now = Merge(now, ids, await apps, await instances);
        }
        if (changes.Everything || changes.Services || hostsToo)
        {
            // Time alone ends what lives by heartbeats.
            catalog.SetRegistered(await reader.ReadServicesAsync(null, cancellation));
        }
        now = now with { Services = catalog.Read(now.Hosts.Values, now.At) };
        if (changes.Any || hostsToo)
        {
            now = now with { Events = await ReadEventsAsync(before.Events, cancellation) };
        }
        return now;
    }

    private async Task<LiveSnapshot> ReadObservedAsync(LiveSnapshot now, HashSet<AppId> observed, CancellationToken cancellation)
    {
        var apps = observed.Select(now.Apps.GetValueOrDefault).OfType<AppView>().ToList();
        if (apps.Count == 0)
        {
            return now;
        }
        var ids = apps.ConvertAll(a => a.Id.Value);
        now = Merge(now, ids, apps, await reader.ReadInstancesAsync(ids, ended: false, cancellation));
        return now with { Services = catalog.Read(now.Hosts.Values, now.At) };
    }

    private LiveSnapshot Merge(LiveSnapshot now, List<Guid>? ids, List<AppView> apps, List<InstanceView> instances)
    {
        var byApp = instances.GroupBy(i => i.AppId).ToDictionary(g => g.Key, g => g.ToImmutableArray());
        var read = apps.Select(a => a.Id).ToHashSet();
        var appsNow = ids is null ? ImmutableDictionary.CreateBuilder<AppId, AppView>() : now.Apps.ToBuilder();
        var instancesNow = ids is null ? ImmutableDictionary.CreateBuilder<AppId, ImmutableArray<InstanceView>>() : now.Instances.ToBuilder();
        if (ids is null)
        {
            catalog.KeepOnly(read);
        }
        foreach (var gone in ids?.Select(i => new AppId(i)).Where(i => !read.Contains(i)) ?? [])
        {
            appsNow.Remove(gone);
            instancesNow.Remove(gone);
            catalog.Remove(gone);
        }
        foreach (var app in apps)
        {
            appsNow[app.Id] = app;
            instancesNow[app.Id] = byApp.GetValueOrDefault(app.Id, []);
            catalog.Set(app, instancesNow[app.Id]);
        }
        return now with { Apps = appsNow.ToImmutable(), Instances = instancesNow.ToImmutable() };
    }

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
