using Portal.Components.Pages.Common;

namespace Portal.Tests.Web.Pages.Common;

public sealed class ReloadGateTests
{
    private readonly ManualClock _clock = new();
    private int _read;

    [Fact]
    public void Many_hints_are_one_reading_a_second()
    {
        using var gate = new ReloadGate(_clock, Read);
        for (var i = 0; i < 100; i++)
        {
            gate.Ask();
            _clock.Advance(TimeSpan.FromMilliseconds(20));
        }
        Assert.InRange(_read, 2, 3);
    }

    [Fact]
    public void What_is_hinted_during_a_reading_is_read_after_it()
    {
        var reading = new TaskCompletionSource();
        using var gate = new ReloadGate(_clock, () => { _read++; return reading.Task; });
        gate.Ask();
        _clock.Advance(TimeSpan.Zero);
        gate.Ask();
        _clock.Advance(ReloadGate.Pause * 2);
        Assert.Equal(1, _read);
        reading.SetResult();
        _clock.Advance(ReloadGate.Pause);
        Assert.Equal(2, _read);
        _clock.Advance(ReloadGate.Pause * 3);
        Assert.Equal(2, _read);
    }

    [Fact]
    public void Nothing_is_read_after_the_end()
    {
        var gate = new ReloadGate(_clock, Read);
        gate.Ask();
        gate.Dispose();
        gate.Ask();
        _clock.Advance(ReloadGate.Pause);
        Assert.Equal(0, _read);
    }

    private Task Read()
    {
        _read++;
        return Task.CompletedTask;
    }
}
