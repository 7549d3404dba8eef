using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Settings;

/// <summary>Users, for administrators: the list, the invitation's form, and the link while it is shown.</summary>
public sealed class UsersModel(IUserService service, Actor actor) : FormModel
{
    public ImmutableArray<UserView> Users { get; private set; } = [];

    public string Email { get; set; } = "";

    public bool Administrator { get; set; }

    /// <summary>Whose link is shown, and the link's path; null while none is.</summary>
    public (string Email, string Path)? Link { get; private set; }

    public async Task LoadAsync(CancellationToken cancellation) =>
        Users = [.. (await service.ListAsync(actor, cancellation)).OrderBy(u => u.Email, StringComparer.OrdinalIgnoreCase)];

    public async Task<bool> InviteAsync(CancellationToken cancellation)
    {
        var done = await TryAsync(async () =>
        {
            var (user, link) = await service.CreateAsync(actor, Email.Trim(), Administrator, cancellation);
            Link = (user.Email, link);
        });
        if (done)
        {
            (Email, Administrator) = ("", false);
            await LoadAsync(cancellation);
        }

        return done;
    }

    /// <summary>A new link for someone who lost theirs, or their password.</summary>
    public async Task RenewLinkAsync(UserView user, CancellationToken cancellation) =>
        Link = (user.Email, await service.CreateLinkAsync(actor, user.Id, cancellation));

    public void HideLink() => Link = null;

    public async Task DeleteAsync(UserView user, CancellationToken cancellation)
    {
        await service.DeleteAsync(actor, user.Id, cancellation);
        await LoadAsync(cancellation);
    }
}
