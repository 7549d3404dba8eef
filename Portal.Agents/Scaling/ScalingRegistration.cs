using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.State.Leases;
using Portal.Core.State.Readers;
using Portal.Core.State.Writers;

namespace Portal.Agents.Scaling;

/// <summary>Registers the autoscaler.</summary>
public static class ScalingRegistration
{
    /// <summary>Lets this process be the autoscaler when no other is. Needs the store and what reads stored figures.</summary>
    public static IServiceCollection AddAutoscaler(this IServiceCollection services)
    {
        services.TryAddSingleton(AgentIdentity.Create());
        services.TryAddSingleton<ILeaseStore, LeaseStore>();
        services.AddScaling();
        services.TryAddSingleton<ScalingWriter>();
        services.AddSingleton<AppMetricsReader>();
        services.AddSingleton<ScalingLook>();
        services.AddHostedService<AutoscalerWorker>();
        return services;
    }
}
