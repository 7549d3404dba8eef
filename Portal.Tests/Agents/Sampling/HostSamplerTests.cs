using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Agents.Hosts;
using Portal.Agents.Sampling;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Metrics;
using Portal.Tests.Store.Metrics;

namespace Portal.Tests.Agents.Sampling;

public sealed class HostSamplerTests : IAsyncLifetime
{
    private static readonly SamplingOptions s_options = new() { Interval = TimeSpan.FromMilliseconds(200), CallsAtOnce = 3 };
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ScriptedStats _stats = new();
    private readonly SamplingAim _aim = new();
    private readonly HostSampler _sampler;
    private Task _running = Task.CompletedTask;

    public HostSamplerTests()
    {
        var host = new HostRegistration(new HostId(Guid.NewGuid()), "h1", new EngineEndpoint("tcp://h1:2375"), "h1", TimeSpan.FromSeconds(10), null);
        _sampler = new HostSampler(host, _aim, _stats, new UnknownMachine(), s_options, TimeProvider.System, NullLogger.Instance);
    }

    public ValueTask InitializeAsync()
    {
        _running = _sampler.RunAsync(_ending.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _sampler.DisposeAsync();
        _ending.Dispose();
    }

    [Fact]
    public async Task Containers_of_an_instance_are_summed_and_its_network_counts_once()
    {
        var (one, two) = (MetricStage.Instance(slot: 1), MetricStage.Instance(slot: 2));
        Order(("a-log", one, false), ("a", one, true), ("b", two, true));
        var (instances, hosts) = await EventuallyAsync((i, _) => i.Count == 2 && i.All(s => s is { Cpu: not null, NetRx: not null }));
        Assert.Equal(2, instances[0].Cpu!.Value, 3);
        Assert.Equal(1, instances[1].Cpu!.Value, 3);
        Assert.Equal((200L, 100L), (instances[0].Memory, instances[1].Memory));
        Assert.Equal(10, instances[0].NetRx!.Value, 3);
        Assert.Equal(6, instances[0].BlockWrite!.Value, 3);
        Assert.Equal(4, instances[0].Restarts);
        var host = hosts.Single().Usage;
        Assert.Equal((300L, 2, false), (host.Memory, host.Instances, host.OfWholeMachine));
        Assert.Equal(3, host.Cpu!.Value, 3);
    }

    [Fact]
    public async Task Not_more_calls_at_once_than_allowed_and_all_have_their_turn()
    {
        _stats.Pause = TimeSpan.FromMilliseconds(2);
        Order([.. Enumerable.Range(1, 40).Select(i => ($"c{i}", MetricStage.Instance(slot: i), true))]);
        await EventuallyAsync((i, _) => i.Count == 40);
        Assert.InRange(_stats.MostAtOnce, 1, 3);
    }

    [Fact]
    public async Task A_container_that_hangs_holds_up_no_other()
    {
        _stats.Hanging = "c1";
        Order([.. Enumerable.Range(1, 5).Select(i => ($"c{i}", MetricStage.Instance(slot: i), true))]);
        var (instances, _) = await EventuallyAsync((i, _) => i.Count == 4 && i.All(s => s.Cpu is not null));
        Assert.DoesNotContain(instances, s => s.Of.Slot == 1);
        Assert.Equal(1, _stats.Calls["c1"]);
    }

    [Fact]
    public async Task What_is_not_running_any_more_and_what_an_engine_is_silent_of_is_not_told()
    {
        Order(("a", MetricStage.Instance(slot: 1), true), ("b", MetricStage.Instance(slot: 2), true));
        await EventuallyAsync((i, _) => i.Count == 2);
        _stats.Gone = "a";
        await EventuallyAsync((i, _) => i is [{ Of.Slot: 2 }]);
        Order();
        var (_, hosts) = await EventuallyAsync((i, h) => i.Count == 0 && h is [{ Usage.Instances: 0 }]);
        Assert.Equal(0, hosts.Single().Usage.Memory);
        _aim.Current = _aim.Current with { IsAnswering = false };
        await EventuallyAsync((_, h) => h.Count == 0);
    }

    private void Order(params (string Id, MeasuredInstance Instance, bool IsMain)[] containers) =>
        _aim.Current = new SamplingOrder(true, "", [.. containers.Select(c => new SampledContainer(c.Id, c.Instance, c.IsMain, 4))]);

    private async Task<(List<UsageSample> Instances, List<HostSample> Hosts)> EventuallyAsync(Func<List<UsageSample>, List<HostSample>, bool> wanted)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var (instances, hosts) = (new List<UsageSample>(), new List<HostSample>());
            var now = TimeProvider.System.GetUtcNow();
            _sampler.Collect(now, now, instances, hosts);
            if (wanted(instances, hosts))
            {
                return (instances, hosts);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }
}

/// <summary>An engine whose containers use a core each, receive ten bytes a second and write six; other calls are not expected.</summary>
internal sealed class ScriptedStats : IContainerEngineFactory
{
    private readonly ConcurrentDictionary<string, int> _reads = new();
    private int _atOnce;
    private int _mostAtOnce;

    public ConcurrentDictionary<string, int> Calls => _reads;
    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);
    public TimeSpan Pause { get; set; }
    public string? Hanging { get; set; }
    public string? Gone { get; set; }

    public IContainerEngine Connect(EngineEndpoint endpoint)
    {
        var engine = DispatchProxy.Create<IContainerEngine, OnlyStats>();
        ((OnlyStats)(object)engine).Script = this;
        return engine;
    }

    private async Task<ContainerStats?> ReadAsync(string id, CancellationToken cancellation)
    {
        var n = _reads.AddOrUpdate(id, 1, (_, before) => before + 1);
        InterlockedMax(Interlocked.Increment(ref _atOnce));
        try
        {
            await Task.Delay(id == Hanging ? Timeout.InfiniteTimeSpan : Pause, TimeProvider.System, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
        return id == Gone ? null : new ContainerStats
        {
            ReadAt = DateTimeOffset.UnixEpoch.AddSeconds(n),
            Cpu = TimeSpan.FromSeconds(n),
            MemoryBytes = 100,
            ReceivedBytes = n * 10,
            SentBytes = n,
            BlockReadBytes = n,
            BlockWrittenBytes = n * 3,
        };
    }

    private void InterlockedMax(int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref _mostAtOnce)) && Interlocked.CompareExchange(ref _mostAtOnce, value, seen) != seen)
        {
        }
    }

    /// <summary>The one call that a sampler makes.</summary>
#pragma warning disable CA1852 // The proxy derives from it.
    public class OnlyStats : DispatchProxy
#pragma warning restore CA1852
    {
        internal ScriptedStats Script { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IContainerEngine.GetStatsAsync) => Script.ReadAsync((string)args![0]!, (CancellationToken)args[1]!),
            nameof(IAsyncDisposable.DisposeAsync) => ValueTask.CompletedTask,
            var other => throw new NotSupportedException($"A sampler does not call {other}."),
        };
    }
}
