using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Portal.Components.Controls;
using Portal.Core.State.Model;

namespace Portal.Accounts;

/// <summary>Accounts: a cookie for the pages, by ASP.NET Core Identity over the user rows.</summary>
internal static class AccountServices
{
    internal const string SignInPath = "/sign-in";
    private static readonly TimeSpan StaysFor = TimeSpan.FromDays(14);
    private static readonly TimeSpan RevalidatedEvery = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddPortalAccounts(this IServiceCollection services)
    {
        services.AddIdentityCore<PortalUser>(options =>
        {
            options.User.RequireUniqueEmail = true;
            options.Lockout.MaxFailedAccessAttempts = 10;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        }).AddEntityFrameworkStores<PortalDb>().AddSignInManager();
        services.AddScoped<IAccountDoor, IdentityDoor>();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = RevalidatedEvery);
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, Configure);
        return services;
    }

    private static void Configure(CookieAuthenticationOptions options)
    {
        ConfigurePaths(options);
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    /// <summary>Everything about the cookie but whether its account still stands.</summary>
    internal static void ConfigurePaths(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "portal-account";
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.LoginPath = SignInPath;
        options.AccessDeniedPath = "/not-found";
        options.ReturnUrlParameter = "returnUrl";
        options.ExpireTimeSpan = StaysFor;
        options.SlidingExpiration = true;
        options.Events.OnSigningIn = context =>
        {
            BrowserSessions.Begin(context.Properties);
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToLogin = RedirectPages(options.Events.OnRedirectToLogin, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = RedirectPages(options.Events.OnRedirectToAccessDenied, StatusCodes.Status403Forbidden);
    }

    // While the store is away nobody is thrown out: the services refuse by themselves what they cannot check.
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        try
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
        }
        catch (Exception e) when (Refusals.IsStoreAway(e))
        {
            context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AccountServices))
                .LogWarning("An account could not be checked: {Message}", e.Message);
        }
    }

    // A program that calls the API gets a status, never a page.
    private static Func<RedirectContext<CookieAuthenticationOptions>, Task> RedirectPages(
        Func<RedirectContext<CookieAuthenticationOptions>, Task> redirect, int status) => context =>
    {
        if (!context.Request.Path.StartsWithSegments("/api"))
        {
            return redirect(context);
        }

        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
