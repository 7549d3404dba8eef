namespace Portal.Agents.Sampling;

/// <summary>How running containers are measured.</summary>
public sealed record SamplingOptions
{
    /// <summary>Between two readings of one container, and between two ticks that are stored; a tick is a whole multiple of it by the clock.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);
    /// <summary>Engine calls of one host at once. Many, for an older engine lets each wait for up to a second; one that answers at once never has many.</summary>
    public int CallsAtOnce { get; init; } = 192;
    /// <summary>The same over SSH, where each connection is a process.</summary>
    public int CallsAtOnceOverSsh { get; init; } = 4;
    /// <summary>How long a reading stands for what is used now; after that the instance has a gap.</summary>
    public TimeSpan Freshness { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Steps into which the readings of an interval are spread.</summary>
    public int Steps { get; init; } = 20;
}
