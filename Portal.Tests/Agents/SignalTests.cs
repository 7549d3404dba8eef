using Portal.Agents;

namespace Portal.Tests.Agents;

public sealed class SignalTests
{
    private readonly ManualClock _clock = new();
    private readonly Signal _signal = new();

    [Fact]
    public async Task SetBeforeItIsWaitedFor_ItWakesOnce()
    {
        _signal.Set();
        _signal.Set();
        await _signal.WaitAsync(TimeSpan.FromSeconds(1), _clock, default);
        Assert.False(_signal.WaitAsync(TimeSpan.FromSeconds(1), _clock, default).IsCompleted);
    }

    [Fact]
    public async Task WhatIsSetAfterTheTimeWasUp_IsThereForTheNextWait()
    {
        var waiting = _signal.WaitAsync(TimeSpan.FromSeconds(1), _clock, default);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _signal.Set();
        await waiting;
        await _signal.WaitAsync(TimeSpan.FromSeconds(1), _clock, default);
    }

    [Fact]
    public async Task CancelledWhileItWaits_ItThrows()
    {
        using var ending = new CancellationTokenSource();
        var waiting = _signal.WaitAsync(TimeSpan.FromSeconds(1), _clock, ending.Token);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
