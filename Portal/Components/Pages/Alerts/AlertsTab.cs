using Microsoft.AspNetCore.Components;
using Portal.Components.Pages.Settings;
using Portal.Core.State.Alerts;
using Portal.Core.State.Services;

namespace Portal.Components.Pages.Alerts;

/// <summary>Base of the tabs that list rules, targets, silences or notices.</summary>
public abstract class AlertsTab : SettingsTab
{
    private string? _loadedFor;

    [Inject] internal IAlertService Service { get; set; } = default!;

    [Inject] internal ITeamService TeamList { get; set; } = default!;

    [Inject] internal TimeProvider Time { get; set; } = default!;

    /// <summary>The team in scope; null for all.</summary>
    [Parameter] public string? Team { get; set; }

    /// <summary>What the tab shows; null before it was read.</summary>
    protected AlertsModel? Model { get; private set; }

    /// <summary>Reads what the tab shows.</summary>
    protected virtual Task LoadAsync(AlertsModel model) => model.LoadAsync(Ended);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Model is not null && _loadedFor == Team)
        {
            return;
        }
        _loadedFor = Team;
        var model = new AlertsModel(Service, TeamList, Actor, Team, Time);
        await ReadAsync(() => LoadAsync(model));
        Model = model;
    }
}
