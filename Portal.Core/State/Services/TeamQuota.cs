using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Model;

namespace Portal.Core.State.Services;

/// <summary>Holds a team's apps to its quota. The team's row must be locked, so that two changes cannot each take the last room.</summary>
internal static class TeamQuota
{
    /// <summary>Refuses an app's new intent if it takes the team above a bound, or further above one.</summary>
    /// <exception cref="RefusedException">It does; every such bound is named.</exception>
    public static async Task CheckAsync(PortalDb db, TeamRow team, AppRow wanted, CancellationToken cancellation)
    {
        if (team is { QuotaCpus: null, QuotaMemoryBytes: null, QuotaInstances: null })
        {
            return;
        }
        var hosts = await ReadHostsAsync(db, cancellation);
        var present = await db.Apps.AsNoTracking().Where(a => a.TeamId == team.Id && a.DeletedAt == null).ToListAsync(cancellation);
        var before = present.Select(a => Use.Of(a, hosts)).Aggregate(new Use(), Use.Add);
        var after = present.Where(a => a.Id != wanted.Id).Append(wanted).Select(a => Use.Of(a, hosts)).Aggregate(new Use(), Use.Add);
        var faults = new List<Fault>();
        if (team.QuotaCpus is { } cpus && after.Cpus > cpus + 1e-9 && after.Cpus > before.Cpus)
        {
            faults.Add(new Fault("resources.reservations.cpus", Invariant($"the team may reserve {cpus:0.###} cores; this would make it {after.Cpus:0.###}")));
        }
        if (team.QuotaMemoryBytes is { } memory && after.MemoryBytes > memory && after.MemoryBytes > before.MemoryBytes)
        {
            faults.Add(new Fault("resources.reservations.memory", $"the team may reserve {MemoryText.Format(memory)} of memory; this would make it {MemoryText.Format(after.MemoryBytes)}"));
        }
        if (team.QuotaInstances is { } instances && after.Instances > instances && after.Instances > before.Instances)
        {
            faults.Add(new Fault("replicas", Invariant($"the team may have {instances} instances; this would make it {after.Instances}")));
        }
        if (faults.Count > 0)
        {
            throw new RefusedException(RefusalKind.Unprocessable, $"This is more than the quota of team {team.Name} allows.", faults) { QuotaOf = team.Id };
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static async Task<List<HostFacts>> ReadHostsAsync(PortalDb db, CancellationToken cancellation)
    {
        var rows = await (from host in db.Hosts.AsNoTracking()
                          join status in db.HostStatus.AsNoTracking() on host.Id equals status.HostId into known
                          from status in known.DefaultIfEmpty()
                          select new { host.Name, host.Labels, status.Os, status.Architecture }).ToListAsync(cancellation);
        return [.. rows.Select(r => new HostFacts(r.Name, r.Architecture ?? "amd64", r.Os ?? "linux", JsonText.ReadLabels(r.Labels)))];
    }

    private sealed record HostFacts(string Name, string Architecture, string Os, IReadOnlyDictionary<string, string> Labels);

    private readonly record struct Use(double Cpus, long MemoryBytes, long Instances)
    {
        public static Use Add(Use a, Use b) => new(a.Cpus + b.Cpus, a.MemoryBytes + b.MemoryBytes, a.Instances + b.Instances);

        public static Use Of(AppRow app, List<HostFacts> hosts)
        {
            if (app.Stopped)
            {
                return default;
            }
            var spec = SpecCodec.FromCanonical(app.Spec);
            var count = spec.Kind == AppKind.Global ? CountFitting(spec, hosts) : spec.Job?.AtOnce ?? app.Replicas;
            var reserved = InstanceParts.ReservationsOf(spec);
            return new Use(count * reserved.Cpus, count * reserved.MemoryBytes, count);
        }

        // A global app has one on each host that its constraints let it use.
        private static int CountFitting(AppSpec spec, List<HostFacts> hosts)
        {
            var constraints = spec.Placement.Constraints.Select(c => Constraint.TryParse(c, out var read, out _) ? read : null).OfType<Constraint>().ToList();
            return hosts.Count(h => constraints.TrueForAll(c => c.Holds(h.Name, h.Architecture, h.Os, h.Labels)));
        }
    }
}
