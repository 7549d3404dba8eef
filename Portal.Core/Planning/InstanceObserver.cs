using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>What is to be said of an instance, from what is wanted, what the engine shows, and what was said before. Pure.</summary>
public static class InstanceObserver
{
    /// <summary>How many crashes are remembered.</summary>
    public const int CrashesKept = 20;

    /// <summary>A trouble of the engine that lasts so long is a failure.</summary>
    public static readonly TimeSpan TroubleFailsAfter = TimeSpan.FromSeconds(10);

    /// <summary>Looks at one instance.</summary>
    /// <param name="wanted">The assignment.</param>
    /// <param name="container">Its container as last inspected; null if there surely is none.</param>
    /// <param name="memory">What was remembered.</param>
    /// <param name="work">What is being done for it.</param>
    /// <param name="pulling">How far its image is, in words; null once that is there.</param>
    /// <param name="now">The present.</param>
    public static InstanceMemory Observe(WantedInstance wanted, ContainerDetails? container, InstanceMemory memory, Work work, string? pulling, DateTimeOffset now)
    {
        // To the microsecond, as the store keeps them: what a new worker reads back must compare as equal.
        now = Rounded(now);
        container = container is null ? null : container with { StartedAt = Rounded(container.StartedAt), FinishedAt = Rounded(container.FinishedAt) };
        if (container is not null)
        {
            memory = CountRestarts(memory, container, now) with { NameTakenBy = null };
        }
        memory = memory with { Probe = ProbeOf(wanted, container, memory, now) };
        var before = memory.Observation;
        var after = wanted.Desired == DesiredState.Stop ? Leaving(wanted, container, memory, work)
            : container is null ? Without(memory, work, pulling, now)
            : RunRule.Of(wanted, container, memory, work, now);
        if (container is not null)
        {
            after = after with { ContainerId = container.Id, StartedAt = container.StartedAt ?? before.StartedAt, FinishedAt = HasEnded(container) ? container.FinishedAt : null, Restarts = before.Restarts, Crashes = before.Crashes };
        }
        return memory with { Observation = after };
    }

    /// <summary>What was heard of another run says nothing of this one.</summary>
    private static ProbeRecord? ProbeOf(WantedInstance wanted, ContainerDetails? container, InstanceMemory memory, DateTimeOffset now)
    {
        if (!wanted.Spec.Health.IsProbed || wanted.Desired == DesiredState.Stop || container is not { State: "running" })
        {
            return null;
        }
        var run = new ContainerRun(container.Id, container.StartedAt);
        return memory.Probe?.Run == run ? memory.Probe : ProbeRule.Begin(run, memory.Observation, now);
    }

    internal static DateTimeOffset Rounded(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));

    internal static DateTimeOffset? Rounded(DateTimeOffset? at) => at is { } known ? Rounded(known) : null;

    /// <summary>Told to stop: over once its container is confirmed gone.</summary>
    private static InstanceObservation Leaving(WantedInstance wanted, ContainerDetails? container, InstanceMemory memory, Work work)
    {
        // What is kept is over once it has ended, wherever its container lies.
        var gone = work == Work.None && (container is null || wanted.Kept && !Runs(container));
        return memory.Observation with
        {
            ExitCode = container is not null && HasEnded(container) ? container.ExitCode : memory.Observation.ExitCode,
            State = gone ? InstanceState.Stopped : InstanceState.Stopping,
            Failure = InstanceFailure.None,
            Health = Health.None,
            Reason = !gone && memory.Trouble is { } trouble ? trouble.Reason : wanted.StopReason ?? "",
            Ports = [],
            ReadySince = null,
        };
    }

    /// <summary>Whether a container runs, or will by itself.</summary>
    internal static bool Runs(ContainerDetails container) => container.State is "running" or "restarting" or "paused";

    private static bool HasEnded(ContainerDetails container) => container.State is "exited" or "dead";

    private static InstanceObservation Without(InstanceMemory memory, Work work, string? pulling, DateTimeOffset now)
    {
        var blank = memory.Observation with { Health = Health.None, Ports = [], ReadySince = null, Failure = InstanceFailure.None, Reason = "" };
        if (memory.NameTakenBy is { } other)
        {
            return blank with { State = InstanceState.Failed, Failure = InstanceFailure.NameTaken, Reason = other };
        }
        if (memory.Observation.ContainerId is not null && work == Work.None)
        {
            return blank with { State = InstanceState.Failed, Failure = InstanceFailure.RemovedOutside, Reason = "removed outside Portal" };
        }
        var state = work == Work.Creating ? InstanceState.Starting : pulling is not null ? InstanceState.Pulling : InstanceState.Assigned;
        return WithTrouble(blank with { State = state, Reason = work == Work.None ? pulling ?? "" : "" }, memory, now);
    }

    internal static InstanceObservation WithTrouble(InstanceObservation observation, InstanceMemory memory, DateTimeOffset now) => WithTrouble(observation, memory.Trouble, now);

    internal static InstanceObservation WithTrouble(InstanceObservation observation, Trouble? met, DateTimeOffset now) =>
        met is not { } trouble ? observation : observation with
        {
            Reason = trouble.Reason,
            Failure = trouble.Counts && now - trouble.Since >= TroubleFailsAfter ? InstanceFailure.EngineTrouble : InstanceFailure.None,
        };

    private static InstanceMemory CountRestarts(InstanceMemory memory, ContainerDetails container, DateTimeOffset now)
    {
        var before = memory.Observation;
        var count = CrashCount.Of(memory.EngineRestarts, before.Restarts, before.Crashes, container, now);
        memory = memory with { EngineRestarts = count.EngineRestarts };
        return count.Grown == 0 ? memory : memory with { Observation = before with { Restarts = count.Restarts, Crashes = count.Crashes, ReadySince = null } };
    }
}
