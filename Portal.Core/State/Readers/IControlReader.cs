using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;

namespace Portal.Core.State.Readers;

/// <summary>What the controller reads. Each is of all apps, or of those named.</summary>
public interface IControlReader
{
    /// <summary>All hosts.</summary>
    Task<Dictionary<HostId, ControlledHost>> ReadHostsAsync(CancellationToken cancellation);
    /// <summary>Apps, tombstones too.</summary>
    Task<Dictionary<AppId, ControlledApp>> ReadAppsAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>Instances that have not ended, with what was seen of them.</summary>
    Task<ILookup<AppId, InstanceInput>> ReadInstancesAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>The sealed specs that live instances run by, or that the last rollout names.</summary>
    Task<Dictionary<(AppId, int), AppSpec>> ReadSpecsAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>Images of the current revision, and of those whose digest is not known.</summary>
    Task<ILookup<AppId, RevisionImage>> ReadImagesAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>Images that are pulled ahead of rollouts, with how far they are.</summary>
    Task<ILookup<AppId, PulledImage>> ReadPullsAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>The highest epoch of each slot.</summary>
    Task<ILookup<AppId, (int Slot, long Epoch)>> ReadEpochsAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>Where volumes lie; the one last used where there are several of a name.</summary>
    Task<ILookup<AppId, (int Slot, string Volume, HostId Host)>> ReadVolumesAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>What is kept of jobs; an app that has no record yet is not there.</summary>
    Task<Dictionary<AppId, JobRecord>> ReadJobsAsync(Guid[]? ids, CancellationToken cancellation);
    /// <summary>The rebalance that is under way; null for none.</summary>
    Task<ActiveRebalance?> ReadRebalanceAsync(CancellationToken cancellation) => Task.FromResult<ActiveRebalance?>(null);
    /// <summary>Failures of the last ten minutes that make slots avoid hosts.</summary>
    Task<ILookup<AppId, SlotFailure>> ReadFailuresAsync(Guid[]? ids, CancellationToken cancellation);
}
