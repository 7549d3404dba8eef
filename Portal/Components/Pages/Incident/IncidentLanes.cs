using System.Collections.Immutable;
using Portal.Components.Controls;
using Portal.Components.Pages.Common;
using Portal.Components.Pages.Usage;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Incident;

/// <summary>What happened in one time as lanes: rollouts, scalings, hosts, apps, instances, logs. Knows no renderer and no service.</summary>
public static class IncidentLanes
{
    /// <summary>More moments than that in one lane could not be told apart: neighbours become one.</summary>
    public const int Bins = 120;

    private const int TitlesOfOne = 3;

    public static ImmutableArray<Lane> Of(ChartRange range, IReadOnlyList<EventView> events, IEnumerable<RolloutView> rollouts, IReadOnlyList<InstanceLogLine> log, Func<EventView, string> hrefOf)
    {
        var inOrder = events.Where(e => e.At >= range.From && e.At <= range.To).OrderBy(e => e.At).ThenBy(e => e.Id).ToList();
        Lane Moments(string title, Func<EventView, bool> which) => new(title, Gather(range, inOrder.Where(which), hrefOf));
        var scalings = Moments("Scaling", EventMarks.IsScaling);
        return
        [
            new Lane("Rollouts", [.. Stretches(range, rollouts), .. Gather(range, inOrder.Where(e => EventMarks.IsRollout(e) && e.Severity >= Severity.Warning), hrefOf)]),
            scalings,
            new Lane("Hosts", [.. Unreachable(range, inOrder), .. Gather(range, inOrder.Where(EventMarks.IsHost), hrefOf)]),
            Moments("Apps", e => e.Kind.StartsWith("App", StringComparison.Ordinal) && !EventMarks.IsScaling(e) && !EventMarks.IsRollout(e)),
            Moments("Instances", e => e.Kind.StartsWith("Instance", StringComparison.Ordinal) || e.Kind.StartsWith("Run", StringComparison.Ordinal)),
            Moments("Other", e => !Known(e)),
            new Lane("Logs", Amounts(range, log)),
        ];
    }

    private static bool Known(EventView e) => EventMarks.IsScaling(e) || EventMarks.IsRollout(e) || EventMarks.IsHost(e)
        || e.Kind.StartsWith("App", StringComparison.Ordinal) || e.Kind.StartsWith("Instance", StringComparison.Ordinal) || e.Kind.StartsWith("Run", StringComparison.Ordinal);

    private static IEnumerable<LaneItem> Stretches(ChartRange range, IEnumerable<RolloutView> rollouts) =>
        from rollout in rollouts
        let state = rollout.State
        where state.StartedAt <= range.To && (state.EndedAt ?? range.To) >= range.From
        orderby state.StartedAt
        select new LaneItem(state.StartedAt, state.EndedAt ?? range.To, Look.Of(state.Status).Tone,
            $"{(rollout.App.Length > 0 ? $"{rollout.App}: " : "")}revision {RolloutWords.Route(state)}. {RolloutWords.Sentence(state)}");

    /// <summary>From where a host could not be reached to where it could again.</summary>
    private static IEnumerable<LaneItem> Unreachable(ChartRange range, List<EventView> inOrder)
    {
        foreach (var lost in inOrder.Where(e => e is { Kind: "HostUnreachable", Host: not null }))
        {
            var back = inOrder.Find(e => e.Kind == "HostReachable" && e.Host == lost.Host && e.Id > lost.Id);
            yield return new LaneItem(lost.At, back?.At ?? range.To, "bad", $"{lost.Host} could not be reached{(back is null ? "" : $" for {Words.Span(back.At - lost.At)}")}");
        }
    }

    private static ImmutableArray<LaneItem> Gather(ChartRange range, IEnumerable<EventView> events, Func<EventView, string> hrefOf) =>
    [
        .. events.GroupBy(e => BinOf(range, e.At)).Select(bin =>
        {
            var worst = bin.OrderByDescending(e => e.Severity).ThenBy(e => e.At).First();
            var more = bin.Count() - TitlesOfOne;
            return new LaneItem(worst.At, null, EventMarks.ToneOf(worst), string.Join('\n', bin.Take(TitlesOfOne).Select(e => e.Message)) + (more > 0 ? $"\nand {more} more" : ""), hrefOf(worst));
        }),
    ];

    private static ImmutableArray<LaneItem> Amounts(ChartRange range, IReadOnlyList<InstanceLogLine> log)
    {
        var bins = log.Where(l => l.At >= range.From && l.At <= range.To).GroupBy(l => BinOf(range, l.At)).OrderBy(g => g.Key).ToList();
        var most = bins.Count == 0 ? 1 : bins.Max(b => b.Count());
        var length = (range.To - range.From) / Bins;
        return
        [
            .. bins.Select(bin => new LaneItem(range.From + bin.Key * length, range.From + (bin.Key + 1) * length, bin.Any(l => l.IsError) ? "warn" : "idle",
                Words.Count(bin.Count(), "line") + (bin.Count(l => l.IsError) is > 0 and var errors ? $", {errors} from standard error" : "")) { Amount = Math.Max(0.2, (double)bin.Count() / most) }),
        ];
    }

    private static int BinOf(ChartRange range, DateTimeOffset at) => (int)Math.Min(Bins - 1, (at - range.From) / (range.To - range.From) * Bins);
}
