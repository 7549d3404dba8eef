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
    // Shared by the clusters that differ in one host: what is read of apps never changes.
    private readonly Dictionary<AppId, PaperApp> apps;
    private readonly Lazy<ILookup<HostId, PaperApp>> byHost;
    private ClusterSnapshot? start;

    private PaperCluster(PaperCluster? alike = null)
    {
        apps = alike?.apps ?? [];
        byHost = alike?.byHost ?? new(() => apps.Values.SelectMany(a => a.Input.Instances.Where(i => i is { Host: not null, Desired: DesiredState.Run }).Select(i => i.Host!.Value).Distinct().Select(h => (Host: h, App: a)))
            .ToLookup(p => p.Host, p => p.App));
    }

    public Dictionary<HostId, HostInput> Hosts { get; private init; } = [];

    public SchedulingSession Session { get; private init; } = new();

    public IEnumerable<PaperApp> Apps => apps.Values;

    /// <summary>Apps with an instance on a host that shall run.</summary>
    public IEnumerable<PaperApp> AppsOn(HostId host) => byHost.Value[host];

    public PaperApp? Find(AppId? id) => id is { } known ? apps.GetValueOrDefault(known) : null;

    public string HostName(HostId id) => Hosts.TryGetValue(id, out var host) ? host.Name : "a removed host";

    /// <summary>Hosts with what a session counts on them.</summary>
    public static PaperCluster Of(IReadOnlyDictionary<HostId, HostInput> hosts, SchedulingSession session) =>
        new() { Hosts = hosts.ToDictionary(), Session = new SchedulingSession(session.ToSnapshot()) };

    /// <summary>Reads it.</summary>
    /// <param name="reader">Reads the store.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<PaperCluster> ReadAsync(ControlReader reader, CancellationToken cancellation)
    {
        var hosts = await reader.ReadHostsAsync(cancellation);
        var cluster = new PaperCluster { Hosts = hosts.ToDictionary(h => h.Key, h => h.Value.Input) };
        foreach (var host in hosts.Values)
        {
            cluster.Session.UpsertHost(Snapshot(host.Input) with { Capacity = host.Capacity, Images = host.Images });
        }
        await cluster.ReadAppsAsync(reader, cancellation);
        return cluster;
    }

    /// <summary>The same cluster with a host leaving; this one stays as it is, and must not have been changed.</summary>
    public PaperCluster With(HostId host, LeavingKind kind, DateTimeOffset now)
    {
        var present = Hosts[host];
        var leaving = kind switch
        {
            LeavingKind.Drain => present with { Availability = Availability.Draining, Reboot = null },
            LeavingKind.Reboot => present with { Availability = Availability.Cordoned, Reboot = new PlannedReboot(now, TimeSpan.FromHours(1), now) },
            _ => present with { Reachability = Reachability.Unreachable, Reboot = null },
        };
        var facts = Snapshot(leaving);
        start ??= Session.ToSnapshot();
        return new PaperCluster(this)
        {
            Hosts = new Dictionary<HostId, HostInput>(Hosts) { [host] = leaving },
            Session = new SchedulingSession(new ClusterSnapshot([.. start.Hosts.Select(h => h.Id == host
                ? h with { Availability = facts.Availability, Reachability = facts.Reachability } : h)])),
        };
    }

    private static HostSnapshot Snapshot(HostInput input) => new()
    {
        Id = input.Id,
        Name = input.Name,
        Availability = input.Availability,
        Reachability = input.Reachability,
        Labels = input.Labels,
        Os = input.Os,
        Architecture = input.Architecture,
    };

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
