using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.RateLimiting;
using Portal.Accounts;
using Portal.Components;
using Portal.Components.Controls;
using Radzen;

namespace Portal.Composition;

/// <summary>The pages: what they need, and where they answer.</summary>
internal static class WebSite
{
    /// <summary>Services of the pages. What they show comes from the services of Portal.Core, added elsewhere.</summary>
    public static IServiceCollection AddPortalWeb(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(o => o.Cookie.Name = "portal-antiforgery");
        services.AddAuthorization();
        services.AddScoped<CurrentActor>();
        services.AddScoped<ToastService>();
        return services;
    }

    /// <summary>Pages, their scripts and styles, and the two posts of signing in and out.</summary>
    public static void MapPortalWeb(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseWhen(c => !c.Request.Path.StartsWithSegments("/api"), pages => pages.UseStatusCodePagesWithReExecute("/not-found"));
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<Root>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
    }
}
