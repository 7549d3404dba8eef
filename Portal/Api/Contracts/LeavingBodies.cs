using System.Collections.Immutable;
using Portal.Api.Http;
using Portal.Core.Domain;
using Portal.Core.State.Live;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

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

/// <summary>How far a drain or a planned reboot has come.</summary>
internal sealed record LeavingProgressBody(string Host, string? For, string Summary, int Gone, int Total, bool MayBeRebooted, DateTime? Until, ImmutableArray<LeavingInstanceBody> Left)
{
    public static LeavingProgressBody Of(HostView host, HostProgress? progress)
    {
        var kind = host.Reboot is not null ? "reboot" : host.Availability == Availability.Draining ? "drain" : null;
        return new LeavingProgressBody(host.Name, kind, LeavingWords.Of(host, progress), progress?.Gone ?? 0, progress?.Total ?? host.Instances,
            progress is { MayBeRebooted: true },
            host.Reboot is { } reboot && host.Reachability == Reachability.Unreachable ? Wire.Time(reboot.Until) : null,
            [.. (progress?.Left ?? []).Select(l => new LeavingInstanceBody(l.Team, l.App, l.Slot, l.Instance.Value, l.Why))]);
    }
}

/// <summary>An instance that is still to leave, and what it waits for.</summary>
internal sealed record LeavingInstanceBody(string Team, string App, int Slot, Guid Instance, string Why);

/// <summary>Where the last rebalance stands: <c>none</c>, <c>waiting</c>, <c>running</c>, <c>stopped</c> or <c>done</c>.</summary>
internal sealed record RebalanceBody(string Status, string Reason, DateTime? AskedAt, string? AskedBy, string? Host, DateTime? EndedAt, int Remaining, ImmutableArray<RebalanceMoveBody> Moves, bool OnJoin)
{
    public static RebalanceBody Of(RebalanceView view) => new(Words.ChoiceOf(view.Status), view.Reason, Wire.Time(view.AskedAt), view.AskedBy, view.Host, Wire.Time(view.EndedAt), view.Remaining,
        [.. view.Moves.Select(m => new RebalanceMoveBody(m.Team, m.App, m.Slot, m.From, m.To, m.Reason, Wire.Time(m.DecidedAt), Wire.Time(m.EndedAt), m.Outcome))], view.OnJoin);
}

/// <summary>One move of a rebalance; <c>outcome</c> is empty while it is under way.</summary>
internal sealed record RebalanceMoveBody(string Team, string App, int Slot, string From, string To, string Reason, DateTime DecidedAt, DateTime? EndedAt, string Outcome);

/// <summary>Every move that a rebalance would make.</summary>
internal sealed record RebalancePlanBody(string Summary, ImmutableArray<PlannedMoveBody> Moves)
{
    public static RebalancePlanBody Of(RebalancePlanView plan) => new(plan.Summary, [.. plan.Moves.Select(PlannedMoveBody.Of)]);
}
