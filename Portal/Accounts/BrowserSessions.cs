using Microsoft.AspNetCore.Authentication;

namespace Portal.Accounts;

/// <summary>
/// Tells which browser was signed out, so that what it still has open ends with its session. A browser comes back to the same process,
/// so what is open elsewhere need not be told.
/// </summary>
internal sealed class BrowserSessions
{
    private const string Name = "portal.session";

    /// <summary>A session was signed out.</summary>
    public event Action<string>? SignedOut;

    /// <summary>Gives a session that begins its name, which its cookie carries from then on.</summary>
    public static void Begin(AuthenticationProperties properties) => properties.Items[Name] = Guid.NewGuid().ToString("N");

    /// <summary>The session that a request belongs to; null for a token's, or one of an older cookie.</summary>
    public static string? Of(HttpContext http) =>
        http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.Items.TryGetValue(Name, out var session) == true ? session : null;

    /// <summary>A session is signed out.</summary>
    public void End(string session) => SignedOut?.Invoke(session);
}
