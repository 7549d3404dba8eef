using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Settings;

/// <summary>The list of teams and the form of a new one.</summary>
public sealed class TeamsModel(ITeamService service, Actor actor) : FormModel
{
    public ImmutableArray<TeamView> Teams { get; private set; } = [];

    public string Name { get; set; } = "";

    public string DisplayName { get; set; } = "";

    public TeamView? Find(string? name) => Teams.FirstOrDefault(t => t.Name == name);

    public async Task LoadAsync(CancellationToken cancellation) =>
        Teams = [.. (await service.ListAsync(actor, cancellation)).OrderBy(t => t.Name, StringComparer.Ordinal)];

    public async Task<bool> CreateAsync(CancellationToken cancellation)
    {
        var name = Name.Trim();
        if (Find(name) is not null && Refuse([new Fault("name", $"There is a team {name} already.")]))
        {
            return false;
        }

        var done = await TryAsync(() => service.PutAsync(actor, name, DisplayName.Trim() is { Length: > 0 } shown ? shown : null, new Quota(), cancellation));
        if (done)
        {
            (Name, DisplayName) = ("", "");
            await LoadAsync(cancellation);
        }

        return done;
    }

    public async Task DeleteAsync(TeamView team, CancellationToken cancellation)
    {
        await service.DeleteAsync(actor, team.Name, cancellation);
        await LoadAsync(cancellation);
    }
}
