using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Portal.Agents.Probes;
using Portal.Agents.Sampling;
using Portal.Core.Engine;
using Portal.Core.State.Leases;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;

namespace Portal.Agents.Hosts;

/// <summary>Registers what works on hosts. Needs the store, the engines, <see cref="ISecretProtector"/> and <see cref="IRegistryCredentialsSource"/>.</summary>
public static class HostServices
{
    /// <summary>What every process needs that looks at hosts: <see cref="IHostProbe"/>, <see cref="IHostLogs"/>, <see cref="IHostConsoles"/>, <see cref="IHostLoss"/>, <see cref="IHostCleaner"/>, <see cref="IInstanceProbe"/> and the <see cref="EngineDirectory"/>.</summary>
    public static IServiceCollection AddHostAccess(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostReader>();
        services.TryAddSingleton(p => new EngineDirectory(p.GetRequiredService<IContainerEngineFactory>(), p.GetRequiredService<HostReader>()));
        services.TryAddSingleton<IHostProbe, HostProbe>();
        services.TryAddSingleton<IHostLogs, HostLogs>();
        services.TryAddSingleton<IHostConsoles, HostConsoles>();
        services.TryAddSingleton<IHostLoss, HostLoss>();
        services.TryAddSingleton<IHostCleaner, HostCleaner>();
        services.TryAddSingleton<IProbe, SocketProbe>();
        services.TryAddSingleton<IInstanceProbe, InstanceProbe>();
        return services;
    }

    /// <summary>The workers that act on hosts, for the role <c>agents</c>.</summary>
    public static IServiceCollection AddHostWorkers(this IServiceCollection services, HostWorkerOptions? options = null)
    {
        services.AddHostAccess();
        services.TryAddSingleton(AgentIdentity.Create());
        services.AddSingleton(options ?? new HostWorkerOptions());
        services.AddSingleton<SelfWatch>();
        services.TryAddSingleton<ILeaseStore, LeaseStore>();
        services.AddSingleton<IFindingsStore, FindingsStore>();
        services.AddSingleton<IHostShares, HostShares>();
        services.AddSingleton(p => new HostWorkerServices(
            p.GetRequiredService<ILeaseStore>(), p.GetRequiredService<IFindingsStore>(), p.GetRequiredService<INoticeBus>(), p.GetRequiredService<IContainerEngineFactory>(),
            p.GetRequiredService<IRegistryCredentialsSource>(), p.GetRequiredService<HostReader>(), p.GetRequiredService<IProbe>(), p.GetRequiredService<AgentIdentity>(), p.GetRequiredService<SelfWatch>(),
            p.GetRequiredService<HostWorkerOptions>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<HostWorkers>>()) { Sampling = p.GetService<IHostSampling>() });
        services.AddHostedService<HostWorkers>();
        return services;
    }
}
