using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Agents.Probes;

/// <summary>An instance to ask.</summary>
/// <param name="Record">What is known of its run; where that run is asked already, what was heard since stays.</param>
/// <param name="Port">The port on the host.</param>
/// <param name="Policy">How it is asked.</param>
internal sealed record ProbeTarget(ProbeRecord Record, int Port, HealthSpec Policy)
{
    /// <summary>Whether the same run is asked the same at the same place.</summary>
    public bool IsAskedAs(ProbeTarget other) => Record.Run == other.Record.Run && Port == other.Port && Policy == other.Policy;
}
