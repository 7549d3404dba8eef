namespace Portal.Core.Domain;

/// <summary>What users want of a host.</summary>
public enum Availability
{
    /// <summary>Takes instances.</summary>
    Active,
    /// <summary>Takes no new instances; keeps those it has.</summary>
    Cordoned,
    /// <summary>Takes no new instances; those it has move away within each app's bounds.</summary>
    Draining,
}

/// <summary>What was observed of a host's engine.</summary>
public enum Reachability
{
    /// <summary>Never contacted yet.</summary>
    Unknown,
    /// <summary>Answers.</summary>
    Reachable,
    /// <summary>Failed to answer lately, but not for its whole grace.</summary>
    Suspect,
    /// <summary>Declared lost by the holder of its lease after its grace.</summary>
    Unreachable,
}

/// <summary>Where an instance stands.</summary>
public enum InstanceState
{
    /// <summary>Fits nowhere yet, or waits.</summary>
    Pending,
    /// <summary>Placed; its host has not begun.</summary>
    Assigned,
    /// <summary>Its image is being pulled.</summary>
    Pulling,
    /// <summary>Its container is being created or started.</summary>
    Starting,
    /// <summary>Its container runs.</summary>
    Running,
    /// <summary>Its container was told to stop.</summary>
    Stopping,
    /// <summary>Its container is gone, as wanted.</summary>
    Stopped,
    /// <summary>Its container cannot run, ended against the wish, or vanished.</summary>
    Failed,
    /// <summary>Its host cannot be reached.</summary>
    Unknown,
}

/// <summary>The result of the health policy, apart from the state.</summary>
public enum Health
{
    /// <summary>Nothing checks the instance.</summary>
    None,
    /// <summary>Within the start period, not yet passed.</summary>
    Starting,
    /// <summary>The last check passed.</summary>
    Healthy,
    /// <summary>As many checks in a row failed as the policy allows.</summary>
    Unhealthy,
    /// <summary>Nothing could be asked.</summary>
    Unknown,
}

/// <summary>An app's state as shown: the first of the list in nomenclature that is true.</summary>
public enum AppStatus
{
    /// <summary>Meant to be stopped.</summary>
    Stopped,
    /// <summary>A rollout gave up and nothing serves.</summary>
    Failed,
    /// <summary>Instances fit nowhere or wait for the host that holds their data.</summary>
    Pending,
    /// <summary>Of too many instances nothing can be said.</summary>
    Unknown,
    /// <summary>Fewer ready than wanted.</summary>
    Degraded,
    /// <summary>A change is under way and the bounds hold.</summary>
    Progressing,
    /// <summary>All run, nothing checks them.</summary>
    Running,
    /// <summary>All were checked and are healthy.</summary>
    Healthy,
}

/// <summary>Where a rollout stands. It ends as exactly one of the last four.</summary>
public enum RolloutStatus
{
    /// <summary>Instances are being replaced.</summary>
    Progressing,
    /// <summary>Holds, by a user's wish or at a canary step.</summary>
    Paused,
    /// <summary>Goes back to the revision before.</summary>
    RollingBack,
    /// <summary>Every instance runs the new revision.</summary>
    Succeeded,
    /// <summary>It failed, and every instance runs the revision before.</summary>
    RolledBack,
    /// <summary>It failed and stays where it is.</summary>
    Failed,
    /// <summary>A user ended it, or asked for another one before it was done.</summary>
    Cancelled,
}

/// <summary>How far an image is on its way to a host.</summary>
public enum PullState
{
    /// <summary>The host has not begun.</summary>
    Waiting,
    /// <summary>It is being pulled.</summary>
    Pulling,
    /// <summary>It is there.</summary>
    Ready,
    /// <summary>The last try failed.</summary>
    Failed,
}

/// <summary>What the controller wants of an instance.</summary>
public enum DesiredState
{
    /// <summary>Its container shall run.</summary>
    Run,
    /// <summary>Its container shall stop and be removed.</summary>
    Stop,
}

/// <summary>How much a person should care about an event.</summary>
public enum Severity
{
    /// <summary>Ordinary.</summary>
    Info,
    /// <summary>Something went wrong that Portal handles.</summary>
    Warning,
    /// <summary>Something went wrong that a person should look at.</summary>
    Error,
}

/// <summary>What a user may do in one team.</summary>
public enum TeamRole
{
    /// <summary>Sees the team's apps, but not their env values.</summary>
    Viewer,
    /// <summary>Also changes apps and sees env values.</summary>
    Deployer,
    /// <summary>Also manages members and registries.</summary>
    TeamAdmin,
}
