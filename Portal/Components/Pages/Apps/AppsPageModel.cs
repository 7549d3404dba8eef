using System.Collections.Immutable;
using Portal.Components.Live;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Apps;

/// <summary>The table of apps: rows, facets, order. Knows no renderer and no service.</summary>
public sealed class AppsPageModel() : ListModel<AppId, AppRow, AppsFilter>(row => row.Id, row => row with { Gone = true })
{
    private LiveSnapshot? _taken;
    private ImmutableDictionary<AppId, AppUsage> _usage = ImmutableDictionary<AppId, AppUsage>.Empty;
    private (Dictionary<AppId, AppRow>? Of, List<AppRow> Rows) _byName = (null, []);
    private (Dictionary<AppId, AppRow>? Of, AppsFilter By, List<AppRow> Rows, ImmutableArray<FacetGroup> Facets) _chosen = (null, new(), [], []);

    /// <summary>Takes what apps use now.</summary>
    public void Apply(ImmutableDictionary<AppId, AppUsage> usage)
    {
        _usage = usage;
        if (Filter.Sort is AppSort.Cpu or AppSort.Memory)
        {
            Take(All);
        }
    }

    /// <summary>Takes a new snapshot, already narrowed to what the actor may see. The same one again changes nothing.</summary>
    public void Apply(LiveSnapshot snapshot)
    {
        if (ReferenceEquals(snapshot, _taken))
        {
            return;
        }
        _taken = snapshot;
        var next = new Dictionary<AppId, AppRow>(snapshot.Apps.Count);
        foreach (var (id, app) in snapshot.Apps)
        {
            ImmutableArray<InstanceView> instances = snapshot.Instances.TryGetValue(id, out var found) ? found : [];
            next[id] = All.TryGetValue(id, out var known) && ReferenceEquals(known.App, app) && known.Instances == instances
                ? known : AppRow.Of(app, instances);
        }
        Take(next);
    }

    protected override (ImmutableArray<AppRow> Wanted, ImmutableArray<FacetGroup> Facets) Choose()
    {
        if (!ReferenceEquals(_byName.Of, All))
        {
            _byName = (All, [.. All.Values.OrderBy(r => r.App.Name, StringComparer.Ordinal).ThenBy(r => r.App.Team, StringComparer.Ordinal)]);
        }
        // Another order leaves the same rows, and the counts as they are.
        var unsorted = Filter with { Sort = default, Descending = false };
        if (!ReferenceEquals(_chosen.Of, All) || !unsorted.Equals(_chosen.By))
        {
            var found = _byName.Rows.FindAll(MatchesText);
            _chosen = (All, unsorted, found.FindAll(r => HasStatus(r) && HasTeam(r) && HasHost(r)),
                [
                    FacetGroup.Count("status", "Status", found.Where(r => HasTeam(r) && HasHost(r)), r => [r.App.Status.ToString()], [.. Filter.Statuses.Select(s => s.ToString())]),
                    FacetGroup.Count("teams", "Team", found.Where(r => HasStatus(r) && HasHost(r)), r => [r.App.Team], Filter.Teams),
                    FacetGroup.Count("hosts", "Host", found.Where(r => HasStatus(r) && HasTeam(r)), r => r.Hosts, Filter.Hosts),
                ]);
        }
        return ([.. Sorted(_chosen.Rows)], _chosen.Facets);
    }

    private bool MatchesText(AppRow row) => Filter.Text.Length == 0
        || row.App.Name.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.App.Team.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.App.Image.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase);

    private bool HasStatus(AppRow row) => Filter.Statuses.IsEmpty || Filter.Statuses.Contains(row.App.Status);

    private bool HasTeam(AppRow row) => Filter.Teams.IsEmpty || Filter.Teams.Contains(row.App.Team);

    private bool HasHost(AppRow row) => Filter.Hosts.IsEmpty || row.Hosts.Any(Filter.Hosts.Contains);

    /// <summary>Of rows by name; what is equal by another column stays so.</summary>
    private IEnumerable<AppRow> Sorted(List<AppRow> byName)
    {
        IEnumerable<AppRow> By<TKey>(Func<AppRow, TKey> key, IComparer<TKey>? comparer = null) =>
            Filter.Descending ? byName.OrderByDescending(key, comparer) : byName.OrderBy(key, comparer);
        return Filter.Sort switch
        {
            AppSort.Status => By(r => Concern(r.App.Status)),
            AppSort.Image => By(r => r.App.Image, StringComparer.Ordinal),
            AppSort.Replicas => By(r => r.App.Desired),
            AppSort.Changed => By(r => r.App.ChangedAt),
            AppSort.Cpu => By(r => _usage.GetValueOrDefault(r.Id).Cpu ?? -1),
            AppSort.Memory => By(r => _usage.GetValueOrDefault(r.Id).Memory),
            _ when Filter.Descending => Enumerable.Reverse(byName),
            _ => byName,
        };
    }

    /// <summary>What needs a person most comes first.</summary>
    private static int Concern(AppStatus status) => status switch
    {
        AppStatus.Failed => 0,
        AppStatus.Degraded => 1,
        AppStatus.Pending => 2,
        AppStatus.Unknown => 3,
        AppStatus.Progressing => 4,
        AppStatus.Running => 5,
        AppStatus.Healthy => 6,
        _ => 7,
    };
}
