using Portal.Core.Domain;
using Portal.Core.Domain.Cron;

namespace Portal.Core.Scaling;

/// <summary>
/// Which bounds hold when. Of several schedules in force the largest minimum and the smallest maximum hold; where they contradict each other, the minimum.
/// A time that the clock skips comes with the end of the gap; of one that comes twice a schedule begins with the first and ends with the second.
/// </summary>
internal static class ScheduleRule
{
    private const int DaysAhead = 8;

    public static ScalingBounds At(ScalingSpec policy, DateTimeOffset now)
    {
        ScalingSchedule? minFrom = null, maxFrom = null;
        DateTimeOffset? changesAt = null;
        foreach (var schedule in policy.Schedules)
        {
            foreach (var (begin, end) in Times(schedule, now))
            {
                var next = begin > now ? begin : end;
                changesAt = next > now && !(changesAt <= next) ? next : changesAt;
                if (begin <= now && now < end)
                {
                    minFrom = schedule.Min > (minFrom?.Min ?? policy.Min) ? schedule : minFrom;
                    maxFrom = schedule.Max < (maxFrom?.Max ?? policy.Max) ? schedule : maxFrom;
                }
            }
        }
        var min = Math.Min(minFrom?.Min ?? policy.Min, policy.Max);
        return new ScalingBounds(min, Math.Max(min, maxFrom?.Max ?? policy.Max), minFrom, maxFrom, changesAt);
    }

    /// <summary>From yesterday's, which may go on, to those of a week ahead.</summary>
    private static IEnumerable<(DateTimeOffset Begin, DateTimeOffset End)> Times(ScalingSchedule schedule, DateTimeOffset now)
    {
        if (TimeZones.Find(schedule.TimeZone) is not { } zone || CronField.Read(schedule.Days, "day of week", 0, 7, CronSchedule.Days, out _) is not { } days)
        {
            yield break;
        }
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        for (var day = today.AddDays(-1); day <= today.AddDays(DaysAhead); day = day.AddDays(1))
        {
            if (days.Has((int)day.DayOfWeek) || day.DayOfWeek == DayOfWeek.Sunday && days.Has(7))
            {
                var to = schedule.To > schedule.From ? schedule.To : schedule.To + TimeSpan.FromDays(1);
                yield return (WallClock.InstantOf(day + schedule.From, zone), WallClock.InstantOf(day + to, zone, last: true));
            }
        }
    }
}
