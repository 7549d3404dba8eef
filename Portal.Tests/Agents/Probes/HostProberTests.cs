using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Agents.Probes;
using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Tests.Agents.Probes;

public sealed class HostProberTests : IAsyncLifetime
{
    private static readonly AppId s_app = new(Guid.NewGuid());
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<(InstanceId Instance, ProbeRecord Record)> _changes = Channel.CreateUnbounded<(InstanceId, ProbeRecord)>();
    private readonly ScriptedProbe _probe = new();
    private readonly HostProber _prober;
    private readonly Task _running;

    public HostProberTests()
    {
        _prober = new HostProber("10.0.0.1", "agent-1", _probe, (id, record) => _changes.Writer.TryWrite((id, record)), TimeProvider.System, NullLogger.Instance);
        _running = _prober.RunAsync(_ending.Token);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        _ending.Dispose();
    }

    private static InstanceId Id(int slot) => InstanceId.Of(s_app, slot, 1);

    private static ProbeTarget Target(int port, string container = "c1", double start = 0, int retries = 2, double interval = 0.1) => new(
        ProbeRule.Begin(new ContainerRun(container, DateTimeOffset.UnixEpoch.AddSeconds(start)), InstanceObservation.Initial, TimeProvider.System.GetUtcNow()),
        port, new HealthSpec { Kind = HealthKind.Http, Interval = TimeSpan.FromSeconds(interval), Retries = retries });

    private void Aim(params (int Slot, ProbeTarget Target)[] targets) => _prober.Aim(targets.ToDictionary(t => Id(t.Slot), t => t.Target));

