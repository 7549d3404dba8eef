using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Embedded;
using Portal.Core.State.Services;

namespace Portal.Composition;

/// <summary>The command <c>admin-link</c>: a new one-time link for an administrator's account, whether Portal runs or not.</summary>
internal static class AdminLink
{
    public static async Task<int> RunAsync(PortalOptions options, TextWriter output)
    {
        await using var store = await StoreAccess.OpenAsync(options.Data, options.ConnectionString, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
        await using var app = Wiring.Build(options with { Roles = ["web"] }, Path.GetFullPath(options.Data), store.ConnectionString, _ => { });
        await using var scope = app.Services.CreateAsyncScope();
        var link = await CreateAsync(scope.ServiceProvider.GetRequiredService<IUserService>());
        await output.WriteLineAsync($"Make an administrator's account, within a day, at {PublicAddress.Last(options)}{link}");
        return 0;
    }

    private static async Task<string> CreateAsync(IUserService users)
    {
        try
        {
            return await users.CreateLinkAsync(Actor.System, null, CancellationToken.None);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new StartupException("Portal has not run on these data yet: start it first, then ask for a link.", e);
        }
    }
}
