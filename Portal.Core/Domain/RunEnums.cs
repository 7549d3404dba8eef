namespace Portal.Core.Domain;

/// <summary>Why a run of a job began.</summary>
public enum RunCause
{
    /// <summary>A new revision of a job without a schedule.</summary>
    Deploy,
    /// <summary>Its time by the schedule had come.</summary>
    Schedule,
    /// <summary>Somebody asked for it.</summary>
    Manual,
}

/// <summary>Where a run stands. It ends as exactly one of the last five.</summary>
public enum RunStatus
{
    /// <summary>Asked for; the controller has not begun it.</summary>
    Waiting,
    /// <summary>Under way.</summary>
    Running,
    /// <summary>As many instances as wanted ended with exit code 0.</summary>
    Succeeded,
    /// <summary>An instance failed more often than it may, or the deadline passed.</summary>
    Failed,
    /// <summary>A user ended it, or another run took its place.</summary>
    Cancelled,
    /// <summary>Another run was under way at its time, so it never began.</summary>
    Skipped,
    /// <summary>Portal was not there at its time, so it never began.</summary>
    Missed,
}

/// <summary>How an instance of a run ended.</summary>
public enum InstanceOutcome
{
    /// <summary>With exit code 0.</summary>
    Succeeded,
    /// <summary>With another exit code, or it could not be started.</summary>
    Failed,
    /// <summary>Its host was lost, or somebody stopped or removed it outside Portal: no fault of its own.</summary>
    Lost,
    /// <summary>Portal stopped it before its end.</summary>
    Cancelled,
}