    private async Task<ProbeRecord> ChangedAsync(int slot, Func<ProbeRecord, bool> wanted)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var (id, record) = await _changes.Reader.ReadAsync(deadline.Token);
            if (id == Id(slot) && wanted(record))
            {
                return record;
            }
        }
    }

    [Fact]
    public async Task A_change_is_told_and_that_nothing_changed_is_not()
    {
        Aim((1, Target(80)));
        Assert.True((await ChangedAsync(1, r => r.Health == Health.Healthy)).Ready);
        await _probe.AskedAsync(80, 5);
        Assert.False(_changes.Reader.TryRead(out _));

        _probe.Answers[80] = ProbeOutcome.Failed;
        var failing = await ChangedAsync(1, r => !r.Ready);
        Assert.Equal((Health.Healthy, "GET http://10.0.0.1:80/ Failed, asked from agent-1"), (failing.Health, failing.Answer));
        await ChangedAsync(1, r => r.Health == Health.Unhealthy);
        await _probe.AskedAsync(80, 5);
        Assert.False(_changes.Reader.TryRead(out _));

        _probe.Answers[80] = ProbeOutcome.Passed;
        Assert.True((await ChangedAsync(1, r => r.Health == Health.Healthy)).Ready);
    }

    [Fact]
    public async Task A_probe_under_way_for_an_older_start_does_not_count()
    {
        _probe.Hold(80);
        Aim((1, Target(80)));
        await _probe.AskedAsync(80, 1);

        // The container started again, and its port moved.
        _probe.Answers[81] = ProbeOutcome.Failed;
        Aim((1, Target(81, start: 9)));
        await ChangedAsync(1, r => r.Answer.Contains(":81", StringComparison.Ordinal));
        _probe.Release(80);
        await _probe.AnsweredAsync(80);

        Assert.Equal(Health.Unhealthy, (await ChangedAsync(1, r => r.Health != Health.Starting)).Health);
        Assert.Equal(1, _probe.Count(80));
    }

    [Fact]
    public async Task Another_policy_keeps_what_is_ready_and_another_port_of_the_same_run_too()
    {
        Aim((1, Target(80)));
        await ChangedAsync(1, r => r.Ready);

        Aim((1, Target(81) with { Policy = new HealthSpec { Kind = HealthKind.Tcp, Interval = TimeSpan.FromSeconds(0.1) } }));
        await _probe.AskedAsync(81, 3);

        while (_changes.Reader.TryRead(out var change))
        {
            Assert.Equal((Health.Healthy, true), (change.Record.Health, change.Record.Ready));
        }
    }

    [Fact]
    public async Task What_is_no_longer_aimed_at_is_no_longer_asked()
    {
        Aim((1, Target(80)), (2, Target(81)));
        await _probe.AskedAsync(80, 2);
        Aim((2, Target(81)));
        var asked = _probe.Count(80);
        await _probe.AskedAsync(81, 10);

        Assert.InRange(_probe.Count(80), asked, asked + 1);
    }

    [Fact]
    public async Task Only_so_many_are_asked_at_once_and_the_others_follow()
    {
        var targets = Enumerable.Range(1, 300).Select(slot => (slot, Target(slot, interval: 30))).ToArray();
        Array.ForEach(targets, t => _probe.Hold(t.slot));
        Aim(targets);
        await _probe.TotalAsync(HostProber.AtOnce);
        Assert.Equal(HostProber.AtOnce, _probe.MostAtOnce);

        Array.ForEach(targets, t => _probe.Release(t.slot));
        await _probe.TotalAsync(300);

        Assert.Equal(HostProber.AtOnce, _probe.MostAtOnce);
    }

    [Fact]
    public async Task If_no_probe_of_the_host_connects_health_is_unknown()
    {
        Aim((1, Target(80)), (2, Target(81)));
        await ChangedAsync(1, r => r.Ready);
        await _probe.AskedAsync(81, 3);
        _probe.Answers[80] = _probe.Answers[81] = ProbeOutcome.Silent;
        await ChangedAsync(1, r => r.Health == Health.Unknown);
        await _probe.AskedAsync(80, 5);

        // One is back, so the other's silence is its own.
        _probe.Answers[81] = ProbeOutcome.Passed;
        Assert.Equal(Health.Unhealthy, (await ChangedAsync(1, r => r.Health != Health.Unknown)).Health);
    }

    [Fact]
    public async Task Alone_a_silent_instance_is_unhealthy_unless_its_host_is_suspect()
    {
        _probe.Answers[80] = ProbeOutcome.Silent;
        Aim((1, Target(80)));
        await ChangedAsync(1, r => r.Health == Health.Unhealthy);
        _prober.IsSuspect = true;
        Assert.Equal(Health.Unknown, (await ChangedAsync(1, r => r.Health != Health.Unhealthy)).Health);
        _prober.IsSuspect = false;
        Assert.Equal(Health.Unhealthy, (await ChangedAsync(1, r => r.Health != Health.Unknown)).Health);
    }

    /// <summary>Answers by port as told, at once or when released, and counts.</summary>
    private sealed class ScriptedProbe : IProbe
    {
        private readonly ConcurrentDictionary<int, int> _asked = new();
        private readonly ConcurrentDictionary<int, TaskCompletionSource> _held = new();
        private readonly ConcurrentDictionary<int, TaskCompletionSource> _answered = new();
        private int _now;
        private int _most;
        private int _total;

        public ConcurrentDictionary<int, ProbeOutcome> Answers { get; } = new();

        public int MostAtOnce => Volatile.Read(ref _most);

        public void Hold(int port) => _held[port] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release(int port) => _held[port].SetResult();

        public int Count(int port) => _asked.GetValueOrDefault(port);

        public async Task<ProbeAnswer> AskAsync(ProbeQuestion question, CancellationToken cancellation)
        {
            var now = Interlocked.Increment(ref _now);
            InterlockedMax(ref _most, now);
            Interlocked.Increment(ref _total);
            _asked.AddOrUpdate(question.Port, 1, (_, count) => count + 1);
            if (_held.TryGetValue(question.Port, out var held))
            {
                await held.Task.WaitAsync(cancellation);
            }
            Interlocked.Decrement(ref _now);
            _answered.GetOrAdd(question.Port, _ => new TaskCompletionSource()).TrySetResult();
            var outcome = Answers.GetValueOrDefault(question.Port, ProbeOutcome.Passed);
            return new ProbeAnswer(outcome, TimeSpan.FromMilliseconds(1), $"{question.Words} {outcome}");
        }

        public Task AnsweredAsync(int port) => _answered.GetOrAdd(port, _ => new TaskCompletionSource()).Task.WaitAsync(TimeSpan.FromSeconds(20));

        /// <summary>Waits until a port was asked so many times more.</summary>
        public Task AskedAsync(int port, int more)
        {
            var wanted = Count(port) + more;
            return UntilAsync(() => Count(port) >= wanted || more == 1 && Count(port) > 0);
        }

        public Task TotalAsync(int count) => UntilAsync(() => Volatile.Read(ref _total) >= count);

        private static async Task UntilAsync(Func<bool> holds)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(20));
            while (!holds())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
            }
        }

        private static void InterlockedMax(ref int most, int value)
        {
            for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
            {
                Interlocked.CompareExchange(ref most, value, seen);
            }
        }
    }
}
