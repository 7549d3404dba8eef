using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Rollouts;
using Portal.Core.Scheduling;

namespace Portal.Core.Reconciliation;

/// <summary>The working sheet of one decision: what is there, what was decided so far, and what both add up to.</summary>
internal sealed class Round
{
    /// <summary>What turned not ready so lately may be ready again in a moment.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private readonly List<NewInstance> create = [];
    private readonly List<StopInstance> stop = [];
    private readonly List<InstanceId> end = [];
    private readonly List<NewInstance> place = [];
    private readonly HashSet<InstanceId> leaving = [];
    private readonly HashSet<InstanceId> countedOn = [];
    private readonly Dictionary<int, List<InstanceInput>> bySlot = [];
    private readonly Dictionary<int, long> epochs;
    private readonly Dictionary<int, string> notes = [];
    private readonly Dictionary<int, string> holds = [];
    private HashSet<int> open = [];
    private DateTimeOffset? wakeAt;

    public Round(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, DateTimeOffset now)
    {
        App = app;
        Hosts = hosts;
        Now = now;
        Rollout = RolloutStep.Begin(app, now);
        epochs = app.Epochs.ToDictionary();
        foreach (var instance in app.Instances)
        {
            SlotOf(instance.Slot).Add(instance);
        }
    }

    /// <summary>The app; once a rollout has gone back, as it was before.</summary>
    public AppInput App { get; private set; }
    public RolloutState Rollout { get; private set; }
    public IReadOnlyDictionary<HostId, HostInput> Hosts { get; }
    public DateTimeOffset Now { get; }

    /// <summary>Instances of a slot that shall run, newest first, without those that this round lets go.</summary>
    public List<InstanceInput> RunningIn(int slot) =>
        [.. SlotOf(slot).Where(i => i.Desired == DesiredState.Run && !leaving.Contains(i.Id)).OrderByDescending(i => i.Epoch)];

    /// <summary>Whether a predecessor in the slot was told to stop and its container may still run, on a host that can be reached.</summary>
    public bool IsStoppingIn(int slot) =>
        SlotOf(slot).Any(i => (i.Desired == DesiredState.Stop || leaving.Contains(i.Id)) && !end.Contains(i.Id) && MayRun(i) && !IsGivenUp(i));

    /// <summary>Containers that are or may be there on reachable hosts or on hosts that are awaited, and those that this round makes or may find a host for.</summary>
    public int Present => App.Instances.Count(i => !end.Contains(i.Id) && (MayRun(i) || i.Host is not null && IsToBeRebooted(i)) && !IsGivenUp(i)) + create.Count + place.Count(p => !leaving.Contains(p.Id));

    public bool IsLost(InstanceInput instance) => instance.Host is { } id && (!Hosts.TryGetValue(id, out var host) || host.IsLost);

    /// <summary>Until when an instance waits for its host, which is lost by a planned reboot; null where it does not.</summary>
    public DateTimeOffset? AwaitedUntil(InstanceInput instance) =>
        instance.Host is { } id && Hosts.TryGetValue(id, out var host) && host.AwaitedUntil is { } until && until > Now ? until : null;

    /// <summary>Whether its host is lost and nobody waits for it.</summary>
    public bool IsGivenUp(InstanceInput instance) => IsLost(instance) && AwaitedUntil(instance) is null;

    /// <summary>Whether its host may be rebooted at any moment, and it with it.</summary>
    public bool IsToBeRebooted(InstanceInput instance) => instance.Host is { } id && Hosts.TryGetValue(id, out var host) && host.Reboot is not null;

    /// <summary>Available, and no planned reboot may take it away.</summary>
    public bool IsSteady(InstanceInput instance) => IsAvailable(instance) && !IsToBeRebooted(instance);

    public bool IsReady(InstanceInput instance) => instance.Observed?.ReadySince is not null && !IsLost(instance);

    /// <summary>Takes the rollout as it now stands.</summary>
    /// <param name="rollout">As it stands.</param>
    /// <param name="mayMove">Slots that may have the new revision.</param>
    public void Adopt(RolloutState rollout, HashSet<int> mayMove)
    {
        (Rollout, open) = (rollout, mayMove);
        if (rollout is { IsOver: true, Status: RolloutStatus.RolledBack or RolloutStatus.Cancelled } && rollout.Base != App.Revision)
        {
            App = App with { Spec = App.SpecOf(rollout.Base), Revision = rollout.Base, Specs = App.Specs.SetItem(App.Revision, App.Spec) };
        }
    }

    /// <summary>The revision that a slot should have now.</summary>
    public int GoalOf(int slot) => Rollout.Status == RolloutStatus.RollingBack ? Rollout.Base : open.Contains(slot) ? Rollout.To : Rollout.RevisionOf(slot);

    /// <summary>From now on the slot is healed with the revision that it should have.</summary>
    public void Move(int slot) => Rollout = Rollout.WithSlot(slot, GoalOf(slot));

