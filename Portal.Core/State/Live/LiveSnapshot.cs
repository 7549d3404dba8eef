using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Core.State.Live;

/// <summary>Everything that pages show live, at one moment. Immutable; what did not change is shared with the one before.</summary>
public sealed record LiveSnapshot
{
    /// <summary>Grows with each change.</summary>
    public long Version { get; init; }
    /// <summary>When the store was last heard.</summary>
    public DateTimeOffset At { get; init; }
    /// <summary>Since when the store has not answered; null while it does.</summary>
    public DateTimeOffset? StaleSince { get; init; }
    /// <summary>Hosts by id.</summary>
    public ImmutableDictionary<HostId, HostView> Hosts { get; init; } = ImmutableDictionary<HostId, HostView>.Empty;
    /// <summary>Apps by id.</summary>
    public ImmutableDictionary<AppId, AppView> Apps { get; init; } = ImmutableDictionary<AppId, AppView>.Empty;
    /// <summary>Live and unplaced instances by app, ordered by slot and epoch.</summary>
    public ImmutableDictionary<AppId, ImmutableArray<InstanceView>> Instances { get; init; } = ImmutableDictionary<AppId, ImmutableArray<InstanceView>>.Empty;
    /// <summary>The latest events, newest first, a few hundred at most.</summary>
    public ImmutableArray<EventView> Events { get; init; } = [];
    /// <summary>The catalog, by team and name.</summary>
    public ImmutableArray<ServiceView> Services { get; init; } = [];
}

/// <summary>The one live snapshot of this process, for all circuits and watches. What an actor may see of it is the reader's to filter: <see cref="LiveSnapshotExtensions.For"/>.</summary>
public interface ILiveState
{
    /// <summary>The newest snapshot.</summary>
    LiveSnapshot Current { get; }
    /// <summary>Calls back with each new snapshot, from a worker's thread; a slow callee only misses ones in between. Dispose to end.</summary>
    IDisposable Subscribe(Action<LiveSnapshot> changed);
}

/// <summary>Filters of a snapshot.</summary>
public static class LiveSnapshotExtensions
{
    /// <summary>What the actor may see.</summary>
    public static LiveSnapshot For(this LiveSnapshot snapshot, Actor actor)
    {
        if (actor.IsAdministrator)
        {
            return snapshot;
        }
        var apps = snapshot.Apps.Where(a => actor.Has(a.Value.TeamId, TeamRole.Viewer))
            .ToImmutableDictionary(a => a.Key, a => actor.Has(a.Value.TeamId, TeamRole.Deployer) ? a.Value : a.Value.WithoutEnv());
        var services = snapshot.Services.Where(s => actor.Has(s.TeamId, TeamRole.Viewer)).ToImmutableArray();
        var teams = apps.Values.Select(a => a.Team).Concat(services.Select(s => s.Team)).ToHashSet(StringComparer.Ordinal);
        return snapshot with
        {
            Apps = apps,
            Instances = snapshot.Instances.Where(i => apps.ContainsKey(i.Key)).ToImmutableDictionary(),
            Hosts = snapshot.Hosts.ToImmutableDictionary(h => h.Key, h => h.Value with { Foreign = [] }),
            Events = [.. snapshot.Events.Where(e => e.Team is null || teams.Contains(e.Team))],
            Services = services,
        };
    }
}
