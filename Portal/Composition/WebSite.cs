using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Accounts;
using Portal.Components;
using Portal.Components.Controls;
using Portal.Components.Live;
using Portal.Components.Pages.Apps.Drafts;
using Portal.Components.Pages.Overview;

namespace Portal.Composition;

/// <summary>The pages: what they need, and where they answer.</summary>
internal static class WebSite
{
    private const long LargestMessageBytes = 1 << 20;

    /// <summary>Services of the pages. What they show comes from the services of Portal.Core, added elsewhere.</summary>
    public static IServiceCollection AddPortalWeb(this IServiceCollection services)
    {
        // A pasted YAML file arrives as one message.
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(o => o.MaximumReceiveMessageSize = LargestMessageBytes);
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(o => o.Cookie.Name = "portal-antiforgery");
        services.AddAuthorization();
        services.AddSingleton<SignInLimiter>();
        services.TryAddSingleton<BrowserSessions>();
        services.AddScoped<CurrentActor>();
        services.AddScoped<ToastService>();
        services.AddScoped<DraftStore>();
        services.AddScoped<AttentionBoard>();
        services.AddSingleton<CircuitHandler, MemoryReturn>();
        services.AddScoped<LivePulse>();
        services.AddSingleton<LiveViews>();
        services.AddSingleton<SharedMarkup>();
        services.AddSingleton<OverviewViews>();
        services.AddSingleton<CurrentUsage>();
        return services;
    }

    /// <summary>What every request passes first.</summary>
    public static void UsePortalWeb(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.Use(WithoutPagesForPrograms);
        app.UseBriefly("/_blazor", steps =>
        {
            steps.UseAuthentication();
            steps.UseAuthorization();
        });
        app.UseAntiforgery();
    }

    /// <summary>Pages, their scripts and styles, and signing out.</summary>
    public static void MapPortalWeb(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapPost("/sign-out", SignOutAsync);
        app.MapRazorComponents<Root>().AddInteractiveServerRenderMode(o =>
        {
            o.ContentSecurityFrameAncestorsPolicy = null;
            // Each message is compressed by itself: a compressor kept for every open page takes more memory than the page.
            o.ConfigureWebSocketAcceptContext = (_, socket) =>
            {
                socket.DisableServerContextTakeover = true;
                return Task.CompletedTask;
            };
        });
    }

    // A program gets the status that it was given, never a page.
    private static Task WithoutPagesForPrograms(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Path.StartsWithSegments("/api")
            || !context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            context.Features.Get<IStatusCodePagesFeature>()!.Enabled = false;
        }

        return next(context);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, IAccountDoor door, BrowserSessions sessions)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        var session = BrowserSessions.Of(context);
        await door.LeaveAsync();
        if (session is not null)
        {
            sessions.End(session);
        }
        return Results.LocalRedirect(AccountServices.SignInPath);
    }
}
