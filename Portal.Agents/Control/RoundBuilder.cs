using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.Scheduling;
using Portal.Core.State.Telemetry;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Agents.Control;

/// <summary>Turns the decisions of a round into one batch: places what wants a host, and words the events.</summary>
internal sealed class RoundBuilder(ControlledState state, DateTimeOffset now)
{
    private readonly List<(AppEntry Entry, AppDecision Decision)> decided = [];
    private readonly Dictionary<InstanceId, (AppEntry Entry, NewInstance Wanted, bool IsNew)> wanting = [];
    private readonly Dictionary<AppId, CreatedInstance> unplacedNew = [];
    private readonly Dictionary<AppId, string> held = [];
    private readonly List<PlacementRequest> requests = [];
    private RoundTrace? trace;

    public AssignmentBatch Batch { get; } = new();

    /// <summary>Its spans.</summary>
    public RoundTrace Trace => trace ??= new RoundTrace(now, Batch);

    /// <summary>Decides for one app.</summary>
    public AppDecision Decide(AppEntry entry)
    {
        var input = entry.Input();
        if (AppReconciler.NeedsSurvey(input, now))
        {
            input = input with { Survey = RolloutSurveyor.Survey(state, entry, input, Batch, now) };
            if (Batch.Pulls.Exists(p => p.App == input.Id))
            {
                Trace.Decided(entry);
            }
        }
        var decision = AppReconciler.Reconcile(input, state.Hosts, now);
        decided.Add((entry, decision));
        foreach (var created in decision.Create)
        {
            Want(entry, created, isNew: true);
        }
        foreach (var unplaced in decision.Place)
        {
            Want(entry, unplaced, isNew: false);
        }
        return decision;
    }

    /// <summary>Places what wants a host and completes the batch.</summary>
    public AssignmentBatch Build()
    {
        var result = requests.Count > 0 ? state.Session.Place(requests) : new PlacementResult([], []);
        foreach (var placement in result.Placed)
        {
            Placed(placement);
        }
        foreach (var unplaced in result.Unplaced)
        {
            Unplaced(unplaced);
        }
        foreach (var (entry, decision) in decided)
        {
            Finish(entry, decision);
        }
        return Batch;
    }

    private void Want(AppEntry entry, NewInstance wanted, bool isNew)
    {
        wanting[wanted.Id] = (entry, wanted, isNew);
        requests.Add(Request(entry, wanted));
    }

    private static PlacementRequest Request(AppEntry entry, NewInstance wanted)
    {
        var replaced = wanted.Replaces is { } id ? entry.Instances.GetValueOrDefault(id) : null;
        return new PlacementRequest
        {
            Instance = wanted.Id,
            App = entry.App.Input.Id,
            Slot = wanted.Slot,
            Spec = entry.App.Input.SpecOf(wanted.Revision),
            Pin = wanted.Pin,
            Avoid = wanted.Avoid,
            Replaces = replaced?.Host,
            Freed = replaced is null ? default : InstanceParts.ReservationsOf(entry.App.Input.SpecOf(replaced.Revision)),
            Predecessor = wanted.Predecessor,
        };
    }

    private void Placed(Placement placement)
    {
        var (entry, wanted, isNew) = wanting[placement.Instance];
        if (isNew)
        {
            Batch.Created.Add(Created(entry, wanted, placement.Host, placement.Reason, placement.Verdicts));
        }
        else
        {
            Batch.Placed.Add(new PlacedInstance(entry.App.Input.Id, placement.Instance, placement.Host, placement.Reason, placement.Verdicts));
        }
        foreach (var volume in entry.App.Input.SpecOf(wanted.Revision).Volumes)
        {
            Batch.Volumes.Add(new VolumeUse(entry.App.Input.Id, entry.App.TeamId, entry.App.Name, wanted.Slot, volume.Name, placement.Host));
        }
        Trace.Placed(entry, wanted, HostName(placement.Host), placement.Reason);
        var because = wanted.Cause.Length > 0 ? $" Because {wanted.Cause}." : "";
        Tell(entry, Severity.Info, "InstancePlaced", $"{Title(wanted)} goes to {HostName(placement.Host)}: {Clause(placement.Reason)}.{because}", placement.Host, placement.Instance);
    }

