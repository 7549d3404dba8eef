namespace Portal.Agents.Hosts;

/// <summary>How this process's host workers behave.</summary>
public sealed record HostWorkerOptions
{
    /// <summary>Containers that are created and started at once on a host.</summary>
    public int StartsAtOnce { get; init; } = 8;
    /// <summary>Containers that are stopped at once on a host: many, for a stop mostly waits.</summary>
    public int StopsAtOnce { get; init; } = 48;
    /// <summary>Containers that are inspected at once on a host.</summary>
    public int InspectionsAtOnce { get; init; } = 16;
    /// <summary>Images that are pulled at once on a host.</summary>
    public int PullsAtOnce { get; init; } = 3;
    /// <summary>How long a claim on a host lasts without a renewal.</summary>
    public TimeSpan LeaseLength { get; init; } = TimeSpan.FromSeconds(15);
    /// <summary>Between two renewals.</summary>
    public TimeSpan LeaseRenewal { get; init; } = TimeSpan.FromSeconds(4);
    /// <summary>How much of a claim must be left to act by it.</summary>
    public TimeSpan LeaseMargin { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>How long a contact may take before it has failed.</summary>
    public TimeSpan ContactTimeout { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>Between two contacts with an engine that answers.</summary>
    public TimeSpan ContactInterval { get; init; } = TimeSpan.FromSeconds(1.5);
    /// <summary>Between two contacts with an engine that does not.</summary>
    public TimeSpan ContactRetry { get; init; } = TimeSpan.FromMilliseconds(500);
    /// <summary>Between two full lists of a host's containers.</summary>
    public TimeSpan ListInterval { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Between two looks at what changes slowly: images, networks, the machine.</summary>
    public TimeSpan SlowInterval { get; init; } = TimeSpan.FromMinutes(1);
    /// <summary>Between two writes of when a host was last seen.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Between two looks at the clock for what only time changes.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>How long a team's network may stay unused.</summary>
    public TimeSpan NetworkIdle { get; init; } = TimeSpan.FromMinutes(1);
}
