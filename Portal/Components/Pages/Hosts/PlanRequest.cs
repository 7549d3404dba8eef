using System.Collections.Immutable;
using Portal.Core.State.Services;

namespace Portal.Components.Pages.Hosts;

/// <summary>What a PlanDialog shows before it asks.</summary>
/// <param name="Title">As <c>Drain h1?</c></param>
/// <param name="Text">What will happen, in a sentence or two.</param>
/// <param name="Button">What its button says: the deed, as <c>Drain h1</c>.</param>
/// <param name="Moves">Every instance that is concerned.</param>
public sealed record PlanRequest(string Title, string Text, string Button, ImmutableArray<PlannedMove> Moves)
{
    /// <summary>Whether it asks how long instances wait for their host.</summary>
    public bool AsksWait { get; init; }

    /// <summary>Why the button does nothing; null where it does.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>The moves as they are told: by what becomes of them, the troubling first.</summary>
    public ImmutableArray<(string Heading, ImmutableArray<PlannedMove> Moves)> Groups =>
        [.. Moves.GroupBy(m => m.Outcome).OrderBy(g => g.Key).Select(g => ($"{Heading(g.Key)} ({g.Count()})", g.ToImmutableArray()))];

    private static string Heading(MoveOutcome outcome) => outcome switch
    {
        MoveOutcome.Stays => "Cannot move",
        MoveOutcome.FitsNowhere => "Fit nowhere",
        MoveOutcome.WaitsForHost => "Wait for the host",
        MoveOutcome.Stops => "Stop",
        _ => "Move",
    };
}

/// <summary>What was answered.</summary>
/// <param name="Confirmed">Whether to do it.</param>
/// <param name="Wait">How long instances wait for their host.</param>
public readonly record struct PlanAnswer(bool Confirmed, TimeSpan Wait);
