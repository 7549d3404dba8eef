using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Services;

namespace Portal.Agents.Probes;

/// <inheritdoc/>
internal sealed class InstanceProbe(IProbe probe, EngineDirectory engines, TimeProvider time) : IInstanceProbe
{
    /// <inheritdoc/>
    public Task<ProbeAnswer> AskAsync(InstancePlace place, HealthSpec policy, CancellationToken cancellation) => policy.Kind == HealthKind.Command
        ? AskEngineAsync(place, cancellation)
        : probe.AskAsync(new ProbeQuestion(place.Address, place.Port, policy), cancellation);

    private async Task<ProbeAnswer> AskEngineAsync(InstancePlace place, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        ProbeAnswer Told(ProbeOutcome outcome, string text) => new(outcome, time.GetElapsedTime(began), text);
        try
        {
            var engine = await engines.FindAsync(place.Host, cancellation);
            return await engine.InspectContainerAsync(place.ContainerId, cancellation) switch
            {
                null => Told(ProbeOutcome.Silent, "The container is gone."),
                { Health: null } => Told(ProbeOutcome.Failed, "The engine runs no check in this container."),
                { Health: "starting" } => Told(ProbeOutcome.Failed, "The engine has not checked it yet."),
                var seen => Told(seen.Health == "healthy" ? ProbeOutcome.Passed : ProbeOutcome.Failed,
                    $"The engine's last check says {seen.Health}{(string.IsNullOrWhiteSpace(seen.HealthOutput) ? "." : $": {seen.HealthOutput.ReplaceLineEndings(" ")}")}"),
            };
        }
        catch (EngineException e)
        {
            return Told(ProbeOutcome.Silent, e.Message);
        }
    }
}