    private void Unplaced(Unplaced unplaced)
    {
        var (entry, wanted, isNew) = wanting[unplaced.Instance];
        if (isNew)
        {
            Trace.Placed(entry, wanted, null, unplaced.Reason);
            var created = Created(entry, wanted, null, unplaced.Reason, unplaced.Verdicts);
            unplacedNew.TryAdd(entry.App.Input.Id, created);
            Batch.Created.Add(created);
            Tell(entry, Severity.Warning, "InstancePending", $"{Title(wanted)} fits nowhere: {Clause(unplaced.Reason)}.", null, unplaced.Instance);
        }
        else if (entry.Instances[unplaced.Instance].PendingReason != unplaced.Reason)
        {
            Batch.Pending.Add(new PendingInstance(entry.App.Input.Id, unplaced.Instance, unplaced.Reason, unplaced.Verdicts));
        }
    }

    private void Finish(AppEntry entry, AppDecision decision)
    {
        var app = entry.App.Input.Id;
        Batch.Generations[app] = entry.App.Input.Generation;
        foreach (var stop in decision.Stop)
        {
            var instance = entry.Instances[stop.Id];
            if (stop.OnlyIfFits is { } successor && state.Session.ExplainAll(Request(entry, successor)) is { } verdicts && verdicts.Hosts.All(h => h.RefusedBy is not null))
            {
                held[app] = $"replica {instance.Slot} cannot leave {HostName(instance.Host!.Value)}: {Clause(verdicts.Why)}";
                continue;
            }
            Batch.Stopped.Add((app, instance.Host!.Value, stop));
            Trace.Stopped(entry, stop.Id);
            if (stop.UnlessReady)
            {
                Batch.Assumptions.Add((app, stop.Id, false));
            }
            Tell(entry, Severity.Info, "InstanceStopping", $"{(instance.Run is null ? "Replica" : "Instance")} {instance.Slot} on {HostName(instance.Host.Value)} is to stop: {Clause(stop.Reason)}.", instance.Host, stop.Id);
        }
        if (decision.Create.Length > 0)
        {
            Batch.LostHosts.AddRange(entry.Instances.Values.Select(i => i.Host).OfType<HostId>().Distinct().Where(h => state.Hosts.TryGetValue(h, out var host) && host.IsLost).Select(h => (app, h)));
        }
        Batch.Assumptions.AddRange(decision.CountsOn.Select(id => (app, id, true)));
        foreach (var ended in decision.End)
        {
            Batch.Ended.Add((app, ended));
        }
        if (decision.Forget)
        {
            Batch.Forgotten.Add(app);
            Trace.Settled(entry, "it is gone from every host");
            Tell(entry, Severity.Info, "AppDeleted", $"{entry.App.Name} is gone: every host has confirmed it.", null, null);
            return;
        }
        if (decision.Job is { } job)
        {
            TellJob(entry, job);
        }
        else
        {
            TellRollout(entry, decision.Rollout);
            if (decision.Rollout.IsOver && !entry.Pulls.IsEmpty)
            {
                Batch.UnwantedPulls.Add(app);
            }
        }
        Resolve(entry);
        var status = Complete(app, decision.Status);
        if (entry.App.Trace is not null && IsSettled(entry, decision, status))
        {
            Trace.Settled(entry, status.Reason);
        }
        if (status != entry.App.Status || entry.App.ObservedGeneration != entry.App.Input.Generation)
        {
            Batch.Statuses.Add((app, entry.App.Input.Generation, status));
        }
        // Of a job its runs tell.
        if (status.Status != entry.App.Status?.Status && decision.Job is null)
        {
            Tell(entry, SeverityOf(status.Status), "AppStatusChanged", $"{entry.App.Name} is {status.Status.ToString().ToLowerInvariant()}: {Clause(status.Reason)}.", null, null);
        }
    }

    /// <summary>Whether the last change has been brought about, and nothing is left of what was before.</summary>
    private static bool IsSettled(AppEntry entry, AppDecision decision, StatusVerdict status) =>
        decision is { Create.IsEmpty: true, Place.IsEmpty: true, Stop.IsEmpty: true } && entry.Instances.Values.All(i => i.Desired == DesiredState.Run && i.RestartGeneration >= entry.App.Input.RestartGeneration)
        && (decision.Job is { } job ? job.Start.IsEmpty && entry.Instances.Count == 0 : decision.Rollout.IsOver && status.Ready >= status.Desired);

