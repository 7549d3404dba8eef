using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Hosts;

/// <summary>The hosts as table or tiles. Knows no renderer and no service.</summary>
public sealed class HostsPageModel
{
    private readonly HeldOrder<HostId, HostRow> _order = new(row => row.Host.Id);
    private Dictionary<HostId, HostRow> _all = [];

    public HostsFilter Filter { get; private set; } = new();

    public ImmutableArray<HostRow> Rows { get; private set; } = [];

    public ImmutableArray<FacetGroup> Facets { get; private set; } = [];

    public int Total => _all.Count;

    /// <summary>Takes a new snapshot, already narrowed to what the actor may see.</summary>
    public void Apply(LiveSnapshot snapshot)
    {
        _all = RowsOf(snapshot).ToDictionary(row => row.Host.Id);
        Arrange();
    }

    public void Apply(HostsFilter filter)
    {
        if (filter != Filter)
        {
            Filter = filter;
            _order.Reset();
            Arrange();
        }
    }

    /// <summary>Holds the order while the pointer is over the hosts, and lets it go after.</summary>
    public void Hold(bool held)
    {
        _order.Held = held;
        if (!held)
        {
            Arrange();
        }
    }

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

    private void Arrange()
    {
        var found = _all.Values.Where(Matches).OrderBy(r => r.Host.Name, StringComparer.Ordinal).ToList();
        Facets = [FacetGroup.Count("state", "State", found, r => [r.Host.State], Filter.States)];
        ImmutableArray<HostRow> wanted = [.. found.Where(r => Filter.States.IsEmpty || Filter.States.Contains(r.Host.State))];
        Rows = _order.Arrange(wanted, _all.GetValueOrDefault, row => row with { Gone = true });
    }

    private bool Matches(HostRow row) => Filter.Text.Length == 0
        || row.Host.Name.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.Host.Address.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase)
        || row.Host.Labels.Any(l => $"{l.Key}={l.Value}".Contains(Filter.Text, StringComparison.OrdinalIgnoreCase));
}
