using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>Registers the Docker Engine client.</summary>
public static class DockerServices
{
    /// <summary>Makes <see cref="IContainerEngineFactory"/> available, for Docker engines over unix sockets, TCP, TLS and SSH.</summary>
    public static IServiceCollection AddDockerEngines(this IServiceCollection services, DockerEngineOptions? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options ?? new DockerEngineOptions());
        services.AddSingleton<IContainerEngineFactory, DockerEngineFactory>();
        return services;
    }
}
