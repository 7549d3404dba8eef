using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Core.State.Leases;
using Portal.Core.State.Readers;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>Registers the controller.</summary>
public static class ControllerRegistration
{
    /// <summary>Lets this process be the controller when no other is.</summary>
    public static IServiceCollection AddController(this IServiceCollection services)
    {
        services.TryAddSingleton(AgentIdentity.Create());
        services.TryAddSingleton<ILeaseStore, LeaseStore>();
        services.TryAddSingleton<IControlReader, ControlReader>();
        services.TryAddSingleton<IAssignmentWriter, AssignmentWriter>();
        services.AddHostedService<ControllerWorker>();
        return services;
    }
}
