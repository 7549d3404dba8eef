using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Portal.Core.State.Metrics;

/// <summary>Registers what stores and reads figures.</summary>
public static class MetricRegistration
{
    /// <summary>For every process: <see cref="IUsageReader"/>.</summary>
    public static IServiceCollection AddUsageReader(this IServiceCollection services)
    {
        services.TryAddSingleton<IUsageReader, UsageReader>();
        return services;
    }

    /// <summary>For processes that measure: <see cref="UsageWriter"/>, and the upkeep of what it wrote.</summary>
    public static IServiceCollection AddMetricStore(this IServiceCollection services, MetricRetention? kept = null)
    {
        services.AddUsageReader();
        services.AddSingleton(kept ?? new MetricRetention());
        services.AddSingleton<UsageWriter>();
        services.AddSingleton<MetricUpkeep>();
        services.AddHostedService(p => p.GetRequiredService<MetricUpkeep>());
        return services;
    }

    /// <summary>For pages and endpoints: <see cref="IMetricService"/> and <see cref="ILiveUsage"/>. Needs the services' store.</summary>
    public static IServiceCollection AddMetricServices(this IServiceCollection services)
    {
        services.AddUsageReader();
        services.AddSingleton<IMetricService, MetricService>();
        services.AddSingleton<NewestUsage>();
        services.AddSingleton<LiveUsage>();
        services.AddSingleton<ILiveUsage>(p => p.GetRequiredService<LiveUsage>());
        services.AddHostedService(p => p.GetRequiredService<LiveUsage>());
        return services;
    }
}
