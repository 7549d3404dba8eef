using System.Diagnostics;
using Portal.Agents.Docker;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>What engines refuse, and what happens when they hang or die.</summary>
public sealed class DockerFailureTests(TestHosts hosts) : EngineTestBase(hosts)
{
    private static readonly DockerEngineOptions Hasty = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(0.5),
        PingTimeout = TimeSpan.FromSeconds(0.5),
        ReadTimeout = TimeSpan.FromSeconds(0.5),
    };

    [Fact]
    public async Task A_taken_name_is_a_conflict()
    {
        var engine = Connect(1);
        await engine.CreateContainerAsync(Request("same"), Cancellation);

        var failure = await FailsAsync(EngineError.Conflict, () => engine.CreateContainerAsync(Request("same"), Cancellation));

        Assert.Contains("already in use", failure.Message);
    }

    [Fact]
    public async Task Of_twenty_that_create_the_same_name_at_once_one_wins()
    {
        var engine = Connect(1);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await engine.CreateContainerAsync(Request("raced"), Cancellation);
                return (EngineError?)null;
            }
            catch (EngineException e)
            {
                return e.Error;
            }
        }));

        Assert.Single(outcomes, o => o is null);
        Assert.Equal(19, outcomes.Count(o => o == EngineError.Conflict));
    }

    [Fact]
    public async Task An_absent_image_is_said_to_be_absent()
    {
        var failure = await FailsAsync(EngineError.ImageUnavailable, () => Connect(1).CreateContainerAsync(Request("a", "test/absent:9"), Cancellation));

        Assert.Contains("No such image: test/absent:9", failure.Message);
    }

    [Fact]
    public async Task A_port_in_use_is_a_conflict()
    {
        var engine = Connect(1);
        var ports = Request("a", "test/web:1") with { Ports = [new(8080, "tcp", Hosts[1].Address, 18111)] };
        await StartAsync(engine, ports);
        var second = await engine.CreateContainerAsync(ports with { Name = $"t.{Run}.b" }, Cancellation);

        var failure = await FailsAsync(EngineError.Conflict, () => engine.StartContainerAsync(second, Cancellation));

        Assert.Contains("port is already allocated", failure.Message);
    }

    [Fact]
    public async Task What_is_not_there_or_not_right_is_told_apart()
    {
        var engine = Connect(1);
        await FailsAsync(EngineError.NotFound, () => engine.StartContainerAsync("absent", Cancellation));
        await FailsAsync(EngineError.NotFound, () => engine.RestartContainerAsync("absent", TimeSpan.Zero, Cancellation));
        await FailsAsync(EngineError.NotFound, () => engine.KillContainerAsync("absent", "SIGTERM", Cancellation));
        await FailsAsync(EngineError.NotFound, async () => await engine.ReadLogsAsync("absent", new LogQuery(), Cancellation).GetAsyncEnumerator().MoveNextAsync());
        await FailsAsync(EngineError.Invalid, () => engine.CreateContainerAsync(Request("a") with { LimitMemoryBytes = 1 }, Cancellation));
        var running = await StartAsync(engine, Request("b"));
        await FailsAsync(EngineError.Conflict, () => engine.RemoveContainerAsync(running, force: false, Cancellation));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../../info")]
    [InlineData("a?x=1")]
    [InlineData("")]
    [InlineData("-v")]
    [InlineData("a\r\nHost: x")]
    public async Task A_name_that_would_change_the_path_is_never_sent(string name)
    {
        var engine = Connect("unix:///nowhere");
        await FailsAsync(EngineError.Invalid, () => engine.InspectContainerAsync(name, Cancellation));
        await FailsAsync(EngineError.Invalid, () => engine.RemoveVolumeAsync(name, Cancellation));
        await FailsAsync(EngineError.Invalid, () => engine.InspectImageAsync(name, Cancellation));
        await FailsAsync(EngineError.Invalid, () => engine.CreateContainerAsync(Request("a") with { Network = name }, Cancellation));
    }

    [Theory]
    [InlineData("unix:///nowhere/docker.sock", "there is no such socket")]
    [InlineData("tcp://127.0.0.1:9", "nothing listens there")]
    [InlineData("tcp://no-such-host.invalid:2375", "its name is unknown")]
    public async Task Nobody_there_is_unreachable_with_a_reason(string address, string reason)
    {
        var failure = await FailsAsync(EngineError.Unreachable, () => Connect(address).PingAsync(Cancellation));

        Assert.Contains(reason, failure.Message);
    }

    [Fact]
    public async Task A_frozen_engine_costs_its_own_callers_their_time_out_and_nobody_else_anything()
    {
        var frozen = Connect(Hosts[2].TcpEndpoint, options: Hasty);
        var other = Connect(1);
        await frozen.PingAsync(Cancellation);
        await Hosts[2].FreezeAsync();
        try
        {
            var clock = Stopwatch.StartNew();
            var waiting = Enumerable.Range(0, 200).Select(_ => FailsAsync(EngineError.Unreachable, () => frozen.ListContainersAsync(null, Cancellation))).ToArray();
            await FailsAsync(EngineError.Unreachable, () => frozen.PingAsync(Cancellation));
            await other.ListContainersAsync(null, Cancellation);

            var failures = await Task.WhenAll(waiting);
            Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(4));
            Assert.All(failures, f => Assert.Contains("did not answer /containers/json within 0.5 s", f.Message));
        }
        finally
        {
            await Hosts[2].ThawAsync();
        }
        await EventuallyAsync(async () => (await Record.ExceptionAsync(() => frozen.PingAsync(Cancellation)))?.Message, e => e is null);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_own_cancellation()
    {
        var engine = Connect(2);
        await engine.PingAsync(Cancellation);
        await Hosts[2].FreezeAsync();
        try
        {
            using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.ListContainersAsync(null, giveUp.Token));
        }
        finally
        {
            await Hosts[2].ThawAsync();
        }
    }

    [Fact]
    public async Task An_engine_killed_mid_stream_is_unreachable_and_back_when_it_is_started()
    {
        var engine = Connect(3);
        var id = await StartAsync(engine, Request("a"));
        var subscribed = new TaskCompletionSource();
        var events = DrainAsync(engine.WatchEventsAsync(null, subscribed.SetResult, Cancellation));
        var logs = DrainAsync(engine.ReadLogsAsync(id, new LogQuery(Follow: true), Cancellation));
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await Hosts[3].KillAsync();
        try
        {
            await FailsAsync(EngineError.Unreachable, () => events.WaitAsync(TimeSpan.FromSeconds(10)));
            await FailsAsync(EngineError.Unreachable, () => logs.WaitAsync(TimeSpan.FromSeconds(10)));
            await FailsAsync(EngineError.Unreachable, () => engine.PingAsync(Cancellation));
        }
        finally
        {
            await Hosts[3].RestartAsync();
        }
        Assert.Single(await engine.ListContainersAsync(Label, Cancellation));
    }

    [Fact]
    public async Task Connections_that_an_engine_left_behind_are_not_used_again()
    {
        var engine = Connect(3);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => engine.GetInfoAsync(Cancellation)));
        await Hosts[3].KillAsync();
        await Hosts[3].RestartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => engine.CreateContainerAsync(Request($"n{i}"), Cancellation)));

        Assert.Equal(20, (await engine.ListContainersAsync(Label, Cancellation)).Count);
    }

    private static async Task DrainAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var _ in items)
        {
        }
    }
}
