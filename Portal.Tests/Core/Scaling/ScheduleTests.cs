using Portal.Core.Domain;
using Portal.Core.Scaling;
using static Portal.Tests.Core.Scaling.GivenScaling;

namespace Portal.Tests.Core.Scaling;

public sealed class ScheduleTests
{
    private static readonly ScalingSchedule Workdays = new() { Days = "mon-fri", From = TimeSpan.FromHours(8), To = TimeSpan.FromHours(20), TimeZone = "Europe/Berlin", Min = 6 };

    [Theory]
    // A Wednesday in winter: 8 to 20 h there is 7 to 19 h UTC.
    [InlineData("2026-03-04T06:59:59Z", 1, "2026-03-04T07:00:00Z")]
    [InlineData("2026-03-04T07:00:00Z", 6, "2026-03-04T19:00:00Z")]
    [InlineData("2026-03-04T18:59:59Z", 6, "2026-03-04T19:00:00Z")]
    [InlineData("2026-03-04T19:00:00Z", 1, "2026-03-05T07:00:00Z")]
    // From Friday evening to Monday, over the change to summer time on 29 March.
    [InlineData("2026-03-27T19:00:00Z", 1, "2026-03-30T06:00:00Z")]
    [InlineData("2026-03-30T06:00:00Z", 6, "2026-03-30T18:00:00Z")]
    public void A_schedule_holds_by_the_clock_of_its_zone(string now, int min, string changes)
    {
        var bounds = Bounds(Workdays, now);

        Assert.Equal((min, DateTimeOffset.Parse(changes, null)), (bounds.Min, bounds.ChangesAt));
        Assert.Equal(min == 6 ? Workdays : null, bounds.MinFrom);
    }

    [Theory]
    // On 29 March 2026 the clock in Berlin goes from 2 to 3 h (1 h UTC); on 25 October it shows 2 to 3 h twice (0 to 2 h UTC).
    [InlineData("02:30", "05:00", "2026-03-29T00:59:59Z", false)]
    [InlineData("02:30", "05:00", "2026-03-29T01:00:00Z", true)]
    [InlineData("01:00", "02:30", "2026-03-29T00:59:59Z", true)]
    [InlineData("01:00", "02:30", "2026-03-29T01:00:00Z", false)]
    [InlineData("02:30", "05:00", "2026-10-25T00:29:59Z", false)]
    [InlineData("02:30", "05:00", "2026-10-25T00:30:00Z", true)]
    [InlineData("02:30", "05:00", "2026-10-25T01:10:00Z", true)]
    [InlineData("01:00", "02:30", "2026-10-25T00:45:00Z", true)]
    [InlineData("01:00", "02:30", "2026-10-25T01:29:59Z", true)]
    [InlineData("01:00", "02:30", "2026-10-25T01:30:00Z", false)]
    public void A_clock_that_is_put_forward_or_back_begins_it_once_and_ends_it_once(string from, string to, string now, bool holds)
    {
        var schedule = Workdays with { Days = "*", From = TimeSpan.Parse(from, null), To = TimeSpan.Parse(to, null) };

        Assert.Equal(holds ? 6 : 1, Bounds(schedule, now).Min);
    }

    [Fact]
    public void It_begins_and_ends_once_a_day_whatever_the_clock_does()
    {
        foreach (var (from, to) in new[] { (2.5, 5.0), (1.0, 2.5), (22.0, 3.0), (0.0, 24.0) })
        {
            var schedule = Workdays with { Days = "*", From = TimeSpan.FromHours(from), To = TimeSpan.FromHours(to) };
            foreach (var start in new[] { "2026-03-27T23:00:00Z", "2026-10-23T22:00:00Z" })
            {
                var at = DateTimeOffset.Parse(start, null);
                var changes = Enumerable.Range(0, 4 * 24 * 12).Select(i => Bounds(schedule, at + TimeSpan.FromMinutes(5 * i)).Min).Aggregate((Count: 0, Last: 0), (a, m) => (a.Count + (m != a.Last ? 1 : 0), m)).Count;
                Assert.InRange(changes, 1, 9);
            }
        }
    }

    [Fact]
    public void Over_midnight_it_belongs_to_the_day_on_which_it_begins()
    {
        var night = new ScalingSchedule { Days = "fri", From = TimeSpan.FromHours(22), To = TimeSpan.FromHours(6), Max = 2 };

        Assert.Equal([10, 2, 2, 10], new[] { "2026-03-06T21:59:00Z", "2026-03-06T22:00:00Z", "2026-03-07T05:59:00Z", "2026-03-07T22:30:00Z" }.Select(t => Bounds(night, t).Max));
        Assert.Equal(2, Bounds(night with { Days = "7,5" }, "2026-03-09T03:00:00Z").Max);
    }

    [Fact]
    public void Of_several_the_strictest_holds_and_where_they_contradict_the_minimum()
    {
        var policy = Policy(min: 2) with
        {
            Schedules =
            [
                new ScalingSchedule { Min = 5 }, new ScalingSchedule { Min = 3, Max = 8 }, new ScalingSchedule { Max = 4 },
            ],
        };

        var bounds = Autoscaler.Decide(Input(policy, 2, 0.5, 0.5), Now).Bounds;

        Assert.Equal((5, 5), (bounds.Min, bounds.Max));
    }

    [Fact]
    public void Without_metrics_the_schedules_alone_set_the_number()
    {
        var policy = Policy(scaleIn: TimeSpan.Zero) with { Metrics = [], Schedules = [Workdays] };
        var day = new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

        var opened = Autoscaler.Decide(Input(policy, 1), day);
        var closed = Autoscaler.Decide(Input(policy, 6, 0, 0, 0, 0, 0, 0), day.AddHours(8));

        Assert.Equal((6, "at least 6 mon-fri 08:00–20:00 Europe/Berlin"), (opened.Number, opened.Reason));
        Assert.Equal(1, closed.Number);
    }

    private static ScalingBounds Bounds(ScalingSchedule schedule, string now) => Bounds(schedule, DateTimeOffset.Parse(now, null));

    private static ScalingBounds Bounds(ScalingSchedule schedule, DateTimeOffset now) =>
        Autoscaler.Decide(Input(Policy() with { Schedules = [schedule] }, 1, 0.5), now).Bounds;
}
