using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.Scheduling;

namespace Portal.Core.State.Services;

/// <summary>What happens to one slot on paper, in the order in which it begins.</summary>
internal sealed record PaperStep(int Slot)
{
    /// <summary>Where an instance is stopped; null if none is.</summary>
    public HostId? StoppedOn { get; set; }
    /// <summary>Where an instance is made; null if none is, or it fits nowhere.</summary>
    public HostId? CreatedOn { get; set; }
    /// <summary>Why the old one goes; else why the new one comes.</summary>
    public string Why { get; set; } = "";
}

/// <summary>
/// Runs one app to where it wants to be, on paper: the reconciler decides, the scheduler places, and each container is taken to do at once what
/// is asked of it. So the plan is what the controller itself would do, in its order and within its bounds.
/// </summary>
internal sealed class PaperRollout(PaperCluster cluster, PaperApp app, DateTimeOffset now)
{
    private const int MostRounds = 400;
    private static readonly DateTimeOffset LongAgo = DateTimeOffset.UnixEpoch;
    private readonly Dictionary<InstanceId, InstanceInput> instances = [];
    private readonly Dictionary<int, PaperStep> bySlot = [];
    private readonly List<PaperStep> steps = [];
    private readonly Dictionary<InstanceId, (int Slot, string Reason)> unplaced = [];
    private ImmutableDictionary<int, long> epochs = app.Input.Epochs;
    private RolloutState? rollout = app.Input.Rollout;

    private IReadOnlyDictionary<int, string> holds = ImmutableDictionary<int, string>.Empty;

    public PaperApp App => app;

    public PaperCluster Cluster => cluster;

    public IEnumerable<PaperStep> Steps => steps.Where(s => s.StoppedOn is not null || s.CreatedOn is not null);

    public IReadOnlyCollection<(int Slot, string Reason)> Unplaced => unplaced.Values;

    /// <summary>Whether it had not come to rest when it was cut off.</summary>
    public bool WasCutOff { get; private set; }

    public bool IsEmpty => !Steps.Any();

    /// <summary>Why a slot that should move stays for good; null where it does not.</summary>
    public string? Held(int slot) => holds.GetValueOrDefault(slot);

    /// <summary>How many instances run in the end.</summary>
    public int RunningInTheEnd => instances.Values.Count(i => i is { Desired: DesiredState.Run, Host: not null });

    /// <summary>How many slots have a host for an instance of a revision in the end.</summary>
    public int PlacedOf(int revision) => instances.Values.Where(i => i is { Desired: DesiredState.Run, Host: not null } && i.Revision == revision).Select(i => i.Slot).Distinct().Count();

    public void Run()
    {
        foreach (var instance in app.Input.Instances)
        {
            instances[instance.Id] = Settled(instance);
        }
        var pace = Hastened(app.Input);
        for (var round = 0; round < MostRounds; round++)
        {
            var decision = AppReconciler.Reconcile(pace with { Instances = [.. instances.Values.OrderBy(i => i.Slot).ThenBy(i => i.Epoch)], Epochs = epochs, Rollout = rollout }, cluster.Hosts, now);
            if (!Apply(decision))
            {
                return;
            }
        }
        WasCutOff = true;
    }

    private bool Apply(AppDecision decision)
    {
        foreach (var id in decision.End)
        {
            End(instances[id]);
        }
        var stopped = decision.Stop.Count(Stop);
        foreach (var created in decision.Create)
        {
            instances[created.Id] = new InstanceInput
            {
                Id = created.Id,
                Slot = created.Slot,
                Epoch = created.Epoch,
                Revision = created.Revision,
                RestartGeneration = app.Input.RestartGeneration,
                CreatedAt = now,
            };
            epochs = epochs.SetItem(created.Slot, created.Epoch);
            var step = StepOf(created.Slot);
            step.Why = step.Why.Length > 0 ? step.Why : created.Cause;
        }
        var placed = Place([.. decision.Create, .. decision.Place]);
        var advanced = !decision.Rollout.Equals(rollout);
        rollout = decision.Rollout;
        holds = decision.Holds;
        return placed || advanced || decision.Create.Length + stopped + decision.End.Length > 0;
    }

