using System.Globalization;
using Portal.Core.Domain.Cron;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>What a schedule means, in words.</summary>
public static class ScheduleWords
{
    private const int Shown = 3;

    /// <summary>The next three times, on the clock of the time zone; what is wrong where there are none; what happens without a schedule.</summary>
    /// <param name="schedule">As typed.</param>
    /// <param name="timeZone">As typed; empty for UTC.</param>
    /// <param name="now">The present.</param>
    public static string Next(string schedule, string timeZone, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(schedule))
        {
            return "Without a schedule it runs once for each new revision, and when asked to.";
        }
        if (!CronSchedule.TryParse(schedule, out var cron, out var message))
        {
            return $"It {message}.";
        }
        if (TimeZones.Find(string.IsNullOrWhiteSpace(timeZone) ? "UTC" : timeZone.Trim()) is not { } zone)
        {
            return "The time zone is not known here.";
        }
        var times = cron.Next(now, zone, Shown).Select(t => TimeZoneInfo.ConvertTime(t, zone).ToString("ddd d MMM HH:mm", CultureInfo.InvariantCulture));
        return $"It runs next on {string.Join(", ", times)} ({zone.Id}).";
    }
}
