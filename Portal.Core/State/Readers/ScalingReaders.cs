using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.State.Metrics;

namespace Portal.Core.State.Readers;

/// <summary>Registers what reads the inputs of automatic scaling.</summary>
public static class ScalingReaders
{
    /// <summary>For the autoscaler, and for pages and endpoints.</summary>
    public static IServiceCollection AddScaling(this IServiceCollection services)
    {
        services.TryAddSingleton<IUsageReader, UsageReader>();
        services.TryAddSingleton<ScalingReader>();
        services.TryAddSingleton<ScalingFigures>();
        return services;
    }
}
