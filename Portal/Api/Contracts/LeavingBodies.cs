using System.Collections.Immutable;
using Portal.Api.Http;
using Portal.Core.State.Services;

namespace Portal.Api.Contracts;

/// <summary>What would become of every instance on a host that leaves.</summary>
internal sealed record LeavingPlanBody(string Host, string For, string Summary, ImmutableArray<PlannedMoveBody> Moves)
{
    public static LeavingPlanBody Of(LeavingPlan plan) => new(plan.Host, Words.ChoiceOf(plan.For), plan.Summary, [.. plan.Moves.Select(PlannedMoveBody.Of)]);
}

/// <summary>One instance of such a plan; <c>outcome</c> is <c>stays</c>, <c>fitsNowhere</c>, <c>waitsForHost</c>, <c>stops</c> or <c>moves</c>.</summary>
internal sealed record PlannedMoveBody(string Team, string App, int Slot, string From, string? To, string Outcome, string Sentence)
{
    public static PlannedMoveBody Of(PlannedMove move) => new(move.Team, move.App, move.Slot, move.From, move.To, Words.ChoiceOf(move.Outcome), move.Sentence);
}
