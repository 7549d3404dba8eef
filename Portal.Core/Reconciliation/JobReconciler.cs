using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.Scheduling;

namespace Portal.Core.Reconciliation;

/// <summary>Lets <see cref="JobRule"/> decide about an app of kind job, and says it in instances: what to make, place, stop and end.</summary>
internal sealed class JobReconciler
{
    private readonly AppInput app;
    private readonly IReadOnlyDictionary<HostId, HostInput> hosts;
    private readonly DateTimeOffset now;
    private readonly Dictionary<InstanceId, InstanceInput> instances;
    private readonly HashSet<InstanceId> end = [];
    private readonly List<StopInstance> stop = [];

    private JobReconciler(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, DateTimeOffset now)
    {
        (this.app, this.hosts, this.now) = (app, hosts, now);
        instances = app.Instances.ToDictionary(i => i.Id);
    }

    public static AppDecision Reconcile(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, DateTimeOffset now) => app.Job is { } record
        ? new JobReconciler(app, hosts, now).Decide(record)
        // On paper nothing is known of its runs, and whatever else changes lets them be.
        : new AppDecision { Rollout = app.Rollout ?? RolloutStep.Begin(app, now), Status = new StatusVerdict(AppStatus.Progressing, "", 0, 0, 0, 0) };

    private AppDecision Decide(JobRecord record)
    {
        var attempts = app.Instances.Select(i => new AttemptReading(i, app, hosts, now).Attempt).Concat(record.Ended).ToList();
        var decision = JobRule.Decide(new JobSituation
        {
            Job = app.Spec.Job ?? new JobSpec(),
            Revision = app.Revision,
            DeployGeneration = app.Intent.Generation,
            DeployedBy = app.Intent.By,
            DeployMessage = app.Intent.Message,
            WhyStopped = app.Deleted ? "the app was deleted" : app.Stopped ? "the app was stopped" : null,
            IsDeleted = app.Deleted,
            Memory = record.Memory,
            Runs = record.Runs,
            Wishes = record.Wishes,
            Attempts = attempts,
        }, now);
        EndWhatIsOver();
        foreach (var finished in decision.Finish)
        {
            Finish(finished);
        }
        foreach (var stopped in decision.Stop)
        {
            Stop(stopped);
        }
        return new AppDecision
        {
            Create = Create(decision),
            Place = [.. app.Instances.Where(i => i is { Host: null, Desired: DesiredState.Run } && !end.Contains(i.Id)).Select(Place)],
            Stop = [.. stop],
            End = [.. app.Instances.Select(i => i.Id).Where(end.Contains)],
            Job = decision,
            Rollout = app.Rollout ?? RolloutStep.Begin(app, now),
            Status = JobStatusRule.Of(app, decision, attempts),
            Forget = app.Deleted && app.Instances.All(i => end.Contains(i.Id)),
            WakeAt = decision.WakeAt,
        };
    }

    private void EndWhatIsOver()
    {
        foreach (var instance in app.Instances)
        {
            var hostGone = instance.Host is { } id && !hosts.ContainsKey(id);
            var confirmed = instance.Desired == DesiredState.Stop && (instance.Host is null || instance.Observed?.State == InstanceState.Stopped);
            if (hostGone || confirmed)
            {
                end.Add(instance.Id);
            }
        }
    }

    /// <summary>What ended by itself is over; what was lost with its host, or cannot start there, has to be stopped there.</summary>
    private void Finish(FinishedAttempt finished)
    {
        var instance = instances[finished.Id];
        var failure = instance.Observed?.Failure ?? InstanceFailure.None;
        var isLost = instance.Host is { } host && hosts.TryGetValue(host, out var known) && known.IsLost;
        // Where a container beside it failed, or an init container did, its main one may run, or come yet.
        var mayRun = failure == InstanceFailure.Exited && instance.Observed?.FinishedAt is null;
        if (isLost || mayRun || failure == InstanceFailure.EngineTrouble)
        {
            Stop(finished, failure == InstanceFailure.EngineTrouble && !isLost ? failure : InstanceFailure.None);
        }
        else
        {
            end.Add(finished.Id);
        }
    }

    private void Stop(FinishedAttempt stopped, InstanceFailure failure = InstanceFailure.None)
    {
        if (instances[stopped.Id].Host is null)
        {
            end.Add(stopped.Id);
        }
        else if (!end.Contains(stopped.Id))
        {
            stop.Add(new StopInstance(stopped.Id, stopped.Reason, failure));
        }
    }

    private ImmutableArray<NewInstance> Create(JobDecision decision)
    {
        var epochs = app.Epochs.ToDictionary();
        var created = ImmutableArray.CreateBuilder<NewInstance>(decision.Start.Length);
        foreach (var wanted in decision.Start)
        {
            var epoch = epochs[wanted.Slot] = epochs.GetValueOrDefault(wanted.Slot) + 1;
            created.Add(new NewInstance(InstanceId.Of(app.Id, wanted.Slot, epoch), wanted.Slot, epoch, wanted.Revision, wanted.Cause, ServiceSlots.PinOf(app, hosts, wanted.Slot), Avoid(wanted.Slot), Run: wanted.Run));
        }
        return created.DrainToImmutable();
    }

    private NewInstance Place(InstanceInput instance) =>
        new(instance.Id, instance.Slot, instance.Epoch, instance.Revision, "", ServiceSlots.PinOf(app, hosts, instance.Slot), Avoid(instance.Slot), Run: instance.Run);

    /// <summary>Hosts whose engine could lately not start an instance of the slot, unless that leaves none.</summary>
    private ImmutableDictionary<HostId, string> Avoid(int slot)
    {
        var avoid = app.Failures.Where(f => f.Slot == slot && f.Revision == app.Revision).GroupBy(f => f.Host).ToImmutableDictionary(g => g.Key, g => g.Last().Reason);
        var leavesSome = hosts.Values.Any(h => !avoid.ContainsKey(h.Id) && h is { Availability: Availability.Active, Reachability: Reachability.Reachable });
        return leavesSome ? avoid : ImmutableDictionary<HostId, string>.Empty;
    }
}
