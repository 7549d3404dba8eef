using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Portal.Core.Domain;
using Portal.Core.State.Metrics;
using static Portal.Tests.Store.Metrics.MetricStage;

namespace Portal.Tests.Store.Metrics;

public sealed class LiveUsageTests(StoreFixture fixture)
{
    [Fact]
    public async Task Whoever_subscribes_is_told_of_each_tick_with_the_minutes_before()
    {
        await using var stage = await CreateAsync(fixture);
        using var live = new LiveUsage(new NewestUsage(stage.Services.Get<NpgsqlDataSource>()), TimeProvider.System, NullLogger<LiveUsage>.Instance);
        var (one, host) = (Instance(), new HostId(Guid.NewGuid()));
        var now = MetricRange.Floor(TimeProvider.System.GetUtcNow(), MetricTables.Tick);
        await stage.WriteAsync(now.AddMinutes(-2), now.AddSeconds(2), _ => [Sample(one, 0.5, 7)], host);
        await live.StartAsync(default);
        Assert.Empty(live.Current.Instances);

        var heard = new TaskCompletionSource<UsageSnapshot>();
        using (live.Subscribe(s => _ = s.Instances.IsEmpty || heard.TrySetResult(s)))
        {
            var first = await heard.Task.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(now, first.At);
            Assert.Equal(new InstanceUsage { At = now, App = one.App, Host = one.Host, Cpu = 0.5, Memory = 7, MemoryLimit = 1 << 20, NetRx = 1, NetTx = 2, BlockRead = 3, BlockWrite = 4 }, first.Instances[one.Id]);
            Assert.Equal(new HostUsage { At = now, Cpu = 2, Memory = 1000, DiskUsed = 5, DiskTotal = 10, OfWholeMachine = true, Instances = 1 }, first.Hosts[host]);
            Assert.InRange(live.RecentOf(one.Id).Length, 19, 21);

            var next = new TaskCompletionSource<UsageSnapshot>();
            using var again = live.Subscribe(s => _ = s.At > now && next.TrySetResult(s));
            await stage.Writer.WriteAsync(now.AddSeconds(2), [Sample(one, 0.75)], [], default);
            Assert.Equal(0.75, (await next.Task.WaitAsync(TimeSpan.FromSeconds(20))).Instances[one.Id].Cpu);
        }
        await live.StopAsync(default);
    }
}
