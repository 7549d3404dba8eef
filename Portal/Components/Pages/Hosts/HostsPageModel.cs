using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Hosts;

/// <summary>The hosts as table or tiles. Knows no renderer and no service.</summary>
public sealed class HostsPageModel() : ListModel<HostId, HostRow, HostsFilter>(row => row.Host.Id, row => row with { Gone = true })
{
    /// <summary>Takes a new snapshot, already narrowed to what the actor may see, and what the loss of each host would do.</summary>
    public void Apply(LiveSnapshot snapshot, Func<HostId, HostLoss?>? loss = null) =>
        Take(RowsOf(snapshot).ToDictionary(row => row.Host.Id, row => row with { Loss = loss?.Invoke(row.Host.Id) }));

    /// <summary>Every host with its instances, by name.</summary>
    public static ImmutableArray<HostRow> RowsOf(LiveSnapshot snapshot)
    {
        var carried = snapshot.Instances
            .Where(i => snapshot.Apps.ContainsKey(i.Key))
            .SelectMany(i => i.Value.Select(instance => new PlacedInstance(snapshot.Apps[i.Key], instance)))
            .Where(i => i.Instance.HostId is not null)
            .ToLookup(i => i.Instance.HostId!.Value);
        return
        [
            .. snapshot.Hosts.Values.OrderBy(h => h.Name, StringComparer.Ordinal).Select(host => new HostRow
            {
                Host = host,
                Since = HostRow.SinceOf(host, snapshot.Events),
                Instances = [.. carried[host.Id].OrderBy(i => i.App.Team, StringComparer.Ordinal).ThenBy(i => i.App.Name, StringComparer.Ordinal).ThenBy(i => i.Instance.Slot)],
            }),
        ];
    }

    protected override (ImmutableArray<HostRow> Wanted, ImmutableArray<FacetGroup> Facets) Choose()
    {
        var found = All.Values.Where(Matches).OrderBy(r => r.Host.Name, StringComparer.Ordinal).ToList();
        return (
            [.. found.Where(r => Filter.States.IsEmpty || Filter.States.Contains(r.Host.State))],
            [FacetGroup.Count("state", "State", found, r => [r.Host.State], Filter.States)]);
    }

    private bool Matches(HostRow row) => Filter.Text.Length == 0
        || row.Host.Name.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.Host.Address.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.Host.Labels.Any(l => $"{l.Key}={l.Value}".Contains(Filter.Text, StringComparison.OrdinalIgnoreCase));
}
