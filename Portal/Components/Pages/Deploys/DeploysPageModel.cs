using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Deploys;

/// <summary>The list of rollouts: rows, facets. Knows no renderer and no service.</summary>
public sealed class DeploysPageModel() : ListModel<(string, string, long), DeployRow, DeploysFilter>(row => row.Key, row => row with { Gone = true })
{
    private readonly Dictionary<AppId, (long, RolloutStatus)> _seen = [];
    private ImmutableArray<RolloutView> _read = [];
    private LiveSnapshot _live = new();
    private bool _scoped;

    /// <summary>Takes what was read.</summary>
    public void Apply(ImmutableArray<RolloutView> read)
    {
        _read = read;
        Gather();
    }

    /// <summary>Takes a new snapshot, already narrowed to what the actor may see and to the scope.</summary>
    /// <returns>Whether a rollout began, ended or turned since the one before, so that the list is to be read again.</returns>
    public bool Apply(LiveSnapshot snapshot, bool scoped)
    {
        (_live, _scoped) = (snapshot, scoped);
        var changed = false;
        foreach (var (id, app) in snapshot.Apps)
        {
            if (app.Rollout?.State is { } rollout && (!_seen.TryGetValue(id, out var before) || before != (rollout.Generation, rollout.Status)))
            {
                _seen[id] = (rollout.Generation, rollout.Status);
                changed = true;
            }
        }
        Gather();
        return changed;
    }

    /// <summary>What was read, with what is live: an app's last rollout is known better than it was when it was read.</summary>
    private void Gather()
    {
        var apps = _live.Apps.Values.Where(a => !a.Deleting).GroupBy(a => (a.Team, a.Name)).ToDictionary(g => g.Key, g => g.First());
        var all = new Dictionary<(string, string, long), DeployRow>();
        foreach (var row in _read.Select(DeployRow.Of).Where(r => !_scoped || apps.ContainsKey((r.Team, r.App))))
        {
            all[row.Key] = row;
        }
        foreach (var app in apps.Values.Where(a => a.Rollout is not null))
        {
            var row = new DeployRow(app.Team, app.Name, app.Rollout!.State);
            all[row.Key] = row;
        }
        Take(all);
    }

    /// <summary>Newest first.</summary>
    protected override (ImmutableArray<DeployRow> Wanted, ImmutableArray<FacetGroup> Facets) Choose()
    {
        var found = All.Values.Where(MatchesText).OrderByDescending(r => r.State.StartedAt).ThenBy(r => r.Key).ToList();
        ImmutableArray<FacetGroup> facets =
        [
            FacetGroup.Count("status", "Status", found.Where(HasTeam), r => [Look.Of(r.State.Status).Word], [.. Filter.Statuses.Select(s => Look.Of(s).Word)]),
            FacetGroup.Count("teams", "Team", found.Where(HasStatus), r => [r.Team], Filter.Teams),
        ];
        return ([.. found.Where(r => HasStatus(r) && HasTeam(r))], facets);
    }

    private bool MatchesText(DeployRow row) => Filter.Text.Length == 0
        || row.App.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.Team.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.State.By.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || (row.State.Message ?? "").Contains(Filter.Text, StringComparison.OrdinalIgnoreCase);

    private bool HasStatus(DeployRow row) => Filter.Statuses.IsEmpty || Filter.Statuses.Contains(row.State.Status);

    private bool HasTeam(DeployRow row) => Filter.Teams.IsEmpty || Filter.Teams.Contains(row.Team);
}