    /// <summary>What the first instance of a revision was seen to run is what the whole revision runs.</summary>
    private void Resolve(AppEntry entry)
    {
        foreach (var seen in entry.Instances.Values.Where(i => i.Observed?.ImageDigest is not null && entry.Unresolved.Contains(i.Revision))
            .GroupBy(i => i.Revision).Select(g => g.OrderBy(i => i.CreatedAt).ThenBy(i => i.Id.Value).First()))
        {
            Batch.Resolved.Add((entry.App.Input.Id, seen.Revision, seen.Observed!.ImageDigest!));
        }
        // Once it is ready all its containers were seen; what came from no registry has no digest.
        foreach (var seen in entry.Instances.Values.Where(i => i.Observed is { ReadySince: not null, PartDigests.IsEmpty: false } && entry.UnresolvedParts.Contains(i.Revision))
            .GroupBy(i => i.Revision).Select(g => g.OrderBy(i => i.CreatedAt).ThenBy(i => i.Id.Value).First()))
        {
            Batch.ResolvedParts.Add((entry.App.Input.Id, seen.Revision, PartsJson.WriteDigests(seen.Observed!.PartDigests)));
        }
    }

    private void TellJob(AppEntry entry, JobDecision job)
    {
        var record = entry.App.Input.Job!;
        if (!job.Changes(record.Memory) && job.Start.IsEmpty)
        {
            return;
        }
        Batch.Jobs.Add((entry.App.Input.Id, job));
        foreach (var run in job.Changed)
        {
            if (RunWords.Of(entry.App.Name, run, record.Runs.FirstOrDefault(r => r.Number == run.Number)) is var (severity, kind, words))
            {
                Tell(entry, severity, kind, words, null, null);
            }
        }
    }

    private void TellRollout(AppEntry entry, RolloutState rollout)
    {
        var (app, before) = (entry.App.Input.Id, entry.App.Input.Rollout);
        if (rollout.Equals(before))
        {
            return;
        }
        Trace.Decided(entry);
        var isNew = before?.Generation != rollout.Generation;
        if (isNew && before is { IsOver: false })
        {
            Batch.Rollouts.Add((app, RolloutRule.Superseded(before, rollout.To, now)));
        }
        Batch.Rollouts.Add((app, rollout));
        if ((isNew || before!.Status != rollout.Status) && RolloutWords.Of(entry.App.Name, rollout, before) is var (severity, kind, words))
        {
            Tell(entry, severity, kind, words, null, null);
        }
    }

    /// <summary>A new instance that this round could not place makes the app pending at once, not a round later.</summary>
    private StatusVerdict Complete(AppId app, StatusVerdict status) =>
        held.TryGetValue(app, out var why) ? status with { Status = AppStatus.Pending, Reason = $"{status.Ready} of {status.Desired} ready; {why}" } :
        status.Ready >= status.Desired || !unplacedNew.TryGetValue(app, out var pending) ? status
        : status with { Status = AppStatus.Pending, Reason = $"{status.Ready} of {status.Desired} ready; replica {pending.New.Slot}: {pending.Reason}" };

    private static Severity SeverityOf(AppStatus status) => status switch
    {
        AppStatus.Failed => Severity.Error,
        AppStatus.Degraded or AppStatus.Pending or AppStatus.Unknown => Severity.Warning,
        _ => Severity.Info,
    };

    private static CreatedInstance Created(AppEntry entry, NewInstance wanted, HostId? host, string reason, Verdicts verdicts) =>
        new(entry.App.Input.Id, entry.App.TeamId, entry.App.Name, wanted, entry.App.Input.RestartGeneration, InstanceParts.ReservationsOf(entry.App.Input.SpecOf(wanted.Revision)), host, reason, verdicts);

    private void Tell(AppEntry entry, Severity severity, string kind, string message, HostId? host, InstanceId? instance) =>
        Batch.Events.Add(new EventDraft(severity, kind, message, entry.App.TeamId, entry.App.Input.Id, entry.App.Name, host, host is { } id ? HostName(id) : null, instance, PortalTraces.TraceIdOf(entry.App.Trace?.Context)));

    private static string Title(NewInstance wanted) => wanted.Run is { } run ? $"Instance {wanted.Slot} of run {run}" : $"Replica {wanted.Slot}";

    /// <summary>A reason as part of a sentence: its own full stop would make two.</summary>
    private static string Clause(string reason) => reason.TrimEnd('.');

    private string HostName(HostId host) => state.Hosts.TryGetValue(host, out var input) ? input.Name : "a removed host";
}
