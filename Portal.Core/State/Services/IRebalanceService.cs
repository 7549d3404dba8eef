using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>Moving instances from fuller to emptier hosts, on demand or after a host joined. Administrators only.</summary>
public interface IRebalanceService
{
    /// <summary>Every move that a rebalance would make now; changes nothing.</summary>
    Task<RebalancePlanView> PlanAsync(Actor actor, CancellationToken cancellation);
    /// <summary>The last rebalance, and whether one follows when a host joins.</summary>
    Task<RebalanceView> GetAsync(Actor actor, CancellationToken cancellation);
    /// <summary>Asks for one; a conflict while one is under way.</summary>
    Task<RebalanceView> StartAsync(Actor actor, CancellationToken cancellation);
    /// <summary>Stops all that are under way or wait: what has begun finishes, nothing further moves.</summary>
    Task<RebalanceView> StopAsync(Actor actor, CancellationToken cancellation);
    /// <summary>Sets whether one follows when a host joins.</summary>
    Task<RebalanceView> SetOnJoinAsync(Actor actor, bool onJoin, CancellationToken cancellation);
}

/// <summary>What a rebalance would do.</summary>
/// <param name="Summary">In one sentence.</param>
/// <param name="Moves">Every move.</param>
public sealed record RebalancePlanView(string Summary, ImmutableArray<PlannedMove> Moves);

/// <summary>Where a rebalance stands.</summary>
public enum RebalanceStatus
{
    /// <summary>There never was one.</summary>
    None,
    /// <summary>It waits for a host that joins.</summary>
    Waiting,
    /// <summary>It is under way.</summary>
    Running,
    /// <summary>It was stopped.</summary>
    Stopped,
    /// <summary>It has ended.</summary>
    Done,
}

/// <summary>The last rebalance.</summary>
public sealed record RebalanceView
{
    /// <summary>Where it stands.</summary>
    public RebalanceStatus Status { get; init; }
    /// <summary>In a sentence without a full stop; empty where there is none.</summary>
    public string Reason { get; init; } = "";
    /// <summary>When it was asked for.</summary>
    public DateTimeOffset? AskedAt { get; init; }
    /// <summary>Who asked.</summary>
    public string? AskedBy { get; init; }
    /// <summary>The host that joined, where that was the cause.</summary>
    public string? Host { get; init; }
    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>How many moves are still to begin.</summary>
    public int Remaining { get; init; }
    /// <summary>Its moves, in the order in which they began.</summary>
    public ImmutableArray<RebalanceMoveView> Moves { get; init; } = [];
    /// <summary>Whether one follows when a host joins.</summary>
    public bool OnJoin { get; init; }
    /// <summary>Whether it is under way or waits.</summary>
    public bool IsActive => Status is RebalanceStatus.Running or RebalanceStatus.Waiting;
}

/// <summary>One move of a rebalance.</summary>
/// <param name="Team">The app's team.</param>
/// <param name="App">The app.</param>
/// <param name="Slot">The slot.</param>
/// <param name="From">The host that it leaves.</param>
/// <param name="To">Where it was better off when this was decided.</param>
/// <param name="Reason">Why.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="EndedAt">When it was over; null while it is under way.</param>
/// <param name="Outcome">How it ended, as <c>moved</c>; empty while it is under way.</param>
public sealed record RebalanceMoveView(string Team, string App, int Slot, string From, string To, string Reason, DateTimeOffset DecidedAt, DateTimeOffset? EndedAt, string Outcome);
