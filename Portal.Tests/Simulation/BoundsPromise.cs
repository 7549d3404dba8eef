using Portal.Core.Domain;
using Portal.Core.State.Writers;

namespace Portal.Tests.Simulation;

/// <summary>
/// No step that Portal chooses takes the ready ones below replicas − maxUnavailable, or the total above replicas + maxSurge: by what the store says at the
/// moment of the decision, on hosts that answer. What fails or is lost is nobody's choice, and to replace it neither.
/// </summary>
internal sealed class BoundsPromise(World world)
{
    public void Check(Promises promises, AssignmentBatch batch)
    {
        foreach (var id in batch.Stopped.Select(s => s.App).Concat(batch.Created.Select(c => c.App)).Distinct())
        {
            if (world.Store.Apps[id] is { Spec.Kind: AppKind.Service, IsOff: false } app)
            {
                Check(promises, app, batch);
            }
        }
    }

    private void Check(Promises promises, AppRecord app, AssignmentBatch batch)
    {
        var wanted = app.Replicas;
        var bounds = BoundsOf(app, wanted);
        // Where data lies at a slot's number the lowest numbers stay; elsewhere what serves does, whatever its number.
        var isByNumber = app.Assignments.Values.Where(a => !a.HasEnded).Select(a => a.Revision).Append(app.InForce).Any(r => app.Revisions[r].Spec.WritableVolumes.Any());
        var live = app.Assignments.Values.Where(a => !a.HasEnded && (!isByNumber || a.Slot <= wanted)).ToList();
        var stopped = batch.Stopped.Where(s => s.App == app.Id).Select(s => s.Stop.Id).ToHashSet();
        var before = Slots(live.Where(IsAvailable));
        var after = Slots(live.Where(a => IsAvailable(a) && !stopped.Contains(a.Id)));
        promises.Require(after >= before || after >= wanted - bounds.Unavailable, Promises.Bounds, () =>
            $"{app.Name} wants {wanted} and may miss {bounds.Unavailable}; {before} were available and the decision leaves {after}: it stops {string.Join(" and ", live.Where(a => stopped.Contains(a.Id)).Select(a => a.Title))}");
        if (batch.Created.Any(c => c.App == app.Id && IsChosen(live, c, stopped)))
        {
            var ended = batch.Ended.Select(e => e.Instance).ToHashSet();
            var present = app.Assignments.Values.Count(a => !a.HasEnded && !ended.Contains(a.Id) && MayRun(a)) + batch.Created.Count(c => c.App == app.Id);
            promises.Require(present <= wanted + bounds.Surge, Promises.Bounds, () => $"{app.Name} wants {wanted} and may have {bounds.Surge} more; the decision makes it {present}");
        }
    }

    private static int Slots(IEnumerable<AssignmentRecord> instances) => instances.Select(a => a.Slot).Distinct().Count();

    private static Bounds BoundsOf(AppRecord app, int wanted) => app.Assignments.Values.Where(a => !a.HasEnded).Select(a => a.Revision).Append(app.InForce).Distinct()
        .Select(r => Bounds.Of(app.Revisions[r].Spec with { Update = app.Spec.Update }, wanted)).Aggregate(Bounds.Stricter);

    /// <summary>Whether a new instance stands beside one that could have stayed alone, or that was chosen to go.</summary>
    private bool IsChosen(List<AssignmentRecord> live, CreatedInstance created, HashSet<InstanceId> stopped) =>
        live.Exists(a => a.Slot == created.New.Slot && MayRun(a) && a.Seen?.Failure is null or InstanceFailure.None && a.StopFailure == InstanceFailure.None && (a.Desired == DesiredState.Run && !stopped.Contains(a.Id)));

    private bool IsAvailable(AssignmentRecord a) => a.Desired == DesiredState.Run && a.Host is { } host && world.Store.Hosts[host].Reachability == Reachability.Reachable
        && a.Seen?.ReadySince is { } since && since + (a.App.Spec.Update.MinReady ?? a.App.Revisions[a.Revision].Spec.DefaultMinReady) <= world.Schedule.UtcNow;

    /// <summary>What is told to stop may be gone a moment before its worker says so.</summary>
    private bool IsThere(AssignmentRecord a, HostId host) => world.EngineOf(host).Containers.Values.Any(c => c.Instance == a.Id.ToString() && c.State is "running" or "restarting" or "created");

    private bool IsJustBack(HostId host) => world.Store.Hosts[host].Report?.Since > world.Schedule.UtcNow - TimeSpan.FromSeconds(12);

    /// <summary>Whether its container may be there. What a host that has just come back still has of before, and is told to stop, is nobody's choice: until the controller has surely heard of it, it does not count.</summary>
    private bool MayRun(AssignmentRecord a) => a.Host is { } host && world.Store.Hosts[host].Reachability != Reachability.Unreachable && (a.Desired == DesiredState.Run || !IsJustBack(host) && IsThere(a, host)) && a.Seen is not
        { State: InstanceState.Stopped } and not { Failure: InstanceFailure.RemovedOutside or InstanceFailure.StoppedOutside or InstanceFailure.Exited or InstanceFailure.NameTaken };
}

/// <summary>Asks the engines, not Portal, what runs of an app, whenever something changes there.</summary>
/// <param name="world">The world.</param>
/// <param name="app">The app.</param>
/// <param name="wanted">How many are wanted.</param>
/// <param name="bounds">What may be missing, and what there may be more.</param>
internal sealed class TruthObserver(World world, AppRecord app, int wanted, Bounds bounds)
{
    public void Look(Promises promises)
    {
        var now = world.Schedule.UtcNow;
        var running = world.Ours.Select(o => o.Container).Where(c => c.IsRunning && c.IsMain && c.Labels.GetValueOrDefault(Portal.Core.Planning.LabelKeys.App) == app.Name).ToList();
        var serving = running.Where(c => app.Spec.Health.Kind == HealthKind.None || c.Serves(now)).Select(c => c.Labels[Portal.Core.Planning.LabelKeys.Slot]).Distinct().Count();
        promises.Require(serving >= wanted - bounds.Unavailable, Promises.Bounds, () => $"only {serving} of {wanted} of {app.Name} serve, and only {bounds.Unavailable} may be missing; nothing disturbed");
        promises.Require(running.Count <= wanted + bounds.Surge, Promises.Bounds, () => $"{running.Count} of {app.Name} run, and there may be {wanted} + {bounds.Surge}; nothing disturbed");
    }
}
