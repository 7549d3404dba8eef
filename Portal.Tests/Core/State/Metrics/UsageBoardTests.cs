using Portal.Core.Domain;
using Portal.Core.State.Metrics;

namespace Portal.Tests.Core.State.Metrics;

public sealed class UsageBoardTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly InstanceId s_one = new(Guid.NewGuid());
    private static readonly HostId s_host = new(Guid.NewGuid());
    private readonly UsageBoard _board = new();

    private UsageSnapshot Put(int second, double cpu) => _board.Take(new UsageReading(
        [(s_one, new InstanceUsage { At = s_noon.AddSeconds(second), App = default, Host = s_host, Cpu = cpu, Memory = second })],
        [(s_host, new HostUsage { At = s_noon.AddSeconds(second), Cpu = cpu })]), s_noon.AddSeconds(second + 0.5));

    [Fact]
    public void The_newest_figure_stands_until_it_is_ten_seconds_old()
    {
        Assert.Equal(s_noon, Put(0, 1).At);
        Assert.Equal(2, Put(2, 2).Instances[s_one].Cpu);
        // What comes late changes nothing.
        Assert.Equal(2, Put(1, 9).Instances[s_one].Cpu);
        var silent = _board.Take(UsageReading.Nothing, s_noon.AddSeconds(11));
        Assert.Equal((1, 1), (silent.Instances.Count, silent.Hosts.Count));
        silent = _board.Take(UsageReading.Nothing, s_noon.AddSeconds(12.5));
        Assert.Equal((0, 0), (silent.Instances.Count, silent.Hosts.Count));
        Assert.Equal(s_noon.AddSeconds(2), silent.At);
    }

    [Fact]
    public void Three_minutes_are_kept_at_six_seconds()
    {
        for (var second = 0; second <= 600; second += 2)
        {
            Put(second, second);
        }
        var recent = _board.RecentOf(s_one);
        Assert.Equal(Enumerable.Range(71, 30).Select(i => (s_noon.AddSeconds(6 * i), (double?)(6 * i))), recent.Select(r => (r.At, r.Cpu)));
        Assert.Equal(600, recent[^1].Memory);
        Assert.Empty(_board.RecentOf(new InstanceId(Guid.NewGuid())));
        _board.Take(UsageReading.Nothing, s_noon.AddSeconds(600 + 181));
        Assert.Empty(_board.RecentOf(s_one));
    }

    [Fact]
    public void A_pause_leaves_a_gap()
    {
        Put(0, 1);
        Put(6, 1);
        Put(100, 1);
        Assert.Equal([0, 6, 100], _board.RecentOf(s_one).Select(r => (int)(r.At - s_noon).TotalSeconds));
        Put(185, 1);
        Assert.Equal([6, 100, 185], _board.RecentOf(s_one).Select(r => (int)(r.At - s_noon).TotalSeconds));
    }
}
