using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>What is to be said of an instance whose main container runs, with its sidecars beside it. Pure.</summary>
internal static class SidecarRule
{
    public static InstanceMemory Of(WantedInstance wanted, InstanceContainers found, InstanceObservation before, InstanceMemory after, DateTimeOffset now)
    {
        var main = after.Observation;
        if (wanted.Spec.Sidecars.IsEmpty || main.Failure != InstanceFailure.None)
        {
            return after;
        }
        var sidecars = wanted.Spec.Sidecars.Select(s => (Spec: s, Memory: after.Parts[s.Name])).ToList();
        if (sidecars.Select(s => FailureOf(wanted, s.Spec, s.Memory, now)).FirstOrDefault(f => f is not null) is { } failed)
        {
            return after with
            {
                Blamed = failed.Failure is InstanceFailure.CrashLoop or InstanceFailure.Exited ? failed.ContainerId : null,
                Observation = main with { State = InstanceState.Failed, Failure = failed.Failure, Reason = failed.Reason, Health = Worst(main.Health, sidecars), ReadySince = null },
            };
        }
        var together = main with { Health = Worst(main.Health, sidecars), ReadySince = sidecars.TrueForAll(s => IsReady(s.Memory.Observation)) ? main.ReadySince : null };
        if (sidecars.Find(s => s.Memory.Observation.State != PartState.Running) is { Memory: { } missing })
        {
            // Until all have run once it starts; later on it runs, and is not ready.
            var wasUp = before.State == InstanceState.Running && before.ContainerId == main.ContainerId;
            together = wasUp ? together : together with { State = InstanceState.Starting, StartedAt = null };
            var troubled = missing.Trouble is { } trouble
                ? InstanceObserver.WithTrouble(together, trouble with { Reason = $"{Who(missing)}: {trouble.Reason}" }, now)
                : together with { Reason = ReasonOf(main, missing) };
            return after with { Observation = troubled };
        }
        return after with { Observation = together with { Reason = main.Reason.Length > 0 ? main.Reason : Words(wanted, sidecars, now) } };
    }

    private sealed record Failed(InstanceFailure Failure, string Reason, string? ContainerId);

    private static Failed? FailureOf(WantedInstance wanted, PartSpec spec, PartMemory memory, DateTimeOffset now)
    {
        var part = memory.Observation;
        var recent = CrashCount.Recent(part.Crashes, wanted.Spec.Restart, now);
        return part switch
        {
            { State: PartState.Failed } => new Failed(InstanceFailure.Exited, $"{Who(memory)} {part.Reason}", part.ContainerId),
            _ when recent >= wanted.Spec.Restart.MaxPerHost =>
                new Failed(InstanceFailure.CrashLoop, $"{Who(memory)} {CrashCount.Words("crashed", recent, wanted.Spec.Restart, part.ExitCode)}", part.ContainerId),
            { Health: Health.Unhealthy } when spec.Health.OnUnhealthy == OnUnhealthy.Replace => new Failed(InstanceFailure.Unhealthy, Unhealthy(memory), null),
            _ => null,
        };
    }

    private static bool IsReady(ObservedPart part) => part is { State: PartState.Running, Health: Health.None or Health.Healthy };

    /// <summary>Of the main container and its sidecars the worst that is said; those that nothing checks say nothing.</summary>
    private static Health Worst(Health main, List<(PartSpec Spec, PartMemory Memory)> sidecars)
    {
        var all = sidecars.Where(s => s.Memory.Observation.Health != Health.None || s.Spec.Health.Kind != HealthKind.None)
            .Select(s => s.Memory.Observation.Health is Health.None ? Health.Starting : s.Memory.Observation.Health).Append(main).ToList();
        return all.Contains(Health.Unhealthy) ? Health.Unhealthy
            : all.Contains(Health.Unknown) ? Health.Unknown
            : all.Contains(Health.Starting) ? Health.Starting
            : all.Contains(Health.Healthy) ? Health.Healthy
            : Health.None;
    }

    private static string ReasonOf(InstanceObservation main, PartMemory missing) => missing.Observation switch
    {
        { Reason.Length: > 0 } part => $"{Who(missing)}: {part.Reason}",
        // A start that is just a start needs no words.
        _ => main.Reason,
    };

    private static string Words(WantedInstance wanted, List<(PartSpec Spec, PartMemory Memory)> sidecars, DateTimeOffset now)
    {
        foreach (var (_, memory) in sidecars)
        {
            var part = memory.Observation;
            if (part.Health == Health.Unhealthy)
            {
                return Unhealthy(memory);
            }
            if (part.Reason.Length > 0)
            {
                return $"{Who(memory)}: {part.Reason}";
            }
            if (CrashCount.Recent(part.Crashes, wanted.Spec.Restart, now) is > 0 and var recent)
            {
                return $"{Who(memory)} {CrashCount.Words("crashed", recent, wanted.Spec.Restart, part.ExitCode)}";
            }
        }
        return "";
    }

    private static string Who(PartMemory memory) => PartWords.Of(PartKind.Sidecar, memory.Observation.Name);

    private static string Unhealthy(PartMemory memory) => $"unhealthy: {Who(memory)}{memory.Observation.Reason["unhealthy".Length..]}";
}
