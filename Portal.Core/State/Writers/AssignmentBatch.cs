using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.Reconciliation;
using Portal.Core.Rollouts;
using Portal.Core.Scheduling;
using Portal.Core.State.Readers;

namespace Portal.Core.State.Writers;

/// <summary>What one round of the controller decided, to be committed as one.</summary>
public sealed class AssignmentBatch
{
    /// <summary>The generations that the decisions were made for; an app whose generation has moved on is refused as a whole.</summary>
    public Dictionary<AppId, long> Generations { get; } = [];
    /// <summary>
    /// Instances that are ready on a host that answers, or are not, and on which it rests what is stopped: where that is no longer so, the app is refused. What the
    /// controller remembers may be old, for notices get lost.
    /// </summary>
    public List<(AppId App, InstanceId Instance, bool IsReady)> Assumptions { get; } = [];
    /// <summary>Hosts that are lost, and on which it rests what is created: where one answers again, the app is refused.</summary>
    public List<(AppId App, HostId Host)> LostHosts { get; } = [];
    /// <summary>New instances.</summary>
    public List<CreatedInstance> Created { get; } = [];
    /// <summary>Unplaced instances that got a host.</summary>
    public List<PlacedInstance> Placed { get; } = [];
    /// <summary>Unplaced instances whose reason changed.</summary>
    public List<PendingInstance> Pending { get; } = [];
    /// <summary>Instances that are to stop.</summary>
    public List<(AppId App, HostId Host, StopInstance Stop)> Stopped { get; } = [];
    /// <summary>Instances that are over.</summary>
    public List<(AppId App, InstanceId Instance)> Ended { get; } = [];
    /// <summary>Volumes that a placed instance needs.</summary>
    public List<VolumeUse> Volumes { get; } = [];
    /// <summary>Statuses that changed.</summary>
    public List<(AppId App, long Generation, StatusVerdict Status)> Statuses { get; } = [];
    /// <summary>Rollouts that began, advanced or ended.</summary>
    public List<(AppId App, RolloutState Rollout)> Rollouts { get; } = [];
    /// <summary>What was decided of jobs.</summary>
    public List<(AppId App, JobDecision Decision)> Jobs { get; } = [];
    /// <summary>Digests of revisions' images, as the first instance was seen to run it.</summary>
    public List<(AppId App, int Revision, string Digest)> Resolved { get; } = [];
    /// <summary>Digests of revisions' further containers, by the containers' names, as JSON.</summary>
    public List<(AppId App, int Revision, string Digests)> ResolvedParts { get; } = [];
    /// <summary>Images that are to be on hosts before a rollout begins.</summary>
    public List<(AppId App, int Revision, HostId Host)> Pulls { get; } = [];
    /// <summary>Apps whose pulls ahead are no longer wanted.</summary>
    public List<AppId> UnwantedPulls { get; } = [];
    /// <summary>Traces of what was decided of instances, where it belongs to a traced change: W3C contexts.</summary>
    public Dictionary<InstanceId, string> Traces { get; } = [];
    /// <summary>Traces of what was decided of apps: W3C contexts.</summary>
    public Dictionary<AppId, string> AppTraces { get; } = [];
    /// <summary>Apps of which a traced change has been brought about, with their generations.</summary>
    public List<(AppId App, long Generation)> Settled { get; } = [];
    /// <summary>Deleted apps that have nothing left.</summary>
    public List<AppId> Forgotten { get; } = [];
    /// <summary>How far a rebalance has come; null where nothing changed.</summary>
    public RebalanceChange? Rebalance { get; init; }
    /// <summary>What to tell people.</summary>
    public List<EventDraft> Events { get; } = [];

    /// <summary>Whether there is nothing to commit.</summary>
    public bool IsEmpty => Rebalance is null && Created.Count + Placed.Count + Pending.Count + Stopped.Count + Ended.Count + Statuses.Count + Rollouts.Count + Jobs.Count + Resolved.Count + ResolvedParts.Count + Pulls.Count + UnwantedPulls.Count + Forgotten.Count + Settled.Count + Events.Count == 0;
}

/// <summary>A new instance, with its host or the reason why it has none.</summary>
/// <param name="App">Its app.</param>
/// <param name="TeamId">The team, which owns the slot's epochs.</param>
/// <param name="AppName">The app's name.</param>
/// <param name="New">What it is.</param>
/// <param name="RestartGeneration">The restart generation it is made for.</param>
/// <param name="Reservation">What it sets aside on its host.</param>
/// <param name="Host">Its host; null if it fits nowhere.</param>
/// <param name="Reason">Why there, or why nowhere.</param>
/// <param name="Verdicts">Each host's verdict.</param>
public sealed record CreatedInstance(AppId App, TeamId TeamId, string AppName, NewInstance New, long RestartGeneration, Resources Reservation, HostId? Host, string Reason, Verdicts Verdicts);

/// <summary>An unplaced instance that got a host.</summary>
/// <param name="App">Its app.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Host">Its host.</param>
/// <param name="Reason">Why there.</param>
/// <param name="Verdicts">Each host's verdict.</param>
public sealed record PlacedInstance(AppId App, InstanceId Instance, HostId Host, string Reason, Verdicts Verdicts);

/// <summary>An unplaced instance whose reason changed.</summary>
/// <param name="App">Its app.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Reason">Why nowhere.</param>
/// <param name="Verdicts">Each host's verdict.</param>
public sealed record PendingInstance(AppId App, InstanceId Instance, string Reason, Verdicts Verdicts);

/// <summary>A volume that a placed instance needs.</summary>
/// <param name="App">The app.</param>
/// <param name="TeamId">The team.</param>
/// <param name="AppName">The app's name.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Name">The volume's name in the spec.</param>
/// <param name="Host">Where it lies or will lie.</param>
public sealed record VolumeUse(AppId App, TeamId TeamId, string AppName, int Slot, string Name, HostId Host);

/// <summary>An event to be stored.</summary>
/// <param name="Severity">How much to care.</param>
/// <param name="Kind">A stable word.</param>
/// <param name="Message">What and why.</param>
/// <param name="Team">The team, where it concerns one.</param>
/// <param name="App">The app, where it concerns one.</param>
/// <param name="AppName">The app's name.</param>
/// <param name="Host">The host, where it concerns one.</param>
/// <param name="HostName">The host's name.</param>
/// <param name="Instance">The instance, where it concerns one.</param>
/// <param name="TraceId">The trace of the change that it belongs to; null for none.</param>
public sealed record EventDraft(Severity Severity, string Kind, string Message, TeamId? Team = null, AppId? App = null, string? AppName = null,
    HostId? Host = null, string? HostName = null, InstanceId? Instance = null, string? TraceId = null);
