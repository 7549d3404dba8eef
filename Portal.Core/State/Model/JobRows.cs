using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>What the controller remembers of a job beside its runs; see <see cref="Jobs.JobMemory"/>. Only the controller writes it.</summary>
public sealed class JobRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>The schedule and time zone that <see cref="ScheduledThrough"/> is of; empty for none.</summary>
    public string Schedule { get; set; } = "";
    /// <summary>Every time of the schedule up to here was dealt with.</summary>
    public DateTimeOffset ScheduledThrough { get; set; }
    /// <summary>The rollout generation for which a run was begun, or needs none.</summary>
    public long DeployedGeneration { get; set; }
    /// <summary>Whether it was stopped when last looked at.</summary>
    public bool Suspended { get; set; }
}

/// <summary>One run of a job; see <see cref="Jobs.RunState"/>. Only the controller writes it. There is one for each scheduled time.</summary>
public sealed class RunRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>From 1.</summary>
    public int Number { get; set; }
    /// <summary>Why it began.</summary>
    public RunCause Cause { get; set; }
    /// <summary>The time of the schedule that it is for.</summary>
    public DateTimeOffset? ScheduledAt { get; set; }
    /// <summary>Who asked for it; empty for the schedule.</summary>
    public string By { get; set; } = "";
    /// <summary>What they said, or what is to be said of its time.</summary>
    public string? Message { get; set; }
    /// <summary>The revision that its instances run.</summary>
    public int Revision { get; set; }
    /// <summary>How many instances must succeed.</summary>
    public int Completions { get; set; }
    /// <summary>How many run at once.</summary>
    public int Parallelism { get; set; }
    /// <summary>How often each may be tried again.</summary>
    public int Retries { get; set; }
    /// <summary>How long it may take.</summary>
    public TimeSpan? Deadline { get; set; }
    /// <summary>Where it stands.</summary>
    public RunStatus Status { get; set; }
    /// <summary>Why, in a sentence without a full stop.</summary>
    public string Reason { get; set; } = "";
    /// <summary>When it was recorded.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>When it began; null if it never did.</summary>
    public DateTimeOffset? StartedAt { get; set; }
    /// <summary>When it ended; null while under way.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    /// <summary>Instances that succeeded so far.</summary>
    public int Succeeded { get; set; }
    /// <summary>Attempts that failed so far.</summary>
    public int Failed { get; set; }
    /// <summary>Whether its ended containers are still kept.</summary>
    public bool Kept { get; set; }
}

/// <summary>What users want of a run: that there be one, or that it end. Only services write it; it goes with its run.</summary>
public sealed class RunWishRow
{
    /// <summary>The app.</summary>
    public AppId AppId { get; set; }
    /// <summary>The run's number.</summary>
    public int Number { get; set; }
    /// <summary>Whether users asked for it; else it is the controller's own, and only its end is wished for.</summary>
    public bool IsAsked { get; set; }
    /// <summary>Who asked.</summary>
    public string By { get; set; } = "";
    /// <summary>Why, where they said so.</summary>
    public string? Message { get; set; }
    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }
    /// <summary>Who wants it to end; null for nobody.</summary>
    public string? CancelledBy { get; set; }
}
