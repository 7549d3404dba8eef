using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.Scheduling;

namespace Portal.Core.State.Services;

/// <summary>A rollout tried on paper before anything of it is done.</summary>
/// <param name="NoRoom">Why it could not take the place of all that runs now; null if it could.</param>
/// <param name="Hosts">Hosts that would get an instance.</param>
public sealed record RolloutTrial(string? NoRoom, ImmutableArray<HostId> Hosts)
{
    /// <summary>Tries it.</summary>
    /// <param name="app">The app, with the rollout's intent.</param>
    /// <param name="hosts">Every registered host.</param>
    /// <param name="session">What they hold; left as it is.</param>
    /// <param name="now">The time.</param>
    public static RolloutTrial Of(AppInput app, IReadOnlyDictionary<HostId, HostInput> hosts, SchedulingSession session, DateTimeOffset now)
    {
        // On paper nobody holds it, and nobody waits at canary steps.
        var hastened = app with { Survey = null, Intent = app.Intent with { Paused = false, Promoted = int.MaxValue } };
        var paper = new PaperRollout(PaperCluster.Of(hosts, session), new PaperApp(hastened, "", ""), now);
        paper.Run();
        var serving = app.Instances.Where(i => i is { Desired: DesiredState.Run, Host: { } h } && hosts.TryGetValue(h, out var host) && !host.IsLost).Select(i => i.Slot).Distinct().Count();
        var refused = paper.WasCutOff || paper.PlacedOf(app.Intent.Revision) >= serving ? null : paper.Unplaced.Select(u => $"replica {u.Slot} fits nowhere: {u.Reason.TrimEnd('.')}").FirstOrDefault();
        return new RolloutTrial(refused, [.. paper.Steps.Select(s => s.CreatedOn).OfType<HostId>().Distinct().OrderBy(h => h.Value)]);
    }
}
