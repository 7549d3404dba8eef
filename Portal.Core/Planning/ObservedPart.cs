using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>What is to be said of one container of an instance that has several.</summary>
public sealed record ObservedPart
{
    /// <summary>Its name in the instance.</summary>
    public required string Name { get; init; }
    /// <summary>What it is there for.</summary>
    public PartKind Kind { get; init; }
    /// <summary>Its image as written.</summary>
    public string Image { get; init; } = "";
    /// <summary>The digest of the image that it runs; null where it came from no registry, or is not known yet.</summary>
    public string? ImageDigest { get; init; }
    /// <summary>Where it stands.</summary>
    public PartState State { get; init; }
    /// <summary>Its health.</summary>
    public Health Health { get; init; }
    /// <summary>Why, in a sentence; may be empty.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Its container; null while there is none.</summary>
    public string? ContainerId { get; init; }
    /// <summary>How often it was restarted in place.</summary>
    public int Restarts { get; init; }
    /// <summary>Times of its latest crashes, oldest first, at most <see cref="InstanceObserver.CrashesKept"/>.</summary>
    public ImmutableArray<DateTimeOffset> Crashes { get; init; } = [];
    /// <summary>Exit code of the last run, where it ended.</summary>
    public int? ExitCode { get; init; }
    /// <summary>When it last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether both would be told alike.</summary>
    public bool Equals(ObservedPart? other) =>
        other is not null && Name == other.Name && Kind == other.Kind && Image == other.Image && ImageDigest == other.ImageDigest && State == other.State && Health == other.Health && Reason == other.Reason
        && ContainerId == other.ContainerId && Restarts == other.Restarts && ExitCode == other.ExitCode && StartedAt == other.StartedAt && Crashes.AsSpan().SequenceEqual(other.Crashes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, State, Health, Reason, ContainerId, StartedAt);
}

/// <summary>What is remembered of a further container between two looks at it.</summary>
public sealed record PartMemory
{
    /// <summary>What was last said of it.</summary>
    public required ObservedPart Observation { get; init; }
    /// <summary>The engine's own count of restarts when it was last asked; null if it was not yet.</summary>
    public int? EngineRestarts { get; init; }
    /// <summary>The present trouble.</summary>
    public Trouble? Trouble { get; init; }
    /// <summary>When Portal last restarted it in place.</summary>
    public DateTimeOffset? RestartedAt { get; init; }
}
