using System.Collections.Concurrent;
using Portal.Core.Domain;

namespace Portal.Agents.Hosts;

/// <summary>What an app asks for now.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="Revision">The revision that its spec is of.</param>
/// <param name="Spec">The spec.</param>
internal sealed record CurrentSpec(long Generation, int Revision, AppSpec Spec);

/// <summary>
/// What changes no container is in no revision: it is in force as the app says it now. But how an instance is probed belongs to what it is: the probes
/// of a new revision may ask for what an older one does not have. Those of older revisions are asked as they last were, or as they were sealed.
/// </summary>
internal sealed class PoliciesInForce
{
    private readonly ConcurrentDictionary<(Guid App, int Revision), HealthSpec> _last = new();

    /// <summary>The spec in force for instances of a revision.</summary>
    public AppSpec Of(Guid app, int number, AppSpec sealedSpec, CurrentSpec? current) => current is null ? sealedSpec : sealedSpec with
    {
        Pull = current.Spec.Pull,
        Restart = sealedSpec.Restart with { MaxPerHost = current.Spec.Restart.MaxPerHost, Window = current.Spec.Restart.Window },
        Health = HealthOf(app, number, sealedSpec.Health, current) with { OnUnhealthy = current.Spec.Health.OnUnhealthy },
    };

    private HealthSpec HealthOf(Guid app, int number, HealthSpec sealedPolicy, CurrentSpec current)
    {
        // What the engine runs is part of the container.
        if (sealedPolicy.Kind == HealthKind.Command)
        {
            return sealedPolicy;
        }
        return number == current.Revision ? _last[(app, number)] = current.Spec.Health : _last.GetValueOrDefault((app, number)) ?? sealedPolicy;
    }
}
