using Portal.Core.State.Metrics;

namespace Portal.Tests.Core.State.Metrics;

public sealed class MetricRangeTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Ticks are kept from 6:00, minutes from two days ago; rolled up to 11:59 and 11:50.
    private static readonly StoredRange s_stored = new(s_noon.AddHours(-6), s_noon.AddDays(-2), s_noon.AddMinutes(-1), s_noon.AddMinutes(-10), s_noon.AddDays(-60));

    [Theory]
    [InlineData(60, 2)]
    [InlineData(1200, 2)]
    [InlineData(3600, 6)]
    [InlineData(86_400, 300)]
    [InlineData(7 * 86_400, 1200)]
    [InlineData(60 * 86_400, 14_400)]
    [InlineData(6000 * 86_400, 864_000)]
    public void Steps_give_about_600_points(int range, int step) => Assert.Equal(TimeSpan.FromSeconds(step), MetricRange.StepOf(null, TimeSpan.FromSeconds(range)));

    [Theory]
    [InlineData(0.1, 2)]
    [InlineData(3, 4)]
    [InlineData(90, 90)]
    public void A_wanted_step_is_a_whole_number_of_ticks(double wanted, int step) => Assert.Equal(TimeSpan.FromSeconds(step), MetricRange.StepOf(TimeSpan.FromSeconds(wanted), TimeSpan.FromDays(1)));

    [Theory]
    [InlineData(6, 1, "samples 11:00-12:00")]
    [InlineData(6, 10, "minutes 02:00-06:00, samples 06:00-12:00")]
    [InlineData(6, 72, "ten_minutes 12:00-12:00, minutes 12:00-06:00, samples 06:00-12:00")]
    [InlineData(60, 1, "minutes 11:00-11:59, samples 11:59-12:00")]
    [InlineData(60, 72, "ten_minutes 12:00-12:00, minutes 12:00-11:59, samples 11:59-12:00")]
    [InlineData(600, 1, "ten_minutes 11:00-11:50, minutes 11:50-11:59, samples 11:59-12:00")]
    [InlineData(86_400, 24, "ten_minutes 12:00-11:50, minutes 11:50-11:59, samples 11:59-12:00")]
    public void Each_stretch_is_read_from_what_fits(int step, int hours, string expected) =>
        Assert.Equal(expected, Text(s_noon.AddHours(-hours), s_noon, step, s_stored));

    [Fact]
    public void Before_anything_was_rolled_up_all_is_in_the_ticks()
    {
        var young = new StoredRange(s_noon.AddSeconds(-30), null, null, null, null);
        Assert.Equal("samples 11:00-12:00", Text(s_noon.AddHours(-1), s_noon, 6, young));
        Assert.Equal("samples 11:00-12:00", Text(s_noon.AddHours(-1), s_noon, 600, young));
        Assert.Equal("samples 11:00-12:00", Text(s_noon.AddHours(-1), s_noon, 60, default));
    }

    [Fact]
    public void The_first_minute_that_was_ever_measured_is_read_by_its_ticks()
    {
        var first = new StoredRange(s_noon.AddSeconds(-290), s_noon.AddMinutes(-5), s_noon.AddMinutes(-1), null, null);
        Assert.Equal("minutes 11:00-11:55, samples 11:55-12:00", Text(s_noon.AddHours(-1), s_noon, 6, first));
    }

    [Fact]
    public void The_first_ten_minutes_that_were_ever_measured_are_read_by_their_ticks()
    {
        // Begun at 11:48:30, and rolled up to ten minutes at 11:50.
        var first = new StoredRange(s_noon.AddSeconds(-690), s_noon.AddMinutes(-12), s_noon.AddMinutes(-1), s_noon.AddMinutes(-10), s_noon.AddMinutes(-20));
        Assert.Equal("ten_minutes 11:00-11:40, minutes 11:40-11:48, samples 11:48-12:00", Text(s_noon.AddHours(-1), s_noon, 2, first));
    }

    [Fact]
    public void After_a_restore_only_ten_minutes_are_left_of_before()
    {
        // Minutes were rolled up to ten o'clock when the backup was made; measured again since half past eleven.
        var restored = new StoredRange(s_noon.AddMinutes(-30), s_noon.AddMinutes(-30), s_noon.AddMinutes(-1), s_noon.AddHours(-2), s_noon.AddDays(-1));
        Assert.Equal("ten_minutes 09:00-10:00, minutes 10:00-11:30, samples 11:30-12:00", Text(s_noon.AddHours(-3), s_noon, 6, restored));
    }

    [Fact]
    public void Stretches_meet_whatever_is_stored()
    {
        var moments = Enumerable.Range(-5, 12).Select(i => (DateTimeOffset?)s_noon.AddMinutes(i * 37)).Prepend(null).ToArray();
        var random = new Random(7);
        for (var i = 0; i < 5000; i++)
        {
            var stored = new StoredRange(Any(), Any(), Any(), Any(), Any());
            var (from, to) = (s_noon.AddMinutes(random.Next(-300, 200)), s_noon.AddMinutes(random.Next(201, 500)));
            var segments = MetricRange.Segments(from, to, TimeSpan.FromSeconds(random.Next(2, 2000)), stored);
            Assert.Equal(from, segments[0].From);
            Assert.Equal(to, segments[^1].To);
            Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        }

        DateTimeOffset? Any() => moments[random.Next(moments.Length)];
    }

    private static string Text(DateTimeOffset from, DateTimeOffset to, int step, StoredRange stored) =>
        string.Join(", ", MetricRange.Segments(from, to, TimeSpan.FromSeconds(step), stored).Select(s => $"{s.Table} {s.From:HH:mm}-{s.To:HH:mm}"));
}
