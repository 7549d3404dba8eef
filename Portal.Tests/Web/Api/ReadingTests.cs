using System.Globalization;
using Portal.Api;
using Portal.Api.Http;

namespace Portal.Tests.Web.Api;

public sealed class ReadingTests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.5Z")]
    [InlineData("2026-01-31T12:00:00.1234567+02:00", "2026-01-31T10:00:00.1234567Z")]
    [InlineData("2026-01-31T12:00:00 02:00", "2026-01-31T10:00:00Z")]
    [InlineData("2026-01-31 12:00:00-01:30", "2026-01-31T13:30:00Z")]
    public void ReadsTimes(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-02-30T12:00:00Z")]
    [InlineData("2026-01-31T25:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("31.01.2026 12:00:00Z")]
    [InlineData("1769860800")]
    [InlineData("now")]
    [InlineData("Z")]
    [InlineData(" ")]
    public void RefusesOtherTimes(string text) => Assert.False(Rfc3339.TryParse(text, out _));

    [Fact]
    public void FillsBucketsWithTime()
    {
        var now = DateTimeOffset.UnixEpoch;
        var bucket = new TokenBucket(3, 0.5, now);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => bucket.TryTake(now)));
        Assert.Equal(2, bucket.SecondsToNext(now));
        Assert.Equal(1, bucket.SecondsToNext(now.AddSeconds(1.5)));
        Assert.True(bucket.TryTake(now.AddSeconds(2)));
        // A clock that goes back takes nothing away and gives nothing.
        Assert.False(bucket.TryTake(now));
        Assert.False(bucket.IsFull(now.AddSeconds(5)));
        Assert.True(bucket.IsFull(now.AddSeconds(10)));
    }

    [Fact]
    public void KeepsFewBuckets()
    {
        var clock = new ManualClock();
        var limiter = new RequestLimiter(new ApiLimits { TokenFailuresPerMinute = 60 }, clock);
        for (var i = 0; i < 25_000; i++)
        {
            limiter.CountFailure($"10.0.{i / 256}.{i % 256}", null);
            if (i % 5_000 == 0)
            {
                clock.Now = clock.Now.AddMinutes(2);
            }
        }
        Assert.InRange(limiter.Buckets, 1, 10_001);
    }

    private sealed class ManualClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
