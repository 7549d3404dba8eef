using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>Tries a health policy on a running instance, before or after it is in force.</summary>
public interface IHealthTrial
{
    /// <summary>Asks once, and changes nothing. Needs the role Deployer.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="team">The team.</param>
    /// <param name="app">The app.</param>
    /// <param name="policy">The policy; null for the app's own.</param>
    /// <param name="instance">The instance; null for one that runs, a ready one if there is any.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RefusedException">There is no such app or instance, none runs, or it does not publish the port.</exception>
    Task<HealthTry> TryAsync(Actor actor, string team, string app, HealthSpec? policy, InstanceId? instance, CancellationToken cancellation);
}

/// <summary>What came of trying a health policy once.</summary>
/// <param name="Instance">The instance that was asked.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="Host">Its host's name.</param>
/// <param name="Address">Address and port that were asked; null for a command.</param>
/// <param name="Ok">Whether it passed.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Answer">What it said, in a sentence.</param>
public sealed record HealthTry(InstanceId Instance, int Slot, string Host, string? Address, bool Ok, TimeSpan Took, string Answer);
