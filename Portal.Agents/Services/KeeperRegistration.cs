using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Agents.Probes;
using Portal.Core.State.Leases;

namespace Portal.Agents.Services;

/// <summary>Registers the keeper of services from outside.</summary>
public static class KeeperRegistration
{
    /// <summary>Lets this process probe registered services, and end those whose heartbeats ceased, when no other does. Needs the store and its notices.</summary>
    public static IServiceCollection AddServiceKeeper(this IServiceCollection services)
    {
        services.TryAddSingleton(AgentIdentity.Create());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILeaseStore, LeaseStore>();
        services.TryAddSingleton<IProbe, SocketProbe>();
        services.AddSingleton<ServiceFindings>();
        services.AddSingleton<GuardedProbe>();
        services.AddHostedService<ServiceKeeper>();
        return services;
    }
}
