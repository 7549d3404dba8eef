using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Portal.Core.State;
using Portal.Core.State.Backup;
using Portal.Core.State.Embedded;
using Portal.Core.State.Model;

namespace Portal.Composition;

/// <summary>Runs Portal: takes the data directory, starts or reaches the store, migrates, listens, and says where.</summary>
internal static class PortalHost
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(PortalOptions options, TextWriter output)
    {
        var time = TimeProvider.System;
        using var logs = LoggerFactory.Create(logging => Logs.Configure(logging, options));
        using var data = DataDirectory.Open(options.Data);
        await using var server = options.ConnectionString is null
            ? await EmbeddedPostgres.StartAsync(data, logs.CreateLogger("Portal.Store"), time, CancellationToken.None) : null;
        var connection = server?.ConnectionString ?? options.ConnectionString!;
        HttpsCertificate? certificate = null;
        await using var app = Wiring.Build(options, data.Path, connection,
            kestrel => certificate = Listeners.Configure(kestrel, options, () => HttpsCertificate.Load(options, data.Path, time)));
        await PrepareStoreAsync(app.Services, options, data, connection, output, time);
        if (server is not null)
        {
            await StoreStartup.TakeOverAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), data.RestoredMarkerPath, CancellationToken.None);
        }

        await app.StartAsync();
        await AnnounceAsync(app, data, certificate, output);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task PrepareStoreAsync(IServiceProvider services, PortalOptions options, DataDirectory data, string connection, TextWriter output, TimeProvider time)
    {
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Portal.Store");
        while (true)
        {
            try
            {
                await StoreStartup.RunAsync(services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<IDbContextFactory<PortalDb>>(),
                    time, _ => DumpAsync(data, options.Keys, connection, output, time), stopping);
                return;
            }
            catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false })
            {
                logger.LogWarning("The store does not answer yet: {Message}", e.Message);
                await Task.Delay(StoreRetry, time, stopping);
            }
        }
    }

    private static async Task DumpAsync(DataDirectory data, string? keys, string connection, TextWriter output, TimeProvider time)
    {
        var file = Path.Combine(data.Path, $"before-upgrade-{time.GetUtcNow():yyyyMMdd-HHmmss}.backup");
        if (await BackupCommands.BackupAsync(file, data.Path, connection, keys, output, time, CancellationToken.None) != 0)
        {
            throw new StartupException("The store is not upgraded, for it could not be backed up first.");
        }
    }

    private static async Task AnnounceAsync(WebApplication app, DataDirectory data, HttpsCertificate? certificate, TextWriter output)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        var address = PublicAddress.Of(addresses[0]);
        await File.WriteAllTextAsync(PublicAddress.FileOf(data.Path), address + "\n");
        await output.WriteLineAsync($"Portal is at {string.Join(" and ", addresses.Select(PublicAddress.Of))}");
        if (certificate is { IsSelfMade: true })
        {
            await output.WriteLineAsync($"Its certificate is self-made; SHA-256 {certificate.Fingerprint}");
        }

        await FirstStart.RunAsync(app.Services, data, address, output);
        await output.FlushAsync();
    }
}
