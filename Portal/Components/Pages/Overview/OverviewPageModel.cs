using System.Collections.Immutable;
using Portal.Components.Pages.Apps;
using Portal.Components.Pages.Common;
using Portal.Components.Pages.Hosts;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Overview;

/// <summary>What a person sees first. Knows no renderer and no service.</summary>
public sealed class OverviewPageModel
{
    /// <summary>Above so many instances tiles show counts instead of a block for each.</summary>
    public const int BlocksAtMost = 1000;

    /// <summary>How many of an actor's apps are listed.</summary>
    public const int MyAppsAtMost = 12;

    /// <summary>How many events are listed, equal neighbours counted as one.</summary>
    public const int EventsAtMost = 20;

    public ImmutableArray<AppRow> MyApps { get; private set; } = [];
    public ImmutableArray<HostTile> Hosts { get; private set; } = [];
    public ImmutableArray<FoldedEvent> Events { get; private set; } = [];

    public int AppCount { get; private set; }
    public int HostCount { get; private set; }
    public int InstanceCount { get; private set; }

    /// <summary>Whether nothing was ever set up.</summary>
    public bool IsEmpty => AppCount == 0 && HostCount == 0;

    /// <summary>Takes a new snapshot, already narrowed to what the actor may see.</summary>
    public void Apply(LiveSnapshot snapshot, Actor actor)
    {
        var hosts = HostsPageModel.RowsOf(snapshot);
        (AppCount, HostCount) = (snapshot.Apps.Count, hosts.Length);
        InstanceCount = snapshot.Instances.Values.Sum(i => i.Length);
        MyApps = [.. Mine(snapshot, actor).OrderByDescending(a => a.ChangedAt).ThenBy(a => a.Name, StringComparer.Ordinal).Take(MyAppsAtMost)
            .Select(app => AppRow.Of(app, snapshot.Instances.TryGetValue(app.Id, out var instances) ? instances : []))];
        Hosts = actor.IsAdministrator ? [.. hosts.Select(h => HostTile.Of(h, InstanceCount <= BlocksAtMost))] : [];
        Events = [.. FoldedEvent.Of(snapshot.Events).Take(EventsAtMost)];
    }

    /// <summary>Apps of the teams that the actor belongs to, and those that they changed last.</summary>
    private static IEnumerable<AppView> Mine(LiveSnapshot snapshot, Actor actor) =>
        snapshot.Apps.Values.Where(app => actor.Roles.ContainsKey(app.TeamId) || app.ChangedBy == actor.Name);
}

/// <summary>A host of the map.</summary>
/// <param name="Row">The host.</param>
/// <param name="Blocks">Its instances, one block each; empty where there are too many of them.</param>
/// <param name="Counts">How many there are in each state, the most first, where there are too many for blocks.</param>
public sealed record HostTile(HostRow Row, ImmutableArray<PlacedInstance> Blocks, ImmutableArray<(InstanceState State, int Count)> Counts)
{
    public static HostTile Of(HostRow row, bool blocks) => blocks
        ? new HostTile(row, row.Instances, [])
        : new HostTile(row, [], [.. row.Instances.CountBy(i => i.Instance.State).OrderByDescending(c => c.Value).Select(c => (c.Key, c.Value))]);
}
