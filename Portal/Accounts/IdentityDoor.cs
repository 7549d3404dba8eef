using Microsoft.AspNetCore.Identity;
using Portal.Core.State.Model;

namespace Portal.Accounts;

/// <summary>The door by ASP.NET Core Identity's accounts.</summary>
internal sealed class IdentityDoor(SignInManager<PortalUser> door, UserManager<PortalUser> users, IPasswordHasher<PortalUser> hasher) : IAccountDoor
{
    // Someone unknown takes as long as someone known, so that the time does not tell who has an account.
    private static readonly PortalUser Nobody = new();
    private static string? _hashOfNothing;

    public async Task<SignInOutcome> EnterAsync(string email, string password, bool stay)
    {
        if (await users.FindByEmailAsync(email) is not { PasswordHash: not null } user)
        {
            _hashOfNothing ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(Nobody, _hashOfNothing, password);
            return SignInOutcome.Wrong;
        }

        var result = await door.PasswordSignInAsync(user, password, stay, lockoutOnFailure: true);
        return result.Succeeded ? SignInOutcome.Welcome : result.IsLockedOut ? SignInOutcome.LockedOut : SignInOutcome.Wrong;
    }

    public async Task EnterAsync(Guid user)
    {
        if (await users.FindByIdAsync(user.ToString()) is { } known)
        {
            await door.SignInAsync(known, isPersistent: false);
        }
    }

    public Task LeaveAsync() => door.SignOutAsync();
}
