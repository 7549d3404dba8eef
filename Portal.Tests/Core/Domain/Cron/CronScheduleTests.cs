using System.Globalization;
using Portal.Core.Domain.Cron;

namespace Portal.Tests.Core.Domain.Cron;

public sealed class CronScheduleTests
{
    private static readonly string[] s_zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"];

    [Theory]
    [InlineData("* * * * *", "2026-03-01T10:00:30Z", "2026-03-01T10:01:00Z")]
    [InlineData("* * * * *", "2026-03-01T10:00:00Z", "2026-03-01T10:01:00Z")]
    [InlineData("*/15 * * * *", "2026-03-01T10:46:00Z", "2026-03-01T11:00:00Z")]
    [InlineData("10/20 * * * *", "2026-03-01T10:46:00Z", "2026-03-01T10:50:00Z")]
    [InlineData("30 2 * * mon-fri", "2026-11-20T02:30:00Z", "2026-11-23T02:30:00Z")]
    [InlineData("0 0 29 feb *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 13 * fri", "2026-11-02T00:00:00Z", "2026-11-06T00:00:00Z")]
    [InlineData("0 12 1,15 * *", "2026-11-02T00:00:00Z", "2026-11-15T12:00:00Z")]
    [InlineData("0 0 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("0 0 * * 5-7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("@hourly", "2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("@Yearly", "2026-11-21T23:00:00Z", "2027-01-01T00:00:00Z")]
    public void Says_the_next_time(string text, string after, string next) => Assert.Equal(At(next), Parse(text).Next(At(after), TimeZoneInfo.Utc));

    // Berlin: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("30 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")]
    [InlineData("*/30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z")]
    public void Keeps_summer_time(string text, string after, string next) => Assert.Equal(At(next), Parse(text).Next(At(after), TimeZones.Find("Europe/Berlin")!));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* 24 * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 8")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("a * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("1,, * * * *")]
    [InlineData("1-2-3 * * * *")]
    [InlineData("@never")]
    public void Refuses_what_is_no_schedule(string text)
    {
        Assert.False(CronSchedule.TryParse(text, out _, out var message));
        Assert.NotEmpty(message);
    }

    [Fact]
    public void Refuses_what_never_comes()
    {
        Assert.False(CronSchedule.TryParse("0 0 30 2 *", out _, out var message));
        Assert.Contains("never", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Follows_the_wall_clock_minute_by_minute()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var zone = TimeZones.Find(s_zones[random.Next(s_zones.Length)])!;
            var text = $"{Field(random, 0, 59, open: true)} {Field(random, 0, 23, open: false)} {Field(random, 1, 28, open: true)} * {Field(random, 0, 6, open: true)}";
            var schedule = Parse("*" + text[text.IndexOf(' ', StringComparison.Ordinal)..]);
            var after = At("2026-01-01T00:00:00Z").AddMinutes(random.Next(525_600));
            var next = schedule.Next(after, zone);
            Assert.True(next > after, $"seed {seed}");
            var at = new DateTimeOffset(after.Ticks - after.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(1);
            while (!Matches(text, TimeZoneInfo.ConvertTime(at, zone).DateTime))
            {
                at = at.AddMinutes(1);
            }
            Assert.True(at == next, $"seed {seed}: {text} in {zone.Id} after {after:O}: {next:O} instead of {at:O}");
        }
    }

    [Fact]
    public void A_fixed_time_comes_once_on_each_of_its_days()
    {
        foreach (var zone in s_zones.Select(z => TimeZones.Find(z)!))
        {
            for (var hour = 0; hour < 24; hour++)
            {
                var schedule = Parse($"17 {hour} * * *");
                var times = schedule.Next(At("2026-01-01T12:00:00Z"), zone, 360);
                var days = times.Select(t => TimeZoneInfo.ConvertTime(t, zone).Date).ToList();
                Assert.True(days.Distinct().Count() == 360 && days[^1] - days[0] == TimeSpan.FromDays(359), $"{zone.Id} {hour}:17");
            }
        }
    }

    [Theory]
    [InlineData("UTC", true)]
    [InlineData("Europe/Berlin", true)]
    [InlineData("Nowhere/Else", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("", false)]
    public void Knows_time_zones_by_their_names(string name, bool known) => Assert.Equal(known, TimeZones.Find(name) is not null);

    private static string Field(Random random, int min, int max, bool open) => random.Next(open ? 4 : 3) switch
    {
        0 => random.Next(min, max + 1).ToString(CultureInfo.InvariantCulture),
        1 => $"{min}-{random.Next(min, max + 1)}",
        2 => $"{min},{random.Next(min, max + 1)}",
        _ => "*",
    };

    private static bool Matches(string text, DateTime wall)
    {
        var fields = text.Split(' ');
        var (ofMonth, ofWeek) = (Holds(fields[2], wall.Day), Holds(fields[4], (int)wall.DayOfWeek));
        var isDay = fields[2] == "*" || fields[4] == "*" ? ofMonth && ofWeek : ofMonth || ofWeek;
        return isDay && Holds(fields[1], wall.Hour);
    }

    private static bool Holds(string field, int value)
    {
        if (field == "*")
        {
            return true;
        }
        if (field.Contains('-', StringComparison.Ordinal))
        {
            var ends = field.Split('-').Select(int.Parse).ToArray();
            return value >= ends[0] && value <= ends[1];
        }
        return field.Split(',').Select(int.Parse).Contains(value);
    }

    private static CronSchedule Parse(string text) => CronSchedule.TryParse(text, out var schedule, out var message) ? schedule : throw new FormatException(message);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
