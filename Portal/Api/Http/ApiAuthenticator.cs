using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Net.Http.Headers;
using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Api.Http;

/// <summary>Finds out who asks: the bearer of a token, or a signed-in browser whose request provably comes from Portal's own pages.</summary>
internal sealed class ApiAuthenticator(IAuthenticationSchemeProvider schemes)
{
    private const string Scheme = "Bearer ";

    /// <summary>The token's secret; null if the request names none.</summary>
    public static string? Secret(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    /// <summary>Who it is; null if nobody is known.</summary>
    public async Task<Actor?> AuthenticateAsync(HttpContext http, CancellationToken cancellation)
    {
        var remote = http.Connection.RemoteIpAddress?.ToString();
        if (http.Request.Headers.Authorization.Count > 0)
        {
            var secret = Secret(http);
            return string.IsNullOrEmpty(secret) || secret.Length > 512 || secret.Any(char.IsControl) ? null
                : await http.RequestServices.GetRequiredService<ITokenService>().AuthenticateAsync(secret, remote, cancellation);
        }
        return ComesFromOwnPages(http.Request) && await FindUserAsync(http) is { } user
            ? await http.RequestServices.GetRequiredService<IUserService>().GetActorAsync(user, remote, cancellation) : null;
    }

    /// <summary>
    /// Other sites can make a browser send the cookie, but neither of these headers: the first needs a permission (CORS) that
    /// Portal never gives, the second is the browser's own word.
    /// </summary>
    private static bool ComesFromOwnPages(HttpRequest request) => request.HttpContext.WebSockets.IsWebSocketRequest ? IsOfOwnOrigin(request)
        : request.Headers[HeaderNames.XRequestedWith].Count > 0 || request.Headers["Sec-Fetch-Site"] == "same-origin";

    /// <summary>Scripts of other sites open WebSockets with our cookie, unasked; but their browser says whose they are.</summary>
    public static bool IsOfOwnOrigin(HttpRequest request) => request.Headers.Origin is [{ } origin]
        && Uri.TryCreate(origin, UriKind.Absolute, out var from) && (from.Scheme == Uri.UriSchemeHttp || from.Scheme == Uri.UriSchemeHttps)
        && string.Equals(Authority(HostString.FromUriComponent(from)), Authority(request.Host), StringComparison.OrdinalIgnoreCase);

    // A proxy may have ended TLS, so the port that goes without saying differs.
    private static string Authority(HostString host) => host.Port is null or 80 or 443 ? host.Host : host.Value!;

    private async Task<Guid?> FindUserAsync(HttpContext http)
    {
        if (await schemes.GetSchemeAsync(IdentityConstants.ApplicationScheme) is null)
        {
            return null;
        }
        var result = await http.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        return Guid.TryParse(result.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), out var user) ? user : null;
    }
}
