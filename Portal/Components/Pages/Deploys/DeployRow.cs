using Portal.Core.Rollouts;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Deploys;

/// <summary>One rollout of the list.</summary>
/// <param name="Team">Its app's team.</param>
/// <param name="App">Its app.</param>
/// <param name="State">How it stands.</param>
/// <param name="Gone">Whether it left the list while its row was held.</param>
public sealed record DeployRow(string Team, string App, RolloutState State, bool Gone = false)
{
    public (string, string, long) Key => (Team, App, State.Generation);

    public string Href => $"/apps/{Team}/{App}{(State.IsOver ? "?tab=deploys" : "")}";

    public static DeployRow Of(RolloutView view) => new(view.Team, view.App, view.State);
}
