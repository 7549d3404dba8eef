using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Portal.Accounts;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web;

/// <summary>Signs in against the fake users, with the real cookie.</summary>
internal sealed class FakeDoor(FakeUsers users, IHttpContextAccessor http) : IAccountDoor
{
    public async Task<SignInOutcome> EnterAsync(string email, string password, bool stay)
    {
        if (users.Trouble is not null)
        {
            throw users.Trouble;
        }

        if (!users.Accepts(email, password, out var id))
        {
            return SignInOutcome.Wrong;
        }

        await EnterAsync(id);
        return SignInOutcome.Welcome;
    }

    public Task EnterAsync(Guid user) => http.HttpContext!.SignInAsync(IdentityConstants.ApplicationScheme, new ClaimsPrincipal(
        new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user.ToString())], IdentityConstants.ApplicationScheme)));

    public Task LeaveAsync() => http.HttpContext!.SignOutAsync(IdentityConstants.ApplicationScheme);
}
