using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Leases;

namespace Portal.Core.State.Writers;

/// <summary>Where the controller's rounds are committed.</summary>
public interface IAssignmentWriter
{
    /// <summary>Commits a round.</summary>
    /// <returns>Apps whose generation had moved on, or of which something was to stop or to be made for what is no longer so: nothing of theirs was written, they are to be read and decided anew. If there are any, nothing at all was written.</returns>
    /// <exception cref="TermLostException">Another controller has taken over; nothing was written.</exception>
    Task<ImmutableArray<AppId>> CommitAsync(TermLease lease, AssignmentBatch batch, CancellationToken cancellation);
}
