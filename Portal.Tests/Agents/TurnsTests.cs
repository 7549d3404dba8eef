using Portal.Agents;

namespace Portal.Tests.Agents;

public sealed class TurnsTests
{
    [Fact]
    public async Task OneMoreThanMayGoAtOnce_WaitsForItsTurn()
    {
        var turns = new Turns(1);
        var (first, began) = (new TaskCompletionSource<int>(), false);
        var doing = turns.TakeAsync(() => first.Task, default);
        var waiting = turns.TakeAsync(() => Task.FromResult(began = true), default);
        Assert.False(began);
        first.SetResult(1);
        Assert.Equal(1, await doing);
        Assert.True(await waiting);
    }

    [Fact]
    public async Task OneThatGaveUpWaiting_TakesNobodysTurn()
    {
        var turns = new Turns(1);
        using var ending = new CancellationTokenSource();
        var first = new TaskCompletionSource<int>();
        var doing = turns.TakeAsync(() => first.Task, default);
        var givenUp = turns.TakeAsync(() => Task.FromResult(2), ending.Token);
        var last = turns.TakeAsync(() => Task.FromResult(3), default);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        first.SetResult(1);
        await doing;
        Assert.Equal(3, await last);
    }
}
