using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Settings;

/// <summary>Who belongs to a team, and as what.</summary>
public sealed class MembersModel(ITeamService service, Actor actor, string team) : FormModel
{
    public ImmutableArray<MemberView> Members { get; private set; } = [];

    public string Email { get; set; } = "";

    public TeamRole Role { get; set; } = TeamRole.Deployer;

    public async Task LoadAsync(CancellationToken cancellation) =>
        Members = [.. (await service.ListMembersAsync(actor, team, cancellation)).OrderBy(m => m.Email, StringComparer.OrdinalIgnoreCase)];

    public async Task<bool> AddAsync(CancellationToken cancellation)
    {
        var done = await TryAsync(() => service.PutMemberAsync(actor, team, Email.Trim(), Role, cancellation));
        if (done)
        {
            Email = "";
            await LoadAsync(cancellation);
        }

        return done;
    }

    public async Task SetRoleAsync(MemberView member, TeamRole role, CancellationToken cancellation)
    {
        await service.PutMemberAsync(actor, team, member.UserId.ToString(), role, cancellation);
        await LoadAsync(cancellation);
    }

    public async Task RemoveAsync(MemberView member, CancellationToken cancellation)
    {
        await service.DeleteMemberAsync(actor, team, member.UserId.ToString(), cancellation);
        await LoadAsync(cancellation);
    }
}
