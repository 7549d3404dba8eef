using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>
/// A Portal that loses most of its hosts at once suspects itself and declares none lost until an administrator confirms that they are.
/// </summary>
public interface IHostLoss
{
    /// <summary>Says that a host that does not answer is lost: its worker then declares it so.</summary>
    /// <param name="actor">The administrator, for the event.</param>
    /// <param name="host">The host.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False if there is no such host.</returns>
    Task<bool> ConfirmAsync(Actor actor, HostId host, CancellationToken cancellation);
}
