using Portal.Core.Domain;

namespace Portal.Core.Jobs;

/// <summary>One run of a job, with the policy that it began with: what changes of the app meanwhile applies from the next one on.</summary>
public sealed record RunState
{
    /// <summary>From 1, in the order in which they were asked for.</summary>
    public required int Number { get; init; }
    /// <summary>Why it began.</summary>
    public RunCause Cause { get; init; }
    /// <summary>The time of the schedule that it is for; null for any other cause.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }
    /// <summary>Who asked for it; empty for the schedule.</summary>
    public string By { get; init; } = "";
    /// <summary>What they said, or what is to be said of its time; null for nothing.</summary>
    public string? Message { get; init; }
    /// <summary>The revision that its instances run.</summary>
    public int Revision { get; init; }
    /// <summary>How many instances must succeed.</summary>
    public int Completions { get; init; } = 1;
    /// <summary>How many run at once.</summary>
    public int Parallelism { get; init; } = 1;
    /// <summary>How often each may be tried again.</summary>
    public int Retries { get; init; }
    /// <summary>How long it may take; null for no bound.</summary>
    public TimeSpan? Deadline { get; init; }
    /// <summary>Where it stands.</summary>
    public RunStatus Status { get; init; }
    /// <summary>Why, in a sentence without a full stop.</summary>
    public string Reason { get; init; } = "";
    /// <summary>When it was recorded.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it began; null if it never did.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When it ended; null while under way.</summary>
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary>Instances that succeeded so far.</summary>
    public int Succeeded { get; init; }
    /// <summary>Attempts that failed so far.</summary>
    public int Failed { get; init; }
    /// <summary>Whether its ended containers are still kept.</summary>
    public bool Kept { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => EndedAt is not null;
    /// <summary>Whether it ever ran anything.</summary>
    public bool Began => StartedAt is not null;
}

/// <summary>What users want of a run: that there be one, or that it end.</summary>
/// <param name="Number">The run's number.</param>
/// <param name="IsAsked">Whether users asked for it; else it is the controller's own, and only its end is wished for.</param>
/// <param name="By">Who asked.</param>
/// <param name="Message">Why, where they said so.</param>
/// <param name="CancelledBy">Who wants it to end; null for nobody.</param>
public sealed record RunWish(int Number, bool IsAsked, string By, string? Message = null, string? CancelledBy = null);

/// <summary>What the controller remembers of a job beside its runs.</summary>
public sealed record JobMemory
{
    /// <summary>The schedule and time zone that <see cref="ScheduledThrough"/> is of; empty for none.</summary>
    public string Schedule { get; init; } = "";
    /// <summary>Every time of the schedule up to here was dealt with.</summary>
    public DateTimeOffset ScheduledThrough { get; init; }
    /// <summary>The rollout generation for which a run was begun, or needs none.</summary>
    public long DeployedGeneration { get; init; }
    /// <summary>Whether it was stopped when last looked at: times that pass meanwhile are not missed.</summary>
    public bool Suspended { get; init; }
}

/// <summary>One instance of a run, under way or over.</summary>
public sealed record Attempt
{
    /// <summary>The instance.</summary>
    public required InstanceId Id { get; init; }
    /// <summary>Its run.</summary>
    public int Run { get; init; }
    /// <summary>Which of the run's completions it is for, from 1.</summary>
    public int Slot { get; init; }
    /// <summary>Its epoch: of two in a slot the later is greater.</summary>
    public long Epoch { get; init; }
    /// <summary>Its host's name; null while unplaced.</summary>
    public string? Host { get; init; }
    /// <summary>How it ended; null while under way.</summary>
    public InstanceOutcome? Outcome { get; init; }
    /// <summary>Whether that outcome is stored already.</summary>
    public bool IsRecorded { get; init; }
    /// <summary>In words.</summary>
    public string Reason { get; init; } = "";
    /// <summary>When it ended; while under way, when it was made.</summary>
    public DateTimeOffset At { get; init; }
    /// <summary>Whether its container is or may be running on a host that can be reached.</summary>
    public bool IsPresent { get; init; }
    /// <summary>Whether it has ended and its container is still kept.</summary>
    public bool IsKept { get; init; }
}

/// <summary>One job with everything that is looked at to decide about it. Immutable.</summary>
public sealed record JobSituation
{
    /// <summary>How it runs, as users ask now.</summary>
    public required JobSpec Job { get; init; }
    /// <summary>The present revision.</summary>
    public int Revision { get; init; }
    /// <summary>The generation at which that revision was asked for.</summary>
    public long DeployGeneration { get; init; }
    /// <summary>Who asked for it.</summary>
    public string DeployedBy { get; init; } = "";
    /// <summary>Why, where they said so.</summary>
    public string? DeployMessage { get; init; }
    /// <summary>Whether it is stopped or deleted, in words; null if neither.</summary>
    public string? WhyStopped { get; init; }
    /// <summary>Whether it was deleted, so that nothing of it is to be kept.</summary>
    public bool IsDeleted { get; init; }
    /// <summary>What was remembered; null for a new job.</summary>
    public JobMemory? Memory { get; init; }
    /// <summary>Its runs that are kept, by number.</summary>
    public IReadOnlyList<RunState> Runs { get; init; } = [];
    /// <summary>What users want of runs, by number.</summary>
    public IReadOnlyList<RunWish> Wishes { get; init; } = [];
    /// <summary>Instances that have not ended, and those of runs under way that have.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];
}
