using System.Collections.Immutable;

namespace Portal.Core.Domain.Cron;

/// <summary>
/// Times by a cron expression of five fields: minute, hour, day of month, month, day of week. Where both days are bounded, either will do, as
/// everywhere. Summer time is kept as Vixie cron keeps it: a fixed time that is skipped comes at once after the gap, and one that comes twice
/// counts once; where minute or hour is open (<c>*</c>), the clock on the wall is followed, minute by minute.
/// </summary>
public sealed class CronSchedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    internal static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    // The longest pause between two 29ths of February, and then some for the day of the week.
    private const int LongestSearchYears = 60;
    private readonly CronField minutes;
    private readonly CronField hours;
    private readonly CronField daysOfMonth;
    private readonly CronField months;
    private readonly CronField daysOfWeek;

    private CronSchedule(CronField[] fields) => (minutes, hours, daysOfMonth, months, daysOfWeek) = (fields[0], fields[1], fields[2], fields[3], fields[4]);

    /// <summary>Whether it follows the clock minute by minute rather than naming fixed times of day.</summary>
    private bool IsInterval => minutes.IsAny || hours.IsAny;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">Five fields, or <c>@hourly</c> and the like.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="message">What is wrong, as <c>must be …</c>; empty where nothing is.</param>
    public static bool TryParse(string text, out CronSchedule schedule, out string message)
    {
        schedule = null!;
        var fields = Spelled(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            message = "must be five fields (minute, hour, day of month, month, day of week), such as \"30 2 * * mon-fri\", or @hourly, @daily, @weekly, @monthly, @yearly";
            return false;
        }
        CronField?[] read =
        [
            CronField.Read(fields[0], "minute", 0, 59, [], out var first),
            CronField.Read(fields[1], "hour", 0, 23, [], out var second),
            CronField.Read(fields[2], "day of month", 1, 31, [], out var third),
            CronField.Read(fields[3], "month", 1, 12, Months, out var fourth),
            CronField.Read(fields[4], "day of week", 0, 7, Days, out var fifth),
        ];
        message = new[] { first, second, third, fourth, fifth }.FirstOrDefault(m => m.Length > 0) ?? "";
        if (message.Length > 0)
        {
            return false;
        }
        // Sunday is 0 and 7.
        var week = read[4]!.Value;
        read[4] = week with { Bits = (week.Bits | week.Bits >> 7) & 0x7F };
        schedule = new CronSchedule([.. read.Select(f => f!.Value)]);
        if (schedule.NextOnTheWall(new DateTime(2000, 1, 1)) is null)
        {
            message = "must come at some time; this never does";
            return false;
        }
        return true;
    }

    /// <summary>The first time after another; null only after the end of the calendar.</summary>
    /// <param name="after">That other.</param>
    /// <param name="zone">The clock on whose wall it is read.</param>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone) => IsInterval ? NextByTheMinute(after, zone) : NextFixed(after, zone);

    /// <summary>The first so many times after another.</summary>
    public ImmutableArray<DateTimeOffset> Next(DateTimeOffset after, TimeZoneInfo zone, int count)
    {
        var times = ImmutableArray.CreateBuilder<DateTimeOffset>(count);
        while (times.Count < count && Next(times.Count == 0 ? after : times[^1], zone) is { } next)
        {
            times.Add(next);
        }
        return times.DrainToImmutable();
    }

    private static string Spelled(string text) => text.Trim().ToLowerInvariant() switch
    {
        "@yearly" or "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" or "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => text,
    };

    private DateTimeOffset? NextFixed(DateTimeOffset after, TimeZoneInfo zone)
    {
        var wall = Minute(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        while (NextOnTheWall(wall) is { } next)
        {
            var at = WallClock.InstantOf(next, zone);
            if (at > after)
            {
                return at;
            }
            wall = next;
        }
        return null;
    }

    private DateTimeOffset? NextByTheMinute(DateTimeOffset after, TimeZoneInfo zone)
    {
        var at = new DateTimeOffset(Minute(after.UtcDateTime).AddMinutes(1), TimeSpan.Zero);
        var end = after.Year < 9999 - LongestSearchYears ? after.AddYears(LongestSearchYears) : DateTimeOffset.MaxValue.AddDays(-2);
        while (at < end)
        {
            var wall = TimeZoneInfo.ConvertTime(at, zone).DateTime;
            if (!IsDay(wall))
            {
                // To the evening in one stride: no clock is put back by so much. From there hour by hour.
                at += wall.Hour < 20 ? TimeSpan.FromHours(20) - Minute(wall).TimeOfDay : TimeSpan.FromMinutes(60 - wall.Minute);
            }
            else if (!hours.Has(wall.Hour))
            {
                at += TimeSpan.FromMinutes(60 - wall.Minute);
            }
            else if (!minutes.Has(wall.Minute))
            {
                at += TimeSpan.FromMinutes(1);
            }
            else
            {
                return at;
            }
        }
        return null;
    }

    /// <summary>The next time that the wall would show if its clock were never put forward or back.</summary>
    private DateTime? NextOnTheWall(DateTime after)
    {
        if (after.Year >= 9999 - LongestSearchYears)
        {
            return null;
        }
        var end = after.AddYears(LongestSearchYears);
        var at = after.AddMinutes(1);
        while (at < end)
        {
            if (!IsDay(at))
            {
                at = months.Has(at.Month) ? at.Date.AddDays(1) : new DateTime(at.Year, at.Month, 1).AddMonths(1);
            }
            else if (!hours.Has(at.Hour))
            {
                at = at.Date.AddHours(at.Hour + 1);
            }
            else if (!minutes.Has(at.Minute))
            {
                at = at.AddMinutes(1);
            }
            else
            {
                return at;
            }
        }
        return null;
    }

    private bool IsDay(DateTime wall)
    {
        if (!months.Has(wall.Month))
        {
            return false;
        }
        var (ofMonth, ofWeek) = (daysOfMonth.Has(wall.Day), daysOfWeek.Has((int)wall.DayOfWeek));
        return daysOfMonth.IsAny || daysOfWeek.IsAny ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private static DateTime Minute(DateTime time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute);
}
