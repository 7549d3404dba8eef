using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>What a drain would move, and what it could not, by letting the controller do it on paper, app by app.</summary>
internal static class DrainSentences
{
    public static ImmutableArray<string> Of(PaperCluster cluster, HostId host, DateTimeOffset now)
    {
        var sentences = ImmutableArray.CreateBuilder<string>();
        var apps = cluster.Apps.Where(a => a.Input.Instances.Any(i => i.Host == host && i.Desired == DesiredState.Run))
            .OrderBy(a => a.Team, StringComparer.Ordinal).ThenBy(a => a.Name, StringComparer.Ordinal);
        foreach (var app in apps)
        {
            var paper = new PaperRollout(cluster, app, now);
            paper.Run();
            var slots = app.Input.Instances.Where(i => i.Host == host && i.Desired == DesiredState.Run).Select(i => i.Slot).Distinct().Order();
            sentences.AddRange(slots.Select(slot => Sentence(paper, app, slot)));
        }
        if (sentences.Count == 0)
        {
            sentences.Add($"Nothing runs on {cluster.HostName(host)}: it can be drained at once.");
        }
        return sentences.ToImmutable();
    }

    private static string Sentence(PaperRollout paper, PaperApp app, int slot)
    {
        var replica = $"{app.Team}/{app.Name} replica {slot}";
        var step = paper.Steps.FirstOrDefault(s => s.Slot == slot);
        if (step is { CreatedOn: { } to })
        {
            var away = Bounds.OrderOf(app.Input.Spec).Because is { } because ? $", away for its stop and start because {because}" : "";
            return $"{replica} moves to {paper.Cluster.HostName(to)}{away}.";
        }
        if (paper.Unplaced.FirstOrDefault(u => u.Slot == slot) is { Reason: { } reason })
        {
            return $"{replica} cannot move and stays: {reason.TrimEnd('.')}.";
        }
        if (step is not null)
        {
            return $"{replica} stops: {step.Why.TrimEnd('.')}.";
        }
        return app.Input.VolumeHosts.ContainsKey(slot) || app.Input.MovableVolumeHosts.ContainsKey(slot) ? $"{replica} stays: its volume's data is there." : $"{replica} stays.";
    }
}
