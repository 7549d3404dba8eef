using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Portal.Core.State;
using Portal.Core.State.Model;

namespace Portal.Tests.Store;

/// <summary>A migrated database of its own with the services over it; started hosted services are stopped at the end.</summary>
internal sealed class MigratedStore : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly List<IHostedService> running = [];

    private MigratedStore(string connectionString, ServiceProvider provider)
    {
        ConnectionString = connectionString;
        this.provider = provider;
    }

    public string ConnectionString { get; }
    public IServiceProvider Services => provider;
    public NpgsqlDataSource Source => Get<NpgsqlDataSource>();

    /// <summary>A fresh store; <paramref name="add"/> registers what the test wants over it.</summary>
    public static async Task<MigratedStore> CreateAsync(StoreFixture fixture, Action<IServiceCollection>? add = null)
    {
        await fixture.TemplateAsync(MigrateAsync);
        return Over(await fixture.CreateDatabaseAsync(), add);
    }

    /// <summary>Another process's view of a store that is there.</summary>
    public static MigratedStore Over(string connectionString, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning));
        services.AddPortalState(connectionString);
        add?.Invoke(services);
        return new MigratedStore(connectionString, services.BuildServiceProvider());
    }

    public T Get<T>() where T : notnull => provider.GetRequiredService<T>();

    public async Task<PortalDb> OpenAsync() => await Get<IDbContextFactory<PortalDb>>().CreateDbContextAsync();

    /// <summary>Starts the hosted services: notices, and whatever the test registered.</summary>
    public async Task StartAsync()
    {
        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
            running.Add(service);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(running))
        {
            await service.StopAsync(CancellationToken.None);
        }
        await provider.DisposeAsync();
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var store = Over(connectionString);
        await StoreStartup.RunAsync(store.Source, store.Get<IDbContextFactory<PortalDb>>(), TimeProvider.System, beforeUpgrade: null, CancellationToken.None);
    }
}
