using System.Diagnostics;

namespace Portal.Tests.Store.Embedded;

/// <summary>Awaits what other processes do, with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    public static async Task BecomesTrueAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"In {Deadline.TotalSeconds} s it did not happen that {what}");
            await Task.Delay(Poll, TimeProvider.System);
        }
    }

    /// <summary>Awaits a condition that is asked of something outside.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"In {Deadline.TotalSeconds} s it did not happen that {what}");
            await Task.Delay(Poll, TimeProvider.System);
        }
    }

    /// <summary>What the function returns once it throws no more.</summary>
    public static async Task<T> SucceedsAsync<T>(Func<Task<T>> attempt)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(started) < Deadline)
            {
                await Task.Delay(Poll, TimeProvider.System);
            }
        }
    }
}
