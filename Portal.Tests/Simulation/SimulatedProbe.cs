using Portal.Agents.Probes;
using Portal.Core.Planning;

namespace Portal.Tests.Simulation;

/// <summary>Asks the port of a simulated container.</summary>
internal sealed class SimulatedProbe(World world, SimulatedProcess process) : IProbe
{
    public Task<ProbeAnswer> AskAsync(ProbeQuestion question, CancellationToken cancellation)
    {
        var engine = world.Engines.First(e => e.Address == question.Address);
        var silence = new ProbeAnswer(ProbeOutcome.Silent, question.Policy.Timeout, $"{question.Words} cannot be connected");
        return AskAsync(engine, question, silence, cancellation);
    }

    private async Task<ProbeAnswer> AskAsync(SimulatedEngine engine, ProbeQuestion question, ProbeAnswer silence, CancellationToken cancellation)
    {
        try
        {
            return await Call<ProbeAnswer>.MakeAsync(world.Schedule, world.Faults.OfProbe(process, engine), question.Policy.Timeout, call => call.Answer(Answer(engine, question, silence)),
                () => new TimeoutException(), cancellation);
        }
        catch (TimeoutException)
        {
            return silence;
        }
    }

    private ProbeAnswer Answer(SimulatedEngine engine, ProbeQuestion question, ProbeAnswer silence)
    {
        foreach (var container in engine.Containers.Values)
        {
            if (container.IsRunning && container.Request.Ports.Select((p, i) => p.HostPort != 0 ? p.HostPort : container.FirstPort + i).Contains(question.Port))
            {
                return container.Serves(world.Schedule.UtcNow) ? new ProbeAnswer(ProbeOutcome.Passed, TimeSpan.FromMilliseconds(1), "")
                    : new ProbeAnswer(ProbeOutcome.Failed, TimeSpan.FromMilliseconds(1), $"{question.Words} was closed without an answer");
            }
        }
        return silence;
    }
}
