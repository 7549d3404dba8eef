using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Agents.Hosts;

/// <summary>What an app asks for now.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="Revision">The revision that its spec is of.</param>
/// <param name="Spec">The spec.</param>
internal sealed record CurrentSpec(long Generation, int Revision, AppSpec Spec);

/// <summary>
/// What changes no container is in no revision: it is in force as the app says it now. But how an instance is probed belongs to what it is: the probes
/// of a new revision may ask for what an older one does not have. Those of older revisions are asked as they last were.
/// </summary>
internal static class PoliciesInForce
{
    /// <summary>The spec in force for instances of a revision.</summary>
    /// <param name="number">The revision.</param>
    /// <param name="sealedSpec">Its sealed spec.</param>
    /// <param name="lastHealth">The health policy that was last in force for it, canonical; null for the sealed one.</param>
    /// <param name="current">What the app asks for now.</param>
    public static AppSpec Of(int number, AppSpec sealedSpec, string? lastHealth, CurrentSpec? current) => current is null ? sealedSpec : sealedSpec with
    {
        Pull = current.Spec.Pull,
        Stop = sealedSpec.Stop with { Delay = current.Spec.Stop.Delay },
        Restart = sealedSpec.Restart with { MaxPerHost = current.Spec.Restart.MaxPerHost, Window = current.Spec.Restart.Window },
        Sidecars = [.. sealedSpec.Sidecars.Select(s => s with { Health = s.Health with { OnUnhealthy = (current.Spec.Sidecars.FirstOrDefault(c => c.Name == s.Name) ?? s).Health.OnUnhealthy } })],
        Health = HealthOf(number, sealedSpec.Health, lastHealth, current) with { OnUnhealthy = current.Spec.Health.OnUnhealthy },
    };

    // What the engine runs is part of the container.
    private static HealthSpec HealthOf(int number, HealthSpec sealedPolicy, string? lastHealth, CurrentSpec current) =>
        sealedPolicy.Kind == HealthKind.Command ? sealedPolicy
        : number == current.Revision ? current.Spec.Health
        : lastHealth is null ? sealedPolicy : HealthCodec.FromCanonical(lastHealth);
}
