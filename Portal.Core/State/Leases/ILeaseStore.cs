namespace Portal.Core.State.Leases;

/// <summary>Where claims are kept. Whether one has expired is judged there, by one clock for all.</summary>
public interface ILeaseStore
{
    /// <summary>Takes a claim for so long if nobody's heartbeat is alive.</summary>
    /// <returns>The number of the new term; null if somebody has it.</returns>
    Task<long?> TryTakeAsync(string name, string holder, TimeSpan length, CancellationToken cancellation);

    /// <summary>Lengthens a term's claim from now on.</summary>
    /// <returns>False if it is another's now.</returns>
    Task<bool> RenewAsync(string name, long term, TimeSpan length, CancellationToken cancellation);

    /// <summary>Lets a term's claim expire now.</summary>
    Task ReleaseAsync(string name, long term, CancellationToken cancellation);
}
