using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Settings;

/// <summary>A team's credentials for registries; passwords go in and never come out.</summary>
public sealed class RegistriesModel(ITeamService service, Actor actor, string team) : FormModel
{
    public ImmutableArray<RegistryView> Registries { get; private set; } = [];

    public string Host { get; set; } = "";

    public string Username { get; set; } = "";

    public string Password { get; set; } = "";

    public async Task LoadAsync(CancellationToken cancellation) =>
        Registries = [.. (await service.ListRegistriesAsync(actor, team, cancellation)).OrderBy(r => r.Host, StringComparer.Ordinal)];

    public async Task<bool> SaveAsync(CancellationToken cancellation)
    {
        var done = await TryAsync(() => service.PutRegistryAsync(actor, team, Host.Trim(), Username.Trim(), Password, cancellation));
        if (done)
        {
            (Host, Username, Password) = ("", "", "");
            await LoadAsync(cancellation);
        }

        return done;
    }

    public async Task RemoveAsync(RegistryView registry, CancellationToken cancellation)
    {
        await service.DeleteRegistryAsync(actor, team, registry.Host, cancellation);
        await LoadAsync(cancellation);
    }
}
