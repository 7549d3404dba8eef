using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

/// <summary>The empty volume by which an engine says whose host it is: an engine's own id does not tell.</summary>
internal static class HostMark
{
    /// <summary>Marks the engine for a host; one that is marked for it already stays so.</summary>
    /// <returns>Whether the mark was not there before.</returns>
    /// <param name="engine">The engine.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="host">The host.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isKnown">Whether a host is still registered; the mark of one that is not gives way. Null: any other mark is respected.</param>
    /// <exception cref="EngineException">With <see cref="EngineError.Conflict"/>: another host of this cluster has marked it.</exception>
    public static async Task<bool> ClaimAsync(IContainerEngine engine, Guid cluster, HostId host, CancellationToken cancellation, Func<HostId, Task<bool>>? isKnown = null)
    {
        var name = EngineNames.Mark(cluster);
        var present = (await engine.ListVolumesAsync(LabelKeys.Host, cancellation)).Any(v => v.Name == name);
        var labels = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create(LabelKeys.Cluster, cluster.ToString()),
            KeyValuePair.Create(LabelKeys.Host, host.ToString()),
        ]);
        // An engine that has the volume gives it back as it is, so that of two hosts one wins.
        var mark = await engine.CreateVolumeAsync(name, labels, cancellation);
        if (isKnown is not null && OtherOwner(mark, host) is { } text && Guid.TryParse(text, out var id) && !await isKnown(new HostId(id)))
        {
            await engine.RemoveVolumeAsync(name, cancellation);
            mark = await engine.CreateVolumeAsync(name, labels, cancellation);
        }
        if (OtherOwner(mark, host) is not null)
        {
            throw new EngineException(EngineError.Conflict, $"This engine is already registered as another host of this cluster (its volume {name} says so).");
        }
        return !present;
    }

    /// <summary>The host that the engine is marked for; null for none.</summary>
    public static async Task<HostId?> ReadAsync(IContainerEngine engine, Guid cluster, CancellationToken cancellation)
    {
        var name = EngineNames.Mark(cluster);
        var mark = (await engine.ListVolumesAsync(LabelKeys.Host, cancellation)).FirstOrDefault(v => v.Name == name);
        return Guid.TryParse(mark?.Labels.GetValueOrDefault(LabelKeys.Host), out var owner) ? new HostId(owner) : null;
    }

    private static string? OtherOwner(EngineVolume mark, HostId host) =>
        mark.Labels.GetValueOrDefault(LabelKeys.Host) is { } owner && owner != host.ToString() ? owner : null;
}
