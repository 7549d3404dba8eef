using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>The steps of a plan in words.</summary>
internal static class PlanSentences
{
    private const string NoRestart = "noRestart";
    private const string Restart = "restart";
    private const string Interrupt = "interrupt";

    public static ImmutableArray<PlanStep> Steps(PaperRollout paper)
    {
        var stopsFirst = Bounds.OrderOf(paper.App.Input.Spec).Order == UpdateOrder.StopFirst;
        return [.. paper.Steps.Select(step => Step(paper, step, stopsFirst))];
    }

    /// <summary>For how long and why steps interrupt; null where none does.</summary>
    public static string? Interruption(PaperRollout paper)
    {
        var order = Bounds.OrderOf(paper.App.Input.Spec);
        if (order.Because is { } because && paper.Steps.Any(s => s is { StoppedOn: not null, CreatedOn: not null }))
        {
            // Most of it is the wait for the old container to stop; what starts slowly takes longer.
            return $"for about {Math.Max(1, Math.Ceiling(paper.App.Input.Spec.Stop.GracePeriod.TotalSeconds)):0} s, because {because}";
        }
        return paper.RunningInTheEnd == 0 && paper.Steps.Any(s => s.StoppedOn is not null) ? "until instances run again, because none is left" : null;
    }

    private static PlanStep Step(PaperRollout paper, PaperStep step, bool stopsFirst)
    {
        var parts = InstanceParts.Words(paper.App.Input.Spec) is { Length: > 0 } words ? $", with {words}" : "";
        var because = step.Why.Length > 0 ? $": {step.Why.TrimEnd('.')}" : "";
        return (step.StoppedOn, step.CreatedOn) switch
        {
            ({ } old, { } @new) => new PlanStep(paper.Cluster.HostName(@new), step.Slot,
                old == @new ? $"replace replica {step.Slot} on {paper.Cluster.HostName(@new)}{because}"
                : $"replace replica {step.Slot} on {paper.Cluster.HostName(old)} by one on {paper.Cluster.HostName(@new)}{because}",
                stopsFirst ? Interrupt : Restart),
            ({ } old, null) => new PlanStep(paper.Cluster.HostName(old), step.Slot, $"stop replica {step.Slot} on {paper.Cluster.HostName(old)}{because}",
                paper.RunningInTheEnd == 0 ? Interrupt : NoRestart),
            (_, var @new) => new PlanStep(paper.Cluster.HostName(@new!.Value), step.Slot, $"create replica {step.Slot} on {paper.Cluster.HostName(@new.Value)}{parts}", NoRestart),
        };
    }
}
