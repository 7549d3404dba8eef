using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>What is to be said of an instance from all its containers: it runs and is ready when all do and are. Pure.</summary>
public static class GroupObserver
{
    /// <summary>Looks at one instance.</summary>
    /// <param name="wanted">The assignment.</param>
    /// <param name="found">Its containers that are there.</param>
    /// <param name="memory">What was remembered.</param>
    /// <param name="work">What is being done for each of its containers, by name.</param>
    /// <param name="missingImage">The image that it waits for; null for none.</param>
    /// <param name="now">The present.</param>
    public static InstanceMemory Observe(WantedInstance wanted, InstanceContainers found, InstanceMemory memory, Func<string, Work> work, string? missingImage, DateTimeOffset now)
    {
        var before = memory.Observation;
        var after = InstanceObserver.Observe(wanted, found.Main?.Details, memory with { Blamed = null }, work(InstanceParts.Main), missingImage, now);
        if (!wanted.Spec.HasParts)
        {
            return after;
        }
        var rounded = InstanceObserver.Rounded(now);
        var parts = InstanceParts.Of(wanted.Spec);
        after = after with
        {
            Parts = parts.Where(p => p.Kind != PartKind.Main)
                .ToImmutableDictionary(p => p.Name, p => PartRule.Observe(wanted, p, found, memory.Parts.GetValueOrDefault(p.Name), work(p.Name), rounded), StringComparer.Ordinal),
        };
        var main = MainOf(wanted, found, after.Observation);
        var together = wanted.Desired == DesiredState.Stop ? Leaving(wanted, after, found, parts, work)
            : found.Main is null ? InitRule.Of(wanted, found, after, work, rounded)
            : found.Main.Details.State == "running" ? SidecarRule.Of(wanted, found, before, after, rounded)
            : after;
        return together with { Observation = together.Observation with { Parts = [.. parts.Select(p => p.Kind == PartKind.Main ? main : after.Parts[p.Name].Observation)] } };
    }

    /// <summary>Over once the last of its containers is gone.</summary>
    private static InstanceMemory Leaving(WantedInstance wanted, InstanceMemory after, InstanceContainers found, ImmutableArray<InstancePart> parts, Func<string, Work> work) =>
        after.Observation.State == InstanceState.Stopped && (found.ByPart.Values.Any(c => !wanted.Kept || InstanceObserver.Runs(c.Details)) || parts.Any(p => work(p.Name) != Work.None))
            ? after with { Observation = after.Observation with { State = InstanceState.Stopping } }
            : after;

    /// <summary>The main container by itself, as the others are told.</summary>
    private static ObservedPart MainOf(WantedInstance wanted, InstanceContainers found, InstanceObservation alone) => new()
    {
        Name = InstanceParts.Main,
        Kind = PartKind.Main,
        Image = wanted.Spec.Image,
        State = alone.State switch
        {
            InstanceState.Running => PartState.Running,
            InstanceState.Starting => found.Main?.Details.State == "restarting" ? PartState.Restarting : PartState.Starting,
            InstanceState.Stopping => PartState.Stopping,
            InstanceState.Stopped => PartState.Stopped,
            InstanceState.Failed => found.Main?.Details.State == "running" ? PartState.Running : PartState.Failed,
            _ => PartState.Waiting,
        },
        Health = alone.Health,
        Reason = alone.Reason,
        ContainerId = alone.ContainerId,
        Restarts = alone.Restarts,
        ExitCode = alone.ExitCode,
        StartedAt = alone.StartedAt,
    };
}
