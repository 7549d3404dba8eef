using System.Collections.Immutable;
using Portal.Core.State.Live;

namespace Portal.Components.Live;

/// <summary>What the top bar narrows every page to; null is everything. Lives in the query string as <c>team</c> and <c>host</c>.</summary>
/// <param name="Team">Only that team's apps.</param>
/// <param name="Host">Only that host, and apps with an instance on it.</param>
internal sealed record Scope(string? Team, string? Host)
{
    public static Scope Of(PageQuery query) => new(query["team"], query["host"]);

    public bool IsAll => Team is null && Host is null;

    /// <summary>What of the snapshot lies within the scope.</summary>
    public LiveSnapshot Narrow(LiveSnapshot snapshot)
    {
        if (IsAll)
        {
            return snapshot;
        }

        var apps = snapshot.Apps
            .Where(a => (Team is null || a.Value.Team == Team)
                && (Host is null || (snapshot.Instances.TryGetValue(a.Key, out var of) && of.Any(i => i.Host == Host))))
            .ToImmutableDictionary();
        return snapshot with
        {
            Apps = apps,
            Instances = snapshot.Instances.Where(i => apps.ContainsKey(i.Key)).ToImmutableDictionary(),
            Hosts = Host is null ? snapshot.Hosts : snapshot.Hosts.Where(h => h.Value.Name == Host).ToImmutableDictionary(),
            Events = [.. snapshot.Events.Where(e => (Team is null || e.Team == Team) && (Host is null || e.Host == Host))],
            Services = [.. snapshot.Services.Where(s => s.AppId is { } app ? apps.ContainsKey(app) : Host is null && (Team is null || s.Team == Team))],
        };
    }
}
