using System.Text.Json;
using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Views;

namespace Portal.Api.Watch;

/// <summary>What can be watched.</summary>
internal enum WatchKind
{
    /// <summary>Apps.</summary>
    Apps,
    /// <summary>Live and unplaced instances.</summary>
    Instances,
    /// <summary>Hosts.</summary>
    Hosts,
    /// <summary>Services of the catalog.</summary>
    Services,
}

/// <summary>
/// One thing that readers see, with its JSON made once for all of them: whole, and as those see it who may not see
/// everything of it.
/// </summary>
internal sealed class WatchItem
{
    private readonly Lazy<string> _whole;
    private readonly Lazy<string> _restricted;
    private readonly TeamRole _seesWhole;

    private WatchItem(object source, TeamId? team, TeamRole seesWhole, Func<object> whole, Func<object>? restricted)
    {
        Source = source;
        Team = team;
        _seesWhole = seesWhole;
        _whole = new Lazy<string>(() => JsonSerializer.Serialize(whole(), ApiJson.Options));
        _restricted = restricted is null ? _whole : new Lazy<string>(() => JsonSerializer.Serialize(restricted(), ApiJson.Options));
    }

    /// <summary>The view that it was made of; the same object means that nothing changed.</summary>
    public object Source { get; }

    /// <summary>The team whose members see it; null for everyone.</summary>
    public TeamId? Team { get; }

    public static WatchItem Of(AppView app) => new(app, app.TeamId, TeamRole.Deployer, () => AppBody.Of(app), () => AppBody.Of(app.WithoutEnv()));

    public static WatchItem Of(InstanceView instance, AppView app) =>
        new(instance, app.TeamId, TeamRole.Viewer, () => InstanceBody.Of(app.Team, app.Name, instance), null);

    public static WatchItem Of(HostView host) => new(host, null, TeamRole.Viewer, () => HostBody.Of(host), () => HostBody.Of(host with { Foreign = [] }));

    public static WatchItem Of(ServiceView service) => new(service, service.TeamId, TeamRole.Viewer, () => ServiceBody.Of(service), null);

    public bool IsSeenBy(Actor actor) => Team is not { } team || actor.Has(team, TeamRole.Viewer);

    public string JsonFor(Actor actor) => actor.IsAdministrator || (Team is { } team && actor.Has(team, _seesWhole)) ? _whole.Value : _restricted.Value;

    /// <summary>Whether no reader could tell the two apart.</summary>
    public bool LooksLike(WatchItem other) => ReferenceEquals(Source, other.Source) || (Team == other.Team && _whole.Value == other._whole.Value);
}

/// <summary>A change of one item; the item is what is new, or what was there last.</summary>
internal sealed record WatchChange(long Number, WatchKind Kind, string Key, WatchItem Item, bool Removed);
