using System.Collections.Immutable;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.Planning;
using Portal.Core.State.Writers;

namespace Portal.Tests.Simulation;

/// <summary>What the tables hold, and the statements of the writers over them. Each call is one transaction.</summary>
internal sealed class SimulatedStore(World world)
{
    public static readonly Guid Cluster = Guid.Parse("c1057e40-0000-0000-0000-000000000001");
    public static readonly TeamId Team = new(Guid.Parse("7ea00000-0000-0000-0000-000000000001"));
    public const string TeamName = "crew";

    public Dictionary<HostId, HostRecord> Hosts { get; } = [];
    public Dictionary<AppId, AppRecord> Apps { get; } = [];
    /// <summary>The highest epoch of each slot; they outlive the app.</summary>
    public Dictionary<(string App, int Slot), long> Epochs { get; } = [];
    public Dictionary<(string App, int Slot, string Name, HostId Host), DateTimeOffset> Volumes { get; } = [];
    public Dictionary<string, Claim> Claims { get; } = [];
    public Dictionary<string, DateTimeOffset> Agents { get; } = [];

    /// <summary>A claim: its term, who has it, and until when.</summary>
    internal sealed record Claim(long Term, string Holder, DateTimeOffset ExpiresAt);

    public AssignmentRecord? Find(InstanceId id)
    {
        foreach (var app in Apps.Values)
        {
            if (app.Assignments.TryGetValue(id, out var found))
            {
                return found;
            }
        }
        return null;
    }

    public long? TryTake(string name, string holder, TimeSpan length)
    {
        var present = Claims.GetValueOrDefault(name);
        if (present is not null && present.ExpiresAt >= world.Schedule.UtcNow)
        {
            return null;
        }
        var term = (present?.Term ?? 0) + 1;
        Claims[name] = new Claim(term, holder, world.Schedule.UtcNow + length);
        world.Trace.Note("claim", 0, term, $"{holder} claims {name}, term {term}.");
        return term;
    }

    public bool Renew(string name, long term, TimeSpan length) => Lengthen(name, term, world.Schedule.UtcNow + length);

    public void Release(string name, long term) => Lengthen(name, term, DateTimeOffset.MinValue);

    private bool Lengthen(string name, long term, DateTimeOffset until)
    {
        if (Claims.GetValueOrDefault(name) is not { } claim || claim.Term != term)
        {
            return false;
        }
        Claims[name] = claim with { ExpiresAt = until };
        return true;
    }

    /// <summary>Apps of a round that have changed since they were read.</summary>
    public ImmutableArray<AppId> Moved(AssignmentBatch batch) => [.. batch.Generations.Where(g => Apps.GetValueOrDefault(g.Key)?.Generation != g.Value).Select(g => g.Key)
        .Concat(batch.Assumptions.Where(a => a.IsReady != IsReady(Find(a.Instance))).Select(a => a.App))
        .Concat(batch.LostHosts.Where(l => Hosts[l.Host].Reachability != Reachability.Unreachable).Select(l => l.App)).Distinct()];

    private bool IsReady(AssignmentRecord? row) => row is { Host: { } host, Seen.ReadySince: not null } && Hosts[host].Reachability == Reachability.Reachable;

    public void Commit(AssignmentBatch batch)
    {
        var now = world.Schedule.UtcNow;
        foreach (var created in batch.Created)
        {
            Create(created, now);
        }
        foreach (var placed in batch.Placed)
        {
            if (Find(placed.Instance) is { Host: null } row)
            {
                (row.Host, row.PendingReason) = (placed.Host, null);
            }
        }
        foreach (var pending in batch.Pending)
        {
            if (Find(pending.Instance) is { Host: null } row)
            {
                row.PendingReason = pending.Reason;
            }
        }
        foreach (var (app, _, stop) in batch.Stopped)
        {
            var row = Apps[app].Assignments[stop.Id];
            (row.Desired, row.StopReason, row.StopFailure, row.StopAt) = (DesiredState.Stop, stop.Reason, stop.Failure, now);
        }
        foreach (var (app, instance) in batch.Ended)
        {
            var row = Apps[app].Assignments[instance];
            (row.HasEnded, row.Desired) = (true, DesiredState.Stop);
            if (row.StopFailure == InstanceFailure.None)
            {
                Apps[app].Assignments.Remove(instance);
            }
        }
        foreach (var use in batch.Volumes)
        {
            Volumes[(use.AppName, use.Slot, use.Name, use.Host)] = now;
        }
        foreach (var (app, generation, status) in batch.Statuses)
        {
            (Apps[app].Status, Apps[app].ObservedGeneration) = (status, generation);
        }
        foreach (var (app, rollout) in batch.Rollouts)
        {
            Apps[app].Rollouts[rollout.Generation] = rollout;
        }
        foreach (var (app, revision, digest) in batch.Resolved)
        {
            Apps[app].Revisions[revision].Digest ??= digest;
        }
        batch.UnwantedPulls.ForEach(app => Apps[app].Pulls.Clear());
        foreach (var (app, revision, host) in batch.Pulls)
        {
            Apps[app].Pulls.TryAdd((host, revision), new PulledImage { Host = host, Revision = revision });
        }
        batch.Forgotten.ForEach(app => Apps.Remove(app));
    }

    private void Create(CreatedInstance created, DateTimeOffset now)
    {
        var app = Apps[created.App];
        app.Assignments.Add(created.New.Id, new AssignmentRecord(app)
        {
            Id = created.New.Id,
            Slot = created.New.Slot,
            Epoch = created.New.Epoch,
            Revision = created.New.Revision,
            RestartGeneration = created.RestartGeneration,
            CreatedAt = now,
            Host = created.Host,
            Desired = DesiredState.Run,
            PendingReason = created.Host is null ? created.Reason : null,
        });
        var key = (app.Name, created.New.Slot);
        Epochs[key] = Math.Max(Epochs.GetValueOrDefault(key), created.New.Epoch);
    }

    public void Write(HostId host, Findings findings)
    {
        var row = Hosts[host];
        foreach (var observed in findings.Observed.Values)
        {
            if (Find(observed.Wanted.Id) is { } assignment)
            {
                (assignment.Seen, assignment.SeenAt) = (observed.Observation, world.Schedule.UtcNow);
            }
        }
        row.Report = findings.Host ?? row.Report;
        row.LastSeenAt = findings.LastSeenAt ?? row.LastSeenAt;
        foreach (var ((app, revision), image) in findings.Pulls)
        {
            if (Apps.GetValueOrDefault(app)?.Pulls is { } pulls && pulls.ContainsKey((host, revision)))
            {
                pulls[(host, revision)] = image with { Host = host, Revision = revision, At = world.Schedule.UtcNow };
            }
        }
        foreach (var volume in findings.RemovedVolumes)
        {
            Volumes.Remove((volume.AppName, volume.Slot, volume.Name, host));
        }
    }
}
