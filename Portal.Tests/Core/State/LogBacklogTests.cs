using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Tests.Core.State;

public sealed class LogBacklogTests
{
    [Theory]
    [InlineData(3, 1000, 1)]
    [InlineData(1000, 3, 1)]
    public async Task Whoever_adds_to_a_full_one_waits_until_a_line_was_taken(int lines, int characters, int length)
    {
        var backlog = new LogBacklog(lines, characters);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(backlog.WriteAsync(Line(length), default).AsTask().IsCompletedSuccessfully);
        }
        var waiting = backlog.WriteAsync(Line(length), default).AsTask();
        Assert.False(waiting.IsCompleted);

        Assert.True(backlog.TryTake(out _));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_line_longer_than_everything_passes_alone()
    {
        var backlog = new LogBacklog(10, 100);
        Assert.True(backlog.WriteAsync(Line(5000), default).AsTask().IsCompletedSuccessfully);
        var second = backlog.WriteAsync(Line(1), default).AsTask();
        Assert.False(second.IsCompleted);
        Assert.True(backlog.TryTake(out var line));
        Assert.Equal(5000, line.Text.Length);
        await second.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Its_end_comes_behind_the_last_line()
    {
        var backlog = new LogBacklog(10, 100);
        await backlog.WriteAsync(Line(1), default);
        backlog.Complete(new InvalidOperationException("broken"));
        Assert.True(await backlog.WaitAsync(default));
        Assert.True(backlog.TryTake(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await backlog.WaitAsync(default));
    }

    private static InstanceLogLine Line(int length) => new(default(InstanceId), 1, "h1", DateTimeOffset.UnixEpoch, false, new string('x', length));
}
