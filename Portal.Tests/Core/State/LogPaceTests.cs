using Portal.Core.State.Services;

namespace Portal.Tests.Core.State;

public sealed class LogPaceTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(LogPace.MostLines + 1, 1)]
    [InlineData(2, LogPace.MostCharacters)]
    public void A_flood_is_seen_at_once(int lines, int length)
    {
        var pace = new LogPace(_clock);
        for (var i = 1; i < lines; i++)
        {
            Assert.True(pace.KeepsUp(_clock.GetUtcNow(), length));
        }
        Assert.False(pace.KeepsUp(_clock.GetUtcNow(), length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void Who_falls_behind_does_not_keep_up_however_far_the_clocks_are_apart(int apart)
    {
        var pace = new LogPace(_clock);
        for (var second = 0; second < 30; second++)
        {
            Assert.True(pace.KeepsUp(_clock.GetUtcNow().AddSeconds(apart).AddMilliseconds(-5), 100));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.False(pace.KeepsUp(_clock.GetUtcNow().AddSeconds(apart - 1), 100));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(100, true)]
    public void A_silence_is_strange_behind_many_lines(int aTenth, bool busy)
    {
        var pace = new LogPace(_clock);
        for (var line = 0; line < 10 * aTenth; line++)
        {
            pace.KeepsUp(_clock.GetUtcNow(), 100);
            _clock.Advance(TimeSpan.FromMilliseconds(100.0 / aTenth));
        }
        Assert.Equal(busy, pace.IsBusy);
    }

    [Fact]
    public void Old_lines_that_come_first_are_not_behind()
    {
        var pace = new LogPace(_clock);
        Assert.All(Enumerable.Range(0, 100), i => Assert.True(pace.KeepsUp(_clock.GetUtcNow().AddMinutes(i - 100), 100)));
    }
}
