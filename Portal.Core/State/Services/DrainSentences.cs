using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>
/// What a drain would do, by letting the controller do it on paper, app by app: first what cannot move, then what waits, then what moves.
/// </summary>
internal static class DrainSentences
{
    private enum Outcome
    {
        Stays,
        Waits,
        Moves,
    }

    public static ImmutableArray<string> Of(PaperCluster cluster, HostId host, DateTimeOffset now)
    {
        var said = new List<(Outcome Outcome, string Sentence)>();
        var apps = cluster.Apps.Where(a => a.Input.Instances.Any(i => i.Host == host && i.Desired == DesiredState.Run))
            .OrderBy(a => a.Team, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal);
        foreach (var app in apps)
        {
            var paper = new PaperRollout(cluster, app, now);
            paper.Run();
            var slots = app.Input.Instances.Where(i => i.Host == host && i.Desired == DesiredState.Run).Select(i => i.Slot).Distinct().Order();
            said.AddRange(slots.Select(slot => Say(paper, app, slot)));
        }
        return said.Count == 0 ? [$"Nothing runs on {cluster.HostName(host)}: it can be drained at once."] : [.. said.OrderBy(s => s.Outcome).Select(s => s.Sentence)];
    }

    private static (Outcome, string) Say(PaperRollout paper, PaperApp app, int slot)
    {
        var replica = $"{app.Team}/{app.Name} replica {slot}";
        var step = paper.Steps.FirstOrDefault(s => s.Slot == slot);
        if (step is { CreatedOn: { } to })
        {
            var away = Bounds.OrderOf(app.Input.Spec).Because is { } because ? $", away for its stop and start because {because}" : "";
            return (Outcome.Moves, $"{replica} moves to {paper.Cluster.HostName(to)}{away}.");
        }
        var refused = paper.Unplaced.FirstOrDefault(u => u.Slot == slot).Reason?.TrimEnd('.');
        if (step is not null)
        {
            return refused is null ? (Outcome.Waits, $"{replica} stops: {step.Why.TrimEnd('.')}.") : (Outcome.Waits, $"{replica} stops and waits for a host: {refused}.");
        }
        if (refused is not null)
        {
            return (Outcome.Stays, $"{replica} cannot move and stays: {refused}.");
        }
        var keepsData = app.Input.VolumeHosts.ContainsKey(slot) || app.Input.MovableVolumeHosts.ContainsKey(slot);
        return (Outcome.Stays, keepsData ? $"{replica} stays: its volume's data is there." : $"{replica} stays.");
    }
}
