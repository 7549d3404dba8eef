using System.Collections.Immutable;
using Portal.Components.Pages.Common;
using Portal.Core.State.Live;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Addresses;

/// <summary>The list of services: rows, facets, the one that is looked at. Knows no renderer and no service.</summary>
public sealed class AddressesPageModel() : ListModel<(string, string), AddressRow, AddressesFilter>(row => row.Key, row => row with { Gone = true })
{
    private ImmutableArray<ServiceView> _services = [];

    /// <summary>The service whose drawer is open; null for none, or one that is gone.</summary>
    public AddressRow? Opened => Filter.Service is { } name ? All.Values.FirstOrDefault(r => $"{r.Service.Team}/{r.Service.Name}" == name) : null;

    /// <summary>Takes a new snapshot, already narrowed to what the actor may see and to the scope.</summary>
    public void Apply(LiveSnapshot snapshot)
    {
        if (_services != snapshot.Services || All.Count != snapshot.Services.Length)
        {
            _services = snapshot.Services;
            Take(_services.DistinctBy(s => (s.Team, s.Name)).ToDictionary(s => (s.Team, s.Name), s => new AddressRow(s)));
        }
    }

    /// <summary>By name and team.</summary>
    protected override (ImmutableArray<AddressRow> Wanted, ImmutableArray<FacetGroup> Facets) Choose()
    {
        var found = All.Values.Where(MatchesText).OrderBy(r => r.Service.Name, StringComparer.Ordinal).ThenBy(r => r.Service.Team, StringComparer.Ordinal).ToList();
        ImmutableArray<FacetGroup> facets =
        [
            FacetGroup.Count("state", "State", found.Where(r => HasTeam(r) && HasOrigin(r)), r => [r.State], Filter.States),
            FacetGroup.Count("teams", "Team", found.Where(r => HasState(r) && HasOrigin(r)), r => [r.Service.Team], Filter.Teams),
            FacetGroup.Count("from", "From", found.Where(r => HasState(r) && HasTeam(r)), r => [r.Origin], Filter.Origins),
        ];
        return ([.. found.Where(r => HasState(r) && HasTeam(r) && HasOrigin(r))], facets);
    }

    private bool MatchesText(AddressRow row) => Filter.Text.Length == 0 || Has(row.Service.Name) || Has(row.Service.Team)
        || row.Service.Endpoints.Any(e => Has(e.Authority) || Has(e.Host) || Has(e.VersionLabel));

    private bool Has(string? text) => text?.Contains(Filter.Text, StringComparison.OrdinalIgnoreCase) == true;

    private bool HasState(AddressRow row) => Filter.States.IsEmpty || Filter.States.Contains(row.State);

    private bool HasTeam(AddressRow row) => Filter.Teams.IsEmpty || Filter.Teams.Contains(row.Service.Team);

    private bool HasOrigin(AddressRow row) => Filter.Origins.IsEmpty || Filter.Origins.Contains(row.Origin);
}
