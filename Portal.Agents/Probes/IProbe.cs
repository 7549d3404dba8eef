using Portal.Core.Planning;

namespace Portal.Agents.Probes;

/// <summary>Asks one port once.</summary>
internal interface IProbe
{
    /// <summary>Asks, for at most the policy's time-out. Every failure is an answer.</summary>
    /// <exception cref="OperationCanceledException">Told to end.</exception>
    Task<ProbeAnswer> AskAsync(ProbeQuestion question, CancellationToken cancellation);
}
