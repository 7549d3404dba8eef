using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>A port of an instance as it is reached.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="ContainerPort">In the container.</param>
/// <param name="HostPort">On the host.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public readonly record struct ObservedPort(string Name, int ContainerPort, int HostPort, string Protocol);

/// <summary>What is to be said of an instance: the content of its row.</summary>
public sealed record InstanceObservation
{
    /// <summary>Of an instance that nothing was done for yet.</summary>
    public static InstanceObservation Initial { get; } = new() { State = InstanceState.Assigned };

    /// <summary>Where it stands.</summary>
    public InstanceState State { get; init; }
    /// <summary>Its health.</summary>
    public Health Health { get; init; }
    /// <summary>Why, in a sentence; may be empty.</summary>
    public string Reason { get; init; } = "";
    /// <summary>What went wrong.</summary>
    public InstanceFailure Failure { get; init; }
    /// <summary>Its container; null before it was created.</summary>
    public string? ContainerId { get; init; }
    /// <summary>Published ports; only while it runs.</summary>
    public ImmutableArray<ObservedPort> Ports { get; init; } = [];
    /// <summary>How often it was restarted in place.</summary>
    public int Restarts { get; init; }
    /// <summary>Times of its latest crashes, oldest first, at most <see cref="InstanceObserver.CrashesKept"/>.</summary>
    public ImmutableArray<DateTimeOffset> Crashes { get; init; } = [];
    /// <summary>Exit code of the last run, where it ended.</summary>
    public int? ExitCode { get; init; }
    /// <summary>When its container last started.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When its container last ended; null while it has not.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>Since when it has been ready without a break.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>Of an instance with further containers: each container, in the order in which they begin; empty for one that is its main container alone.</summary>
    public ImmutableArray<ObservedPart> Parts { get; init; } = [];

    /// <summary>The health of its main container alone.</summary>
    public Health MainHealth => Parts.FirstOrDefault(p => p.Kind == PartKind.Main)?.Health ?? Health;

    /// <summary>The digest of the image that it runs; null where it came from no registry, or is not known yet.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Whether a row of the one would read as a row of the other.</summary>
    public bool Equals(InstanceObservation? other) =>
        other is not null && State == other.State && Health == other.Health && Reason == other.Reason && Failure == other.Failure
        && ContainerId == other.ContainerId && Restarts == other.Restarts && ExitCode == other.ExitCode && StartedAt == other.StartedAt && FinishedAt == other.FinishedAt
        && ReadySince == other.ReadySince && ImageDigest == other.ImageDigest && Ports.AsSpan().SequenceEqual(other.Ports.AsSpan()) && Crashes.AsSpan().SequenceEqual(other.Crashes.AsSpan())
        && Parts.AsSpan().SequenceEqual(other.Parts.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, Health, Reason, Failure, ContainerId, StartedAt);
}
