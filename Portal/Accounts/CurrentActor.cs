using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Accounts;

/// <summary>Who is on the other side of this circuit, with roles not older than a minute.</summary>
internal sealed class CurrentActor(
    AuthenticationStateProvider authentication, IUserService users, IHttpContextAccessor http, TimeProvider time)
{
    internal static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(1);

    // Read once: later in the circuit's life there is no request to ask.
    private readonly string? _address = http.HttpContext?.Connection.RemoteIpAddress?.ToString();
    private Actor? _actor;
    private Guid? _user;
    private long _readAt;

    /// <summary>Null where nobody is signed in, or the account is gone.</summary>
    public async ValueTask<Actor?> GetAsync(CancellationToken cancellation)
    {
        var state = await authentication.GetAuthenticationStateAsync();
        if (IdOf(state.User) is not { } id)
        {
            return _actor = null;
        }

        if (_actor is null || _user != id || time.GetElapsedTime(_readAt) >= MaximumAge)
        {
            _actor = await users.GetActorAsync(id, _address, cancellation);
            _user = id;
            _readAt = time.GetTimestamp();
        }

        return _actor;
    }

    internal static Guid? IdOf(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated == true && Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;
}
