using System.Text;
using Portal.Core.Domain;
using Portal.Core.State.Embedded;
using Portal.Core.State.Services;

namespace Portal.Composition;

/// <summary>At the very first start: the administrator's token in a file, and a one-time link for the first account.</summary>
internal static class FirstStart
{
    public static async Task RunAsync(IServiceProvider services, DataDirectory data, string address, TextWriter output)
    {
        await using var scope = services.CreateAsyncScope();
        // A process without pages leaves this to one that has them.
        if (scope.ServiceProvider.GetService<ITokenService>() is not { } tokens || await tokens.CreateBootstrapAsync(CancellationToken.None) is not { } token)
        {
            return;
        }

        PrivateFile.Write(data.BootstrapTokenPath, Encoding.UTF8.GetBytes(token + "\n"));
        var link = await scope.ServiceProvider.GetRequiredService<IUserService>().CreateLinkAsync(Actor.System, null, CancellationToken.None);
        await output.WriteLineAsync($"An administrator's API token is in {data.BootstrapTokenPath}");
        await output.WriteLineAsync($"Make the first account, within a day, at {address}{link}");
    }
}
