using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Domain.Cron;

namespace Portal.Core.Jobs;

/// <summary>The times of a schedule that have come since it was last looked at. Pure.</summary>
/// <param name="Fire">The time for which a run is due; null for none.</param>
/// <param name="Lateness">By how much it is later than it should be; null if it is on time.</param>
/// <param name="Missed">The latest of the times that nothing runs for, oldest first.</param>
/// <param name="MissedBefore">How many more there were before those.</param>
internal sealed record DueTimes(DateTimeOffset? Fire, TimeSpan? Lateness, ImmutableArray<DateTimeOffset> Missed, int MissedBefore)
{
    /// <summary>What is noticed within this is on time: a controller may have had to take over.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromSeconds(30);
    /// <summary>So many missed times are recorded one by one.</summary>
    public const int MissedRecorded = 10;
    /// <summary>No further back is looked for missed times.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(7);

    /// <summary>Looks what has come.</summary>
    /// <param name="job">The job.</param>
    /// <param name="through">Up to when was looked before.</param>
    /// <param name="now">The present.</param>
    public static DueTimes Of(JobSpec job, DateTimeOffset through, DateTimeOffset now)
    {
        var none = new DueTimes(null, null, [], 0);
        if (Clock.Of(job) is not { } clock)
        {
            return none;
        }
        var all = new List<DateTimeOffset>();
        var from = through < now - LookBack ? now - LookBack : through;
        while (clock.Next(from) is { } next && next <= now)
        {
            all.Add(next);
            from = next;
        }
        if (all.Count == 0)
        {
            return none;
        }
        var lateness = now - all[^1];
        var isOnTime = lateness <= OnTime;
        var fires = isOnTime || job.Missed == MissedRuns.RunOnce;
        var missed = fires ? all[..^1] : all;
        return new DueTimes(fires ? all[^1] : null, isOnTime ? null : lateness, [.. missed.TakeLast(MissedRecorded)], Math.Max(0, missed.Count - MissedRecorded));
    }
}

/// <summary>A job's schedule on the clock of its time zone.</summary>
public sealed class Clock
{
    private readonly CronSchedule schedule;
    private readonly TimeZoneInfo zone;

    private Clock(CronSchedule schedule, TimeZoneInfo zone) => (this.schedule, this.zone) = (schedule, zone);

    /// <summary>The job's clock; null where it has no schedule, or one that cannot be read here.</summary>
    public static Clock? Of(JobSpec job) =>
        job.Schedule is { } text && CronSchedule.TryParse(text, out var schedule, out _) && TimeZones.Find(job.TimeZone) is { } zone ? new Clock(schedule, zone) : null;

    /// <summary>The first time after another.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => schedule.Next(after, zone);
}
