using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>How one probe of an instance ended.</summary>
public enum ProbeOutcome
{
    /// <summary>The answer is as the policy wants it.</summary>
    Passed,
    /// <summary>Something is there, but its answer is wrong, or late.</summary>
    Failed,
    /// <summary>No connection came about: nothing is said of the instance alone, it may be the way to its host.</summary>
    Silent,
}

/// <summary>What one probe heard.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Text">In words, such as <c>GET http://10.0.0.1:32768/ answered 503</c>.</param>
public readonly record struct ProbeAnswer(ProbeOutcome Outcome, TimeSpan Took, string Text);

/// <summary>One run of a container, from a start to its end. Ports move with each, and nothing that was heard of one says anything of another.</summary>
/// <param name="ContainerId">The container.</param>
/// <param name="StartedAt">When it started, by the engine's clock.</param>
public readonly record struct ContainerRun(string ContainerId, DateTimeOffset? StartedAt);

/// <summary>What the probes of one run add up to.</summary>
public sealed record ProbeRecord
{
    /// <summary>The run.</summary>
    public required ContainerRun Run { get; init; }
    /// <summary>When the run began, as far as its start period is concerned: by this process's clock where it was seen to begin.</summary>
    public required DateTimeOffset Since { get; init; }
    /// <summary>Its health; never <see cref="Health.None"/>.</summary>
    public Health Health { get; init; } = Health.Starting;
    /// <summary>Whether it is ready: the last probe succeeded, and before it as many as the policy asks.</summary>
    public bool Ready { get; init; }
    /// <summary>Successes in a row, at most as many as the policy asks.</summary>
    public int Successes { get; init; }
    /// <summary>Failures in a row that count.</summary>
    public int Failures { get; init; }
    /// <summary>When the first of the present failures in a row was asked, whether it counts or not.</summary>
    public DateTimeOffset? FailingSince { get; init; }
    /// <summary>When the last failure that counts was asked.</summary>
    public DateTimeOffset? CountedAt { get; init; }
    /// <summary>When it was last asked; null if never by this worker.</summary>
    public DateTimeOffset? AskedAt { get; init; }
    /// <summary>When a connection last came about.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }
    /// <summary>What the last probe said if it failed; empty if it passed.</summary>
    public string Answer { get; init; } = "";

    /// <summary>Whether both are told alike.</summary>
    public bool ReadsAs(ProbeRecord other) => Run == other.Run && Health == other.Health && Ready == other.Ready && Answer == other.Answer;
}

/// <summary>What is known of the other probed instances of a host: they witness whether the host can be reached.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="ConnectedAt">When one of them was last asked with a connection coming about; null if never.</param>
/// <param name="AllAskedSince">All of them were asked at or after this; null if one never was.</param>
/// <param name="IsSuspect">Whether the host's engine does not answer either.</param>
public readonly record struct ProbeNeighbours(int Count, DateTimeOffset? ConnectedAt, DateTimeOffset? AllAskedSince, bool IsSuspect = false)
{
    /// <summary>Sums up the others' records.</summary>
    public static ProbeNeighbours Of(IEnumerable<ProbeRecord> others, bool isSuspect)
    {
        var (count, connected, since, unasked) = (0, (DateTimeOffset?)null, (DateTimeOffset?)null, false);
        foreach (var other in others)
        {
            count++;
            unasked |= other.AskedAt is null;
            since = since < other.AskedAt ? since : other.AskedAt ?? since;
            connected = connected > other.ConnectedAt ? connected : other.ConnectedAt ?? connected;
        }
        return new ProbeNeighbours(count, connected, unasked ? null : since, isSuspect);
    }
}
