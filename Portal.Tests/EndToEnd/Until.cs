using System.Diagnostics;

namespace Portal.Tests.EndToEnd;

/// <summary>Awaits what a whole system does, with a deadline and the reason why it is not there yet.</summary>
internal static class Until
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until nothing is wrong any more.</summary>
    /// <param name="within">The deadline.</param>
    /// <param name="what">What is waited for, as the end of a sentence.</param>
    /// <param name="wrong">What is wrong still, or null.</param>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> NothingIsWrongAsync(TimeSpan within, string what, Func<Task<string?>> wrong)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = await wrong();
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (found is null)
            {
                return elapsed;
            }
            Assert.True(elapsed < within, $"In {within.TotalSeconds:0.#} s it did not come about that {what}: {found}");
            await Task.Delay(Poll, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Checks again and again for a while that nothing is wrong.</summary>
    public static async Task StaysRightAsync(TimeSpan during, string what, Func<Task<string?>> wrong)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < during)
        {
            var found = await wrong();
            Assert.True(found is null, $"After {Stopwatch.GetElapsedTime(started).TotalSeconds:0.#} s it was no longer so that {what}: {found}");
            await Task.Delay(Poll, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
