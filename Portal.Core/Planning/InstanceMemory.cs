using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>What is being done for an instance right now.</summary>
public enum Work
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Its container is being created or started.</summary>
    Creating,
    /// <summary>Its container is being restarted in place.</summary>
    Restarting,
    /// <summary>Its container is being stopped and removed.</summary>
    Removing,
}

/// <summary>A trouble of the engine with one instance, tried again with a back-off.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="NextTryAt">When it is tried next.</param>
/// <param name="Reason">In words.</param>
/// <param name="Counts">Whether it may become a failure; an engine that does not answer is no fault of its host's.</param>
public sealed record Trouble(DateTimeOffset Since, int Attempts, DateTimeOffset NextTryAt, string Reason, bool Counts)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The same trouble met once more, or a first one: 1 s, 2 s, 4 s … 1 min until the next try.</summary>
    public static Trouble Met(Trouble? before, string reason, bool counts, DateTimeOffset now)
    {
        var attempts = (before?.Attempts ?? 0) + 1;
        var delay = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, 1L << Math.Min(attempts - 1, 6)));
        return new Trouble(before is { Counts: true } || !counts ? before?.Since ?? now : now, attempts, now + delay, reason, counts);
    }
}

/// <summary>Somebody outside Portal stopped or killed a container.</summary>
/// <param name="ContainerId">Which.</param>
/// <param name="Signal">By which signal, where known.</param>
public sealed record OutsideStop(string ContainerId, string? Signal);

/// <summary>What is remembered of an instance between two looks at it: its observation, and what no engine can be asked again.</summary>
public sealed record InstanceMemory
{
    /// <summary>Of an instance that a worker hears of, with what another one last said of it.</summary>
    public static InstanceMemory Of(InstanceObservation observation, DateTimeOffset now) => new()
    {
        FirstSeenAt = now,
        Observation = observation,
        Parts = observation.Parts.Where(p => p.Kind != PartKind.Main).ToImmutableDictionary(p => p.Name, p => new PartMemory { Observation = p }),
    };

    /// <summary>What was last said of it.</summary>
    public InstanceObservation Observation { get; init; } = InstanceObservation.Initial;
    /// <summary>When this worker first heard of it.</summary>
    public DateTimeOffset FirstSeenAt { get; init; }
    /// <summary>The engine's own count of restarts when it was last asked; null if it was not yet.</summary>
    public int? EngineRestarts { get; init; }
    /// <summary>The present trouble.</summary>
    public Trouble? Trouble { get; init; }
    /// <summary>When Portal last restarted it in place.</summary>
    public DateTimeOffset? RestartedAt { get; init; }
    /// <summary>Since when an instance that served is to stop: until callers have had time to turn to others, its container runs on.</summary>
    public DateTimeOffset? LeavingSince { get; init; }
    /// <summary>A stop or kill that was not Portal's.</summary>
    public OutsideStop? Outside { get; init; }
    /// <summary>The run of its container that its engine said has ended. That is believed at once; what became of it is for an inspection to find out.</summary>
    public ContainerRun? Ended { get; init; }
    /// <summary>What probes heard of its present run; null where no agent asks.</summary>
    public ProbeRecord? Probe { get; init; }
    /// <summary>What is remembered of its further containers, by their names.</summary>
    public ImmutableDictionary<string, PartMemory> Parts { get; init; } = ImmutableDictionary<string, PartMemory>.Empty;
    /// <summary>When its main container was told to stop; its sidecars have what is left of the grace period.</summary>
    public DateTimeOffset? StopBeganAt { get; init; }
    /// <summary>The further container whose last words explain what is said of it; null for none.</summary>
    public string? Blamed { get; init; }
    /// <summary>The container that has its name, in words; null if none has.</summary>
    public string? NameTakenBy { get; init; }
}
