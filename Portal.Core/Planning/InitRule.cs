using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>What is to be said of an instance whose main container's turn has not come. Pure.</summary>
internal static class InitRule
{
    public static InstanceMemory Of(WantedInstance wanted, InstanceContainers found, InstanceMemory after, Func<string, Work> work, DateTimeOffset now)
    {
        var observation = after.Observation;
        if (observation.Failure != InstanceFailure.None || observation.State is not (InstanceState.Assigned or InstanceState.Starting))
        {
            return after;
        }
        if (PartPlanner.NextInit(wanted, found, after) is not { } init)
        {
            return wanted.Spec.InitContainers.IsEmpty ? after : after with { Observation = observation with { State = InstanceState.Starting } };
        }
        var memory = after.Parts[init.Name];
        var hasBegun = memory.Observation.ContainerId is not null || work(init.Name) != Work.None || init.Name != wanted.Spec.InitContainers[0].Name;
        return Tell(wanted, init, memory, after with { Observation = observation with { State = hasBegun || memory.Trouble is not null ? InstanceState.Starting : observation.State } }, now);
    }

    private static InstanceMemory Tell(WantedInstance wanted, InstancePart init, PartMemory memory, InstanceMemory after, DateTimeOffset now)
    {
        var who = PartWords.Of(init.Kind, init.Name);
        var (part, restart) = (memory.Observation, wanted.Spec.Restart);
        var recent = CrashCount.Recent(part.Crashes, restart, now);
        if (part.State == PartState.Failed)
        {
            return Blame(after, part, InstanceState.Failed, InstanceFailure.Exited, $"{who} failed: exit code {part.ExitCode}; its restart policy lets it be");
        }
        if (recent >= restart.MaxPerHost)
        {
            return Blame(after, part, InstanceState.Failed, InstanceFailure.CrashLoop, $"{who} {CrashCount.Words("failed", recent, restart, part.ExitCode)}");
        }
        if (memory.Trouble is { } trouble)
        {
            return after with { Observation = InstanceObserver.WithTrouble(after.Observation, trouble with { Reason = $"{who}: {trouble.Reason}" }, now) };
        }
        if (recent > 0 || part.State == PartState.Restarting)
        {
            var times = recent > 1 ? $" {recent} times" : "";
            var next = part.State == PartState.Running ? "runs again" : "is run again";
            return Blame(after, part, InstanceState.Starting, InstanceFailure.None, $"{who} failed{times}: exit code {part.ExitCode}; it {next}");
        }
        return part.State == PartState.Running ? after with { Observation = after.Observation with { Reason = $"{who} runs" } } : after;
    }

    private static InstanceMemory Blame(InstanceMemory after, ObservedPart part, InstanceState state, InstanceFailure failure, string reason) => after with
    {
        Blamed = part.ContainerId,
        // Of an instance that ends with it, its end is the instance's.
        Observation = after.Observation with { State = state, Failure = failure, Reason = reason, ExitCode = failure == InstanceFailure.Exited ? part.ExitCode : after.Observation.ExitCode },
    };
}
