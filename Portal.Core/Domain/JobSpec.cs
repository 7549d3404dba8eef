namespace Portal.Core.Domain;

/// <summary>What happens to a scheduled run while another run of the job is under way.</summary>
public enum RunOverlap
{
    /// <summary>It starts beside it.</summary>
    Allow,
    /// <summary>It is skipped, and recorded so.</summary>
    Skip,
    /// <summary>The other one is cancelled, and it starts once nothing of that one runs any more.</summary>
    Replace,
}

/// <summary>What happens to scheduled times at which Portal was not there.</summary>
public enum MissedRuns
{
    /// <summary>However many there are, one run makes up for all of them, as soon as Portal is back.</summary>
    RunOnce,
    /// <summary>They are recorded and nothing runs for them.</summary>
    Skip,
}

/// <summary>How an app of kind job runs to its end, and when.</summary>
public sealed record JobSpec
{
    /// <summary>How many instances of a run must end with exit code 0.</summary>
    public int Completions { get; init; } = 1;
    /// <summary>How many of them run at once, at most.</summary>
    public int Parallelism { get; init; } = 1;
    /// <summary>How often each of them may be tried again after it failed.</summary>
    public int Retries { get; init; } = 3;
    /// <summary>A run that takes longer than this, from its start on, has failed; null for no bound.</summary>
    public TimeSpan? Deadline { get; init; }
    /// <summary>How long a run is kept after its end: its containers, so that their logs can be read, and what is known of it.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(24);
    /// <summary>Five fields of cron; null: it runs once for each revision, and on demand.</summary>
    public string? Schedule { get; init; }
    /// <summary>The time zone of <see cref="Schedule"/>, by its IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";
    /// <summary>What happens to a scheduled run while another one is under way.</summary>
    public RunOverlap Overlap { get; init; } = RunOverlap.Skip;
    /// <summary>What happens to scheduled times at which Portal was not there.</summary>
    public MissedRuns Missed { get; init; } = MissedRuns.RunOnce;

    /// <summary>How many instances of a run there can be at once.</summary>
    public int AtOnce => Math.Min(Parallelism, Completions);
}
