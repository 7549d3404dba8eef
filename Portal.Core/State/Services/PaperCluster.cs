using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Scheduling;
using Portal.Core.State.Readers;

namespace Portal.Core.State.Services;

/// <summary>An app on paper.</summary>
/// <param name="Input">What reconciliation sees.</param>
/// <param name="Team">Its team's name.</param>
/// <param name="Name">Its name.</param>
internal sealed record PaperApp(AppInput Input, string Team, string Name);

/// <summary>The whole cluster as the controller would read it now, to try changes on. Thrown away afterwards.</summary>
internal sealed class PaperCluster
{
    private readonly Dictionary<AppId, PaperApp> apps = [];

    public Dictionary<HostId, HostInput> Hosts { get; private init; } = [];

    public SchedulingSession Session { get; } = new();

    public IEnumerable<PaperApp> Apps => apps.Values;

    public PaperApp? Find(AppId? id) => id is { } known ? apps.GetValueOrDefault(known) : null;

    public string HostName(HostId id) => Hosts.TryGetValue(id, out var host) ? host.Name : "a removed host";

    /// <summary>Reads it.</summary>
    /// <param name="reader">Reads the store.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="drain">A host that is taken as being drained; null for none.</param>
    public static async Task<PaperCluster> ReadAsync(ControlReader reader, CancellationToken cancellation, HostId? drain = null)
    {
        var hosts = await reader.ReadHostsAsync(cancellation);
        var cluster = new PaperCluster
        {
            Hosts = hosts.ToDictionary(h => h.Key, h => h.Key == drain ? h.Value.Input with { Availability = Availability.Draining } : h.Value.Input),
        };
        foreach (var host in hosts.Values)
        {
            var input = cluster.Hosts[host.Input.Id];
            cluster.Session.UpsertHost(new HostSnapshot
            {
                Id = input.Id,
                Name = input.Name,
                Availability = input.Availability,
                Reachability = input.Reachability,
                Labels = input.Labels,
                Os = input.Os,
                Architecture = input.Architecture,
                Capacity = host.Capacity,
                Images = host.Images,
            });
        }
        await cluster.ReadAppsAsync(reader, cancellation);
        return cluster;
    }

    private async Task ReadAppsAsync(ControlReader reader, CancellationToken cancellation)
    {
        var read = await reader.ReadAppsAsync(null, cancellation);
        var specs = (await reader.ReadSpecsAsync(null, cancellation)).ToLookup(s => s.Key.Item1, s => (Revision: s.Key.Item2, Spec: s.Value));
        var instances = await reader.ReadInstancesAsync(null, cancellation);
        var epochs = await reader.ReadEpochsAsync(null, cancellation);
        var volumes = await reader.ReadVolumesAsync(null, cancellation);
        var failures = await reader.ReadFailuresAsync(null, cancellation);
        foreach (var (id, app) in read)
        {
            var pins = VolumePins.Of(app.Input.Spec, volumes[id]);
            var paper = new PaperApp(app.Input with
            {
                Instances = [.. instances[id]],
                Epochs = epochs[id].ToImmutableDictionary(e => e.Slot, e => e.Epoch),
                VolumeHosts = pins.Waiting,
                MovableVolumeHosts = pins.Movable,
                Failures = [.. failures[id]],
                Specs = specs[id].ToImmutableDictionary(s => s.Revision, s => s.Spec),
            }, app.Team, app.Name);
            apps[id] = paper;
            foreach (var instance in paper.Input.Instances.Where(i => i.Host is not null))
            {
                Session.OccupyInstance(instance.Host!.Value, id, paper.Input.SpecOf(instance.Revision));
            }
        }
    }
}
