using Microsoft.Extensions.DependencyInjection;
using Portal.Core.State.Metrics;

namespace Portal.Agents.Sampling;

/// <summary>Registers what measures running containers.</summary>
public static class SamplingServices
{
    /// <summary>Samplers of the hosts that this process holds, for the role <c>agents</c>. Needs the engines and <see cref="UsageWriter"/>.</summary>
    public static IServiceCollection AddSampling(this IServiceCollection services, SamplingOptions? options = null)
    {
        services.AddSingleton(options ?? new SamplingOptions());
        services.AddSingleton<UsageRecorder>();
        services.AddSingleton<IHostSampling>(p => p.GetRequiredService<UsageRecorder>());
        services.AddHostedService(p => p.GetRequiredService<UsageRecorder>());
        return services;
    }
}
