using Portal.Composition;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Composition;

public sealed class MemoryReturnTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(500, 1)]
    public async Task A_wave_of_closed_pages_is_cleared_away_once(int closed, int returned)
    {
        using var memory = new MemoryReturn(_clock);
        for (var i = 0; i < closed; i++)
        {
            await memory.OnCircuitClosedAsync(null!, TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, memory.Returned);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(returned, memory.Returned);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(returned, memory.Returned);
    }
}
