using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>What happens when a host leaves, by letting the controller do it on paper, app by app.</summary>
internal static class LeavingSentences
{
    /// <summary>The plan.</summary>
    /// <param name="cluster">The cluster, with the host leaving in it already.</param>
    /// <param name="host">The host.</param>
    /// <param name="kind">Why it leaves.</param>
    /// <param name="now">The time.</param>
    public static LeavingPlan Of(PaperCluster cluster, HostId host, LeavingKind kind, DateTimeOffset now)
    {
        var moves = new List<PlannedMove>();
        foreach (var app in cluster.AppsOn(host).OrderBy(a => a.Team, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal))
        {
            if (app.Input.Spec.Kind == AppKind.Job)
            {
                moves.AddRange(SlotsOn(app, host).Select(slot => OfJob(app, slot, cluster.HostName(host), kind)));
                continue;
            }
            var paper = new PaperRollout(cluster, app, now);
            paper.Run();
            moves.AddRange(SlotsOn(app, host).Select(slot => Say(paper, app, slot, cluster.HostName(host), kind)));
        }
        return new LeavingPlan(cluster.HostName(host), kind, Summary(moves, cluster.HostName(host), kind), [.. moves.OrderBy(m => m.Outcome)]);
    }

    private static IEnumerable<int> SlotsOn(PaperApp app, HostId host) =>
        app.Input.Instances.Where(i => i.Host == host && i.Desired == DesiredState.Run).Select(i => i.Slot).Distinct().Order();

    /// <summary>A run of a job is never moved: it ends there, or is tried again.</summary>
    private static PlannedMove OfJob(PaperApp app, int slot, string host, LeavingKind kind)
    {
        var (outcome, words) = kind == LeavingKind.Drain ? (MoveOutcome.Stays, "runs to its end there") : (MoveOutcome.Stops, "ends with the host and is tried again as its job says");
        return new PlannedMove(app.Team, app.Name, slot, host, null, outcome, $"{app.Team}/{app.Name} instance {slot} {words}.");
    }

    private static PlannedMove Say(PaperRollout paper, PaperApp app, int slot, string host, LeavingKind kind)
    {
        var step = paper.Steps.FirstOrDefault(s => s.Slot == slot);
        var to = step?.CreatedOn is { } id ? paper.Cluster.HostName(id) : null;
        var refused = paper.Unplaced.FirstOrDefault(u => u.Slot == slot).Reason?.TrimEnd('.');
        var (outcome, words) = Judge(paper, app, slot, step, to, refused, host, kind);
        return new PlannedMove(app.Team, app.Name, slot, host, to, outcome, $"{app.Team}/{app.Name} replica {slot} {words}.");
    }

    private static (MoveOutcome, string) Judge(PaperRollout paper, PaperApp app, int slot, PaperStep? step, string? to, string? refused, string host, LeavingKind kind)
    {
        if (to is not null)
        {
            var away = kind != LeavingKind.Loss && Bounds.OrderOf(app.Input.Spec).Because is { } because ? $", away for its stop and start because {because}" : "";
            return (MoveOutcome.Moves, $"moves to {to}{(kind == LeavingKind.Reboot ? " first" : "")}{away}");
        }
        if (refused is not null)
        {
            return kind == LeavingKind.Loss ? (MoveOutcome.FitsNowhere, $"would fit nowhere: {refused}")
                : step is not null ? (MoveOutcome.FitsNowhere, $"stops and waits for a host: {refused}")
                : (MoveOutcome.Stays, $"cannot move and stays: {refused}");
        }
        var keepsData = app.Input.VolumeHosts.ContainsKey(slot) || app.Input.MovableVolumeHosts.ContainsKey(slot);
        return kind switch
        {
            LeavingKind.Drain when step is not null => (MoveOutcome.Stops, $"stops: {step.Why.TrimEnd('.')}"),
            LeavingKind.Drain => (MoveOutcome.Stays, keepsData ? "stays: its volume's data is there" : paper.Held(slot) is { } held ? held : "stays"),
            LeavingKind.Reboot => (MoveOutcome.WaitsForHost, $"is down meanwhile and waits for {host}{(keepsData ? ": its volume's data is there" : "")}"),
            _ when app.Input.Spec.Kind == AppKind.Global => (MoveOutcome.Stops, "is lost with it: its app has one on each host"),
            _ => (MoveOutcome.WaitsForHost, keepsData ? $"waits for {host}: its volume's data is there" : $"waits for {host}"),
        };
    }

    private static string Summary(List<PlannedMove> moves, string host, LeavingKind kind)
    {
        if (moves.Count == 0)
        {
            return $"Nothing runs on {host}{(kind == LeavingKind.Drain ? ": it can be drained at once." : ".")}";
        }
        string[] parts =
        [
            .. Part(moves, MoveOutcome.Moves, "would move"),
            .. Part(moves, MoveOutcome.WaitsForHost, $"would wait for {host}"),
            .. Part(moves, MoveOutcome.Stops, "would stop"),
            .. Part(moves, MoveOutcome.FitsNowhere, "would fit nowhere"),
            .. Part(moves, MoveOutcome.Stays, "cannot move"),
        ];
        return $"Of {moves.Count} {(moves.Count == 1 ? "instance" : "instances")} {string.Join(", ", parts)}.";
    }

    private static IEnumerable<string> Part(List<PlannedMove> moves, MoveOutcome outcome, string words) =>
        moves.Count(m => m.Outcome == outcome) is > 0 and var count ? [$"{count} {words}"] : [];
}