    private bool Stop(StopInstance stop)
    {
        var instance = instances[stop.Id];
        if (stop.OnlyIfFits is { } successor && cluster.Session.ExplainAll(Request(successor)) is var verdicts && verdicts.Hosts.All(h => h.RefusedBy is not null))
        {
            unplaced[stop.Id] = (instance.Slot, verdicts.Why);
            return false;
        }
        unplaced.Remove(stop.Id);
        var step = StepOf(instance.Slot);
        step.StoppedOn ??= instance.Host;
        // That its successor is ready says less than why there is one.
        step.Why = step.CreatedOn is not null && step.Why.Length > 0 ? step.Why : stop.Reason;
        instances[stop.Id] = instance with { Desired = DesiredState.Stop, StopReason = stop.Reason, Observed = new Observed { State = InstanceState.Stopped, At = now } };
        return true;
    }

    private bool Place(ImmutableArray<NewInstance> wanting)
    {
        var result = cluster.Session.Place([.. wanting.Select(Request)]);
        foreach (var placement in result.Placed)
        {
            unplaced.Remove(placement.Instance);
            var instance = instances[placement.Instance] with { Host = placement.Host, PendingReason = null };
            instances[placement.Instance] = Settled(instance);
            StepOf(instance.Slot).CreatedOn = placement.Host;
        }
        foreach (var refused in result.Unplaced)
        {
            unplaced[refused.Instance] = (instances[refused.Instance].Slot, refused.Reason);
        }
        return result.Placed.Length > 0;
    }

    private PlacementRequest Request(NewInstance wanted)
    {
        var replaced = wanted.Replaces is { } id ? instances.GetValueOrDefault(id) : null;
        return new PlacementRequest
        {
            Instance = wanted.Id,
            App = app.Input.Id,
            Slot = wanted.Slot,
            Spec = app.Input.SpecOf(wanted.Revision),
            Pin = wanted.Pin,
            Avoid = wanted.Avoid,
            Replaces = replaced?.Host,
            Freed = replaced is null ? default : InstanceParts.ReservationsOf(SpecOf(replaced)),
            Predecessor = wanted.Predecessor,
        };
    }

    private AppSpec SpecOf(InstanceInput instance) => app.Input.SpecOf(instance.Revision);

    private void End(InstanceInput instance)
    {
        instances.Remove(instance.Id);
        unplaced.Remove(instance.Id);
        if (instance.Host is { } host)
        {
            cluster.Session.ReleaseInstance(host, app.Input.Id, SpecOf(instance));
        }
    }

    /// <summary>As it will be if all goes well: what is to run is ready, what is to stop is gone.</summary>
    private InstanceInput Settled(InstanceInput instance)
    {
        if (instance.Host is not { } host || (cluster.Hosts.TryGetValue(host, out var input) && input.IsLost))
        {
            return instance;
        }
        return instance with
        {
            Observed = instance.Desired == DesiredState.Stop
                ? new Observed { State = InstanceState.Stopped, At = now }
                : new Observed { State = InstanceState.Running, Health = Health.Healthy, ReadySince = LongAgo, At = now },
        };
    }

    /// <summary>A large app in larger strides, so that its plan does not take a round for each instance; the steps are the same.</summary>
    private AppInput Hastened(AppInput input)
    {
        var count = Math.Max(input.Replicas, input.Instances.Length);
        if (count <= 50)
        {
            return input;
        }
        var stride = new CountOrPercent(Math.Max(1, count / 20));
        var update = input.Spec.Update;
        return input with
        {
            Spec = input.Spec with
            {
                // Larger strides must not let more wait for a reboot than really do.
                Disruption = cluster.Hosts.Values.Any(h => h.Reboot is not null) ? new CountOrPercent(Bounds.BudgetOf(input.Spec, input.Replicas)) : input.Spec.Disruption,
                Update = update with
                {
                    MaxSurge = update.MaxSurge.Of(count, roundUp: true) is > 0 and var surge && surge < stride.Value ? stride : update.MaxSurge,
                    MaxUnavailable = update.MaxUnavailable.Of(count, roundUp: false) < stride.Value && Bounds.Of(input.Spec, count).Surge == 0 ? stride : update.MaxUnavailable,
                },
            },
        };
    }

    private PaperStep StepOf(int slot)
    {
        if (!bySlot.TryGetValue(slot, out var step))
        {
            bySlot[slot] = step = new PaperStep(slot);
            steps.Add(step);
        }
        return step;
    }
}