    /// <summary>Whether a slot without an instance may begin with the new revision, which has shown that it works.</summary>
    public bool MayStartFresh => Rollout is { Status: RolloutStatus.Progressing, Available: > 0 };

    /// <summary>The bounds, the strictest of all revisions that are about.</summary>
    public Bounds BoundsOf(int wanted) => Rollout.Slots.Values.Append(Rollout.Base).Append(Rollout.IsOver ? Rollout.Base : Rollout.To).Distinct()
        .Select(r => Bounds.Of(App.SpecOf(r) with { Update = App.Spec.Update }, wanted)).Aggregate(Bounds.Stricter);

    /// <summary>How many may be down by choice at once: what drains, planned reboots and rebalancing keep.</summary>
    public int BudgetOf(int wanted) => App.Spec.Disruption?.Of(wanted, roundUp: false) ?? BoundsOf(wanted).Unavailable;

    /// <summary>Slots that must leave hosts that are to be rebooted.</summary>
    public HashSet<int> MustLeave { get; private set; } = [];

    public void Announce(SlotPlan plan) => (Wanted, MustLeave) = (plan.Wanted.Length, RebootRule.MustLeave(this, plan));

    /// <summary>So many slots are wanted.</summary>
    public int Wanted { get; private set; }

    /// <summary>Whether one more may be made, beside those that fail or leave and whose containers may still be there.</summary>
    public bool HasRoom => Present < Wanted + BoundsOf(Wanted).Surge;

    /// <summary>Whether a slot has another instance, beside what fails: then it is no gap, and is seen to once the gaps are filled.</summary>
    public bool HasAnother(WantedSlot slot) => RunningIn(slot.Number).Exists(i => i.Host is not null && !IsLost(i));

    /// <summary>Whether an instance's host answers: of one that is suspect nobody knows whether it serves.</summary>
    private bool Answers(InstanceInput instance) => instance.Host is { } id && Hosts.TryGetValue(id, out var host) && host.Reachability == Reachability.Reachable;

    /// <summary>Whether an instance surely serves nobody, so that to stop it takes nothing away. One probe that was lost, or a host that is silent, does not show it.</summary>
    public bool ServesNobody(InstanceInput instance)
    {
        if (IsReady(instance))
        {
            return false;
        }
        if (IsLost(instance) || instance.Observed is null or { Failure: not InstanceFailure.None } or { State: InstanceState.Assigned or InstanceState.Pulling or InstanceState.Failed })
        {
            return true;
        }
        if (!Answers(instance) || instance.Observed.Health == Health.Unknown)
        {
            return false;
        }
        var settled = instance.Observed.At + Settling;
        if (instance.Observed.Health == Health.Unhealthy || settled <= Now)
        {
            return true;
        }
        Wake(settled);
        return false;
    }

    /// <summary>Ready for as long as the update policy asks, on a host that answers.</summary>
    public bool IsAvailable(InstanceInput instance)
    {
        if (!IsReady(instance) || !Answers(instance))
        {
            return false;
        }
        var since = instance.Observed!.ReadySince!.Value + (App.Spec.Update.MinReady ?? App.SpecOf(instance.Revision).DefaultMinReady);
        if (since > Now)
        {
            Wake(since);
            return false;
        }
        return true;
    }

    public string HostName(HostId? id) => id is { } host && Hosts.TryGetValue(host, out var input) ? input.Name : "a removed host";

    /// <summary>Something to be said of a slot in trouble.</summary>
    public void Note(int slot, string note) => notes[slot] = note;

    public string? NoteOf(int slot) => notes.GetValueOrDefault(slot);

    /// <summary>Why a slot that should move stays for good, unless someone changes something.</summary>
    public void Hold(int slot, string why) => holds[slot] = why;

    public string? HoldOf(int slot) => holds.GetValueOrDefault(slot);

    /// <summary>The instance of a slot that this round found to be gone, whose room is free; null for none.</summary>
    public InstanceInput? GoneFrom(int slot) => SlotOf(slot).Where(i => i.Host is not null && end.Contains(i.Id)).MaxBy(i => i.Epoch);

    /// <summary>Why the last instance of a slot was told to stop, where it is still known.</summary>
    public string? LastStopIn(int slot) => SlotOf(slot).OrderByDescending(i => i.Epoch).Select(i => i.StopReason).FirstOrDefault(r => r is not null);

    public void Wake(DateTimeOffset at) => wakeAt = wakeAt is { } sooner && sooner < at ? sooner : at;

    /// <summary>What is stopped in this round is stopped only because this instance is available.</summary>
    public void CountOn(InstanceInput instance) => countedOn.Add(instance.Id);

