using System.Collections.Immutable;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>Clears an engine of what the cluster runs there, once it is no longer a host.</summary>
public interface IHostCleaner
{
    /// <summary>Stops and removes the cluster's containers and networks. Volumes stay, and so does the mark by which the engine is known again.</summary>
    /// <param name="endpoint">The engine.</param>
    /// <param name="within">How long it may take in all; what is left then stays.</param>
    /// <returns>What was removed and what was not; failures of the engine are told there, not thrown.</returns>
    Task<CleanedHost> CleanAsync(EngineEndpoint endpoint, TimeSpan within);
}

/// <summary>What became of an engine's containers.</summary>
/// <param name="Removed">So many are gone.</param>
/// <param name="Left">Names of those that are still there, as far as is known.</param>
/// <param name="Failure">Why not all are gone, for a person; null if all are.</param>
public sealed record CleanedHost(int Removed, ImmutableArray<string> Left, string? Failure);
