using System.Runtime.CompilerServices;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Readers;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Tests.Core.State;

/// <summary>Engines as they are: what is followed in a flood has holes, comes twice and stops, and what is read at once is right.</summary>
public sealed class FollowedStreamTests
{
    private const int Written = 300_000;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Of_a_flood_the_newest_lines_come_once_and_what_is_missing_is_said()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var container = new LoggedContainer(Live(), InstanceParts.Main, "c1", Start);
        var backlog = new LogBacklog(4096, 4_000_000);
        var stream = new FollowedStream(container, new HeardLines(), null, new LogSource(new FloodedHost(), new NothingKept(), TimeProvider.System), new LogRequest(Follow: true), backlog, TimeProvider.System);
        stream.Begin(deadline.Token);

        var (seen, notes, isNoted) = (new List<int>(), 0, true);
        while (seen.LastOrDefault() < Written && await backlog.WaitAsync(deadline.Token))
        {
            while (backlog.TryTake(out var line))
            {
                if (line.IsMarker)
                {
                    (notes, isNoted) = (notes + 1, true);
                    continue;
                }
                var number = int.Parse(line.Text, System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(number == seen.LastOrDefault() + 1 || (isNoted && number > seen.LastOrDefault()), $"{number} came behind {seen.LastOrDefault()}");
                seen.Add(number);
                isNoted = false;
            }
        }
        Assert.Equal(Written, seen[^1]);
        Assert.InRange(notes, 1, 10);
        await deadline.CancelAsync();
        await stream.Reading;
    }

    private static InstanceView Live() => new() { Id = new InstanceId(Guid.NewGuid()), AppId = new AppId(Guid.NewGuid()), HostId = new HostId(Guid.NewGuid()), Slot = 1 };

    /// <summary>An engine that was written to faster than it is read.</summary>
    private sealed class FloodedHost : IHostLogs
    {
        private int _follows;

        public async IAsyncEnumerable<LogLine> ReadAsync(HostId host, string containerId, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.Yield();
            if (!query.Follow)
            {
                foreach (var line in Lines(1, Written).TakeLast(query.Tail ?? Written).Where(l => l.At >= query.Since))
                {
                    yield return line;
                }
                yield break;
            }
            if (_follows++ == 0)
            {
                foreach (var line in Lines(1, 50_000).Concat(Lines(200_000, 290_000)).Concat(Lines(200_000, 250_000)))
                {
                    yield return line;
                }
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }

        private static IEnumerable<LogLine> Lines(int first, int last) =>
            Enumerable.Range(first, last - first + 1).Select(i => new LogLine(Start.AddTicks(50 * i), false, i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private sealed class NothingKept : IKeptLogs
    {
        public Task<KeptLog?> FindAsync(string containerId, CancellationToken cancellation) => Task.FromResult<KeptLog?>(null);
    }
}
