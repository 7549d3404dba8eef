using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Portal.Core.State.Model;
using Portal.Core.State.Live;
using Portal.Core.State.Notices;
using Portal.Core.State.Readers;

namespace Portal.Core.State;

/// <summary>Registers the store.</summary>
public static class StateRegistration
{
    /// <summary>The store at a connection string: data source, contexts (by <see cref="IDbContextFactory{PortalDb}"/>) and notices.</summary>
    public static IServiceCollection AddPortalState(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => CreateDataSource(connectionString));
        services.AddPooledDbContextFactory<PortalDb>((provider, options) => Configure(options, provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContext());
        services.AddSingleton<NoticeBus>();
        services.AddSingleton<INoticeBus>(provider => provider.GetRequiredService<NoticeBus>());
        services.AddHostedService(provider => provider.GetRequiredService<NoticeBus>());
        return services;
    }

    /// <summary>The live snapshot that pages and watches read.</summary>
    public static IServiceCollection AddPortalLive(this IServiceCollection services)
    {
        services.AddSingleton<ViewReader>();
        services.AddSingleton<LiveState>();
        services.AddSingleton<ILiveState>(provider => provider.GetRequiredService<LiveState>());
        services.AddHostedService(provider => provider.GetRequiredService<LiveState>());
        return services;
    }

    /// <summary>A data source with the pool and time-outs that Portal wants.</summary>
    public static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 24, MinPoolSize = 1, Timeout = 5, CommandTimeout = 15, CancellationTimeout = 2000, MaxAutoPrepare = 40, AutoPrepareMinUsages = 3 };
        // Its figures bear this name, and not where the server is.
        return new NpgsqlDataSourceBuilder(builder.ConnectionString) { Name = "portal" }.Build();
    }

    /// <summary>Context options for a data source.</summary>
    public static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) =>
        options.UseNpgsql(source, npgsql => npgsql.MigrationsAssembly("Portal.Migrations"));
}
