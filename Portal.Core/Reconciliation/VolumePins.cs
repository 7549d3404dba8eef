using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Reconciliation;

/// <summary>To which host the writable volumes of a spec bind each slot.</summary>
/// <param name="Waiting">Slots that wait for that host once it is lost.</param>
/// <param name="Movable">Slots that may then start empty elsewhere.</param>
public sealed record VolumePins(ImmutableDictionary<int, HostId> Waiting, ImmutableDictionary<int, HostId> Movable)
{
    /// <summary>From where volumes lie.</summary>
    public static VolumePins Of(AppSpec spec, IEnumerable<(int Slot, string Volume, HostId Host)> volumes)
    {
        var policies = spec.WritableVolumes.ToDictionary(v => v.Name, v => v.OnHostLoss, StringComparer.Ordinal);
        var known = volumes.Where(v => policies.ContainsKey(v.Volume)).ToLookup(v => policies[v.Volume]);
        return new VolumePins(First(known[OnHostLoss.Wait]), First(known[OnHostLoss.StartEmpty]));
    }

    private static ImmutableDictionary<int, HostId> First(IEnumerable<(int Slot, string Volume, HostId Host)> volumes) =>
        volumes.GroupBy(v => v.Slot).ToImmutableDictionary(g => g.Key, g => g.First().Host);
}
