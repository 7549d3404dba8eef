using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>What is to be said of one further container. Pure.</summary>
internal static class PartRule
{
    /// <summary>Looks at it.</summary>
    /// <param name="wanted">The instance.</param>
    /// <param name="part">The container's part.</param>
    /// <param name="found">The instance's containers.</param>
    /// <param name="memory">What was remembered of it; null for nothing yet.</param>
    /// <param name="work">What is being done for it.</param>
    /// <param name="now">The present.</param>
    public static PartMemory Observe(WantedInstance wanted, InstancePart part, InstanceContainers found, PartMemory? memory, Work work, DateTimeOffset now)
    {
        memory ??= new PartMemory { Observation = new ObservedPart { Name = part.Name, Kind = part.Kind, Image = part.Image } };
        if (found.Of(part.Name) is not { } present)
        {
            return memory with { Observation = Without(memory, work) };
        }
        var details = present.Details;
        var count = CrashCount.Of(memory.EngineRestarts, memory.Observation.Restarts, memory.Observation.Crashes, details, now);
        var seen = memory.Observation with
        {
            ContainerId = details.Id,
            StartedAt = InstanceObserver.Rounded(details.StartedAt) ?? memory.Observation.StartedAt,
            Restarts = count.Restarts,
            Crashes = count.Crashes,
            ExitCode = details.State is "restarting" or "exited" or "dead" ? details.ExitCode : memory.Observation.ExitCode,
            Health = Health.None,
            Reason = "",
        };
        return memory with
        {
            EngineRestarts = count.EngineRestarts,
            Observation = wanted.Desired == DesiredState.Stop ? seen with { State = wanted.Kept && !InstanceObserver.Runs(details) ? PartState.Stopped : PartState.Stopping } : Seen(wanted, part, found, present, seen, memory, work),
        };
    }

    private static ObservedPart Without(PartMemory memory, Work work)
    {
        var gone = memory.Observation with { Health = Health.None, Reason = memory.Trouble?.Reason ?? "" };
        return work == Work.Creating ? gone with { State = PartState.Starting }
            : gone.State == PartState.Completed ? gone
            : gone with { State = PartState.Waiting, ContainerId = null, StartedAt = null };
    }

    private static ObservedPart Seen(WantedInstance wanted, InstancePart part, InstanceContainers found, FoundContainer present, ObservedPart seen, PartMemory memory, Work work)
    {
        var details = present.Details;
        return details.State switch
        {
            _ when work == Work.Restarting => seen with { State = PartState.Restarting, Reason = memory.Observation.Reason },
            "running" when part.Kind == PartKind.Sidecar && found.Main is { } main && PartPlanner.LostNetwork(wanted.Spec, main, present) =>
                seen with { State = PartState.Restarting, Reason = "the main container has another network since it started again" },
            "running" => Running(part, details, seen),
            "paused" => seen with { State = PartState.Running, Health = Health.Unknown, Reason = "paused outside Portal" },
            "restarting" => seen with { State = PartState.Restarting, Reason = $"{Ended(details)}; the engine restarts it" },
            "created" => seen with { State = PartState.Starting, Reason = memory.Trouble?.Reason ?? "" },
            "removing" => seen with { State = PartState.Stopping, Reason = "removed outside Portal" },
            _ => Over(wanted, part, found, details, seen, memory),
        };
    }

    private static ObservedPart Running(InstancePart part, ContainerDetails details, ObservedPart seen)
    {
        var health = part.Spec!.Health.Kind != HealthKind.Command ? Health.None : details.Health switch
        {
            "healthy" => Health.Healthy,
            "unhealthy" => Health.Unhealthy,
            _ => Health.Starting,
        };
        return seen with { State = PartState.Running, Health = health, Reason = health == Health.Unhealthy ? RunRule.Sentence("unhealthy", details.HealthOutput) : "" };
    }

    private static ObservedPart Over(WantedInstance wanted, InstancePart part, InstanceContainers found, ContainerDetails details, ObservedPart seen, PartMemory memory)
    {
        if (part.Kind == PartKind.Init && details.ExitCode == 0)
        {
            return seen with { State = PartState.Completed };
        }
        if (part.Kind == PartKind.Sidecar && found.Main is { } main && EndOfRun.IsOver(wanted.Spec, main.Details))
        {
            return seen with { State = PartState.Stopped, Reason = "the main container has ended" };
        }
        return EndOfRun.RunsAgain(PartPlanner.PolicyOf(part, wanted), details.ExitCode)
            ? seen with { State = PartState.Restarting, Reason = memory.Trouble?.Reason ?? $"{Ended(details)}; it is started again" }
            : seen with { State = PartState.Failed, Reason = $"{Ended(details)}; its restart policy lets it be" };
    }

    private static string Ended(ContainerDetails details) => $"ended with exit code {details.ExitCode}{(details.OomKilled ? " (out of memory)" : "")}";
}
