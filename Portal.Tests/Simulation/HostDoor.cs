using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Leases;

namespace Portal.Tests.Simulation;

/// <summary>The store as host workers read and write it.</summary>
internal sealed class HostDoor(World world, SimulatedProcess process) : StoreDoor(world, process), IHostReader, IFindingsStore
{
    public Task<Guid> ReadClusterAsync(CancellationToken cancellation) => AskAsync(_ => SimulatedStore.Cluster, cancellation);

    public Task<List<HostRegistration>> ReadHostsAsync(HostId? only, CancellationToken cancellation) =>
        AskAsync(s => s.Hosts.Values.Select(h => h.Registration).Where(h => only is null || h.Id == only).ToList(), cancellation);

    public Task<KnownStatus?> ReadStatusAsync(HostId host, CancellationToken cancellation) => AskAsync(s => s.Hosts[host] is { Report: { } report } row
        ? new KnownStatus(report.Reachability, report.Reason, report.Since, row.LastSeenAt, report.Engine, report.Images, report.Foreign) : null, cancellation);

    public Task<Dictionary<InstanceId, WantedInstance>> ReadWantedAsync(HostId host, CancellationToken cancellation) => AskAsync(s => (
        from app in s.Apps.Values
        from a in app.Assignments.Values
        where a.Host == host && !a.HasEnded
        select Wanted(app, a)).ToDictionary(w => w.Id), cancellation);

    public Task<Dictionary<InstanceId, InstanceObservation>> ReadObservationsAsync(HostId host, CancellationToken cancellation) => AskAsync(s => (
        from app in s.Apps.Values
        from a in app.Assignments.Values
        where a.Host == host && !a.HasEnded && a.Seen is not null
        select a).ToDictionary(a => a.Id, a => a.Seen!), cancellation);

    public Task<List<UnwantedVolume>> ReadUnwantedVolumesAsync(Guid cluster, HostId host, CancellationToken cancellation) => AskAsync(_ => new List<UnwantedVolume>(), cancellation);

    public Task<List<WantedPull>> ReadPullsAsync(HostId host, CancellationToken cancellation) => AskAsync(s => (
        from app in s.Apps.Values
        from pull in app.Pulls.Keys
        where pull.Host == host
        select WantedPull.Of(app.Id, pull.Revision, SimulatedStore.Team, app.Revisions[pull.Revision].Spec, app.Revisions[pull.Revision].Digest, false) with { AppName = app.Name }).ToList(), cancellation);

    public Task<HashSet<(string Team, string App)>> ReadKnownAppsAsync(IReadOnlyCollection<(string Team, string App)> apps, CancellationToken cancellation) =>
        apps.Count == 0 ? Task.FromResult<HashSet<(string, string)>>([])
        : AskAsync(s => apps.Where(a => a.Team == SimulatedStore.TeamName && (s.Apps.Values.Any(p => p.Name == a.App) || s.Epochs.Keys.Any(e => e.App == a.App))).ToHashSet(), cancellation);

    public Task<bool> IsLossConfirmedAsync(HostId host, DateTimeOffset since, CancellationToken cancellation) => AskAsync(s => s.Hosts[host].LossConfirmedAt >= since, cancellation);

    public async Task WriteAsync(HostId host, TermLease lease, Findings findings, CancellationToken cancellation)
    {
        var notice = await AskAsync(s =>
        {
            World.RequireTerm(lease);
            World.Promises.Wrote(lease, findings.Events);
            s.Write(host, findings);
            return World.Found(Process, host, findings);
        }, cancellation);
        if (notice.Observed.Length + notice.Hosts.Length > 0)
        {
            Process.Notices.Committed(notice);
        }
    }

    private static WantedInstance Wanted(AppRecord app, AssignmentRecord row)
    {
        var revision = app.Revisions[row.Revision];
        return new WantedInstance
        {
            Id = row.Id,
            App = app.Id,
            Team = SimulatedStore.Team,
            TeamName = SimulatedStore.TeamName,
            AppName = app.Name,
            Slot = row.Slot,
            Epoch = row.Epoch,
            Revision = row.Revision,
            Desired = row.Desired,
            StopReason = row.StopReason,
            SpecHash = revision.Hash,
            ImageDigest = revision.Digest,
            Spec = PoliciesInForce.Of(row.Revision, revision.Spec, null, new CurrentSpec(app.Generation, app.Revision, app.Spec)),
        };
    }
}