    /// <summary>Lets an instance go; one that was never placed is over at once.</summary>
    public void Stop(InstanceInput instance, string reason, InstanceFailure failure = InstanceFailure.None, WantedSlot? onlyIfSuccessorFits = null, bool unlessReady = false)
    {
        if (!leaving.Add(instance.Id))
        {
            return;
        }
        if (instance.Host is null)
        {
            end.Add(instance.Id);
        }
        else
        {
            var successor = onlyIfSuccessorFits is { } slot
                ? new NewInstance(instance.Id, slot.Number, instance.Epoch, GoalOf(slot.Number), reason, slot.Pin, Failures.Avoid(this, slot), instance.Id) : null;
            if (failure != InstanceFailure.None)
            {
                App = App with { Failures = App.Failures.Add(new SlotFailure(instance.Slot, instance.Host.Value, Now, reason, instance.Revision)) };
            }
            stop.Add(new StopInstance(instance.Id, reason, failure, successor, unlessReady));
        }
    }

    public void Create(WantedSlot slot, string cause, InstanceInput? replaces = null, ImmutableDictionary<HostId, string>? avoid = null, HostId? predecessor = null)
    {
        var epoch = epochs.GetValueOrDefault(slot.Number) + 1;
        epochs[slot.Number] = epoch;
        create.Add(new NewInstance(InstanceId.Of(App.Id, slot.Number, epoch), slot.Number, epoch, Rollout.RevisionOf(slot.Number), cause, slot.Pin, avoid ?? Failures.Avoid(this, slot), replaces?.Id, predecessor));
    }

    public void Place(WantedSlot slot, InstanceInput instance) =>
        place.Add(new NewInstance(instance.Id, instance.Slot, instance.Epoch, instance.Revision, "", slot.Pin, Away(Failures.Avoid(this, slot), slot.Number), Predecessor: RunningIn(slot.Number).Find(i => i.Host is not null)?.Host));

    /// <summary>What a rebalance moves away does not come back to the same host.</summary>
    private ImmutableDictionary<HostId, string> Away(ImmutableDictionary<HostId, string> avoid, int slot) =>
        App.Moves.IsEmpty ? avoid : avoid.SetItems(RunningIn(slot).Where(i => i.Host is not null && App.Moves.ContainsKey(i.Id)).Select(i => KeyValuePair.Create(i.Host!.Value, "it is to leave it")));

    /// <summary>Whether this round has already made an instance for the slot.</summary>
    public bool Creates(int slot) => create.Exists(c => c.Slot == slot);

    public void EndWhatIsOver()
    {
        foreach (var instance in App.Instances)
        {
            var hostGone = instance.Host is { } id && !Hosts.ContainsKey(id);
            var confirmed = instance.Desired == DesiredState.Stop && (instance.Host is null || instance.Observed?.State == InstanceState.Stopped);
            if (hostGone || confirmed)
            {
                leaving.Add(instance.Id);
                end.Add(instance.Id);
            }
        }
    }

    public void StopSlotsOutside(SlotPlan plan)
    {
        var wanted = plan.Wanted.Select(s => s.Number).ToHashSet();
        foreach (var instance in App.Instances.Where(i => i.Desired == DesiredState.Run && !leaving.Contains(i.Id) && !wanted.Contains(i.Slot)))
        {
            Stop(instance, plan.WhyNotOthers(instance));
        }
    }

    public AppDecision Decide(SlotPlan plan) => new()
    {
        Create = [.. create],
        Stop = [.. stop],
        CountsOn = stop.Count > 0 ? [.. countedOn] : [],
        End = [.. end],
        Place = [.. place.Where(p => !leaving.Contains(p.Id))],
        Rollout = Rollout,
        Holds = holds,
        Status = StatusRule.Of(this, plan),
        Forget = App.Deleted && App.Instances.All(i => end.Contains(i.Id)),
        WakeAt = wakeAt,
    };

    /// <summary>Instances that were told to stop, before or in this round, and are not confirmed gone.</summary>
    public int Stopping => App.Instances.Count(i => !end.Contains(i.Id) && (i.Desired == DesiredState.Stop || leaving.Contains(i.Id)));

    /// <summary>Of these, those whose container may still run on a host that can be reached.</summary>
    public int StoppingOf(Func<InstanceInput, bool> which) =>
        App.Instances.Count(i => !end.Contains(i.Id) && (i.Desired == DesiredState.Stop || leaving.Contains(i.Id)) && MayRun(i) && !IsLost(i) && which(i));

    /// <summary>All instances that shall run after this round, without the new ones.</summary>
    public IEnumerable<InstanceInput> Kept => App.Instances.Where(i => i.Desired == DesiredState.Run && !leaving.Contains(i.Id));

    private List<InstanceInput> SlotOf(int slot) => bySlot.TryGetValue(slot, out var list) ? list : bySlot[slot] = [];

    private static bool MayRun(InstanceInput instance) => instance.Host is not null && instance.Observed switch
    {
        null => true,
        { State: InstanceState.Stopped } => false,
        { Failure: InstanceFailure.RemovedOutside or InstanceFailure.StoppedOutside or InstanceFailure.Exited or InstanceFailure.NameTaken } => false,
        _ => true,
    };
}
