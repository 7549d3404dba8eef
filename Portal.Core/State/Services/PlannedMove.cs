using System.Collections.Immutable;

namespace Portal.Core.State.Services;

/// <summary>Why a host leaves.</summary>
public enum LeavingKind
{
    /// <summary>It is drained.</summary>
    Drain,
    /// <summary>It is rebooted, announced before.</summary>
    Reboot,
    /// <summary>It is lost.</summary>
    Loss,
}

/// <summary>What becomes of an instance whose host leaves.</summary>
public enum MoveOutcome
{
    /// <summary>It cannot move and stays where it is.</summary>
    Stays,
    /// <summary>It is gone, and fits nowhere else.</summary>
    FitsNowhere,
    /// <summary>It is down until its host is back.</summary>
    WaitsForHost,
    /// <summary>It stops, and nothing follows it.</summary>
    Stops,
    /// <summary>It moves.</summary>
    Moves,
}

/// <summary>One instance in a plan.</summary>
/// <param name="Team">Its app's team.</param>
/// <param name="App">Its app.</param>
/// <param name="Slot">Its slot.</param>
/// <param name="From">Its host's name.</param>
/// <param name="To">Where the scheduler would put it now; null for nowhere.</param>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Sentence">All of it in one sentence; where it cannot move also why, and what would help.</param>
public sealed record PlannedMove(string Team, string App, int Slot, string From, string? To, MoveOutcome Outcome, string Sentence);

/// <summary>What happens when a host leaves, every instance of it: what cannot move first.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="For">Why it leaves.</param>
/// <param name="Summary">In one sentence.</param>
/// <param name="Moves">Every instance there.</param>
public sealed record LeavingPlan(string Host, LeavingKind For, string Summary, ImmutableArray<PlannedMove> Moves);
