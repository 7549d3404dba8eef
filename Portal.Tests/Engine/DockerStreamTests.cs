using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Logs and events of a real engine.</summary>
public sealed class DockerStreamTests(TestHosts hosts) : EngineTestBase(hosts)
{
    [Fact]
    public async Task Logs_tell_time_stream_and_text()
    {
        var engine = Connect(1);
        var id = await RunAsync(engine, "echo one; echo two >&2; printf 'no end: \\303\\274'");

        var lines = await ReadAsync(engine, id, new LogQuery());

        Assert.Equal(["one", "no end: ü"], lines.Where(l => !l.IsError).Select(l => l.Text));
        Assert.Equal(["two"], lines.Where(l => l.IsError).Select(l => l.Text));
        var started = (await engine.InspectContainerAsync(id, Cancellation))!.CreatedAt;
        Assert.All(lines, l => Assert.InRange(l.At, started, started.AddMinutes(1)));
    }

    [Fact]
    public async Task The_last_lines_or_those_since_an_instant_can_be_had()
    {
        var engine = Connect(1);
        var id = await RunAsync(engine, "for i in 1 2 3 4 5 6 7 8 9; do echo $i; usleep 2000; done");
        var all = await ReadAsync(engine, id, new LogQuery());

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9"], all.Select(l => l.Text));
        Assert.Equal(["8", "9"], (await ReadAsync(engine, id, new LogQuery(Tail: 2))).Select(l => l.Text));
        Assert.Equal(["6", "7", "8", "9"], (await ReadAsync(engine, id, new LogQuery(Since: all[4].At.AddTicks(1)))).Select(l => l.Text));
        Assert.Empty(await ReadAsync(engine, id, new LogQuery(Tail: 0)));
    }

    [Fact]
    public async Task A_line_of_a_million_bytes_comes_whole()
    {
        var engine = Connect(1);
        var id = await RunAsync(engine, "head -c 1000000 /dev/zero | tr '\\0' x; echo; echo after");

        var lines = await ReadAsync(engine, id, new LogQuery());

        Assert.Equal("after", lines[^1].Text);
        Assert.Equal(new string('x', 1_000_000), Assert.Single(lines[..^1]).Text);
    }

    [Fact]
    public async Task A_terminals_log_is_read_too()
    {
        var id = await Hosts[1].DockerAsync("create", "-t", "--label", Label, "test/busybox:1", "sh", "-c", "echo one; echo two");
        var engine = Connect(1);
        await engine.StartContainerAsync(id, Cancellation);
        await EndedAsync(engine, id);

        Assert.Equal(["one", "two"], (await ReadAsync(engine, id, new LogQuery())).Select(l => l.Text));
    }

    [Fact]
    public async Task Following_sees_lines_as_they_come_until_given_up()
    {
        var engine = Connect(1);
        var id = await StartAsync(engine, Request("a") with { Command = ["sh", "-c", "echo first; while [ ! -e /tmp/go ]; do usleep 10000; done; echo second; sleep 1000"] });
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var lines = engine.ReadLogsAsync(id, new LogQuery(Follow: true), giveUp.Token).GetAsyncEnumerator();

        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("first", lines.Current.Text);
        var next = lines.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await Hosts[1].DockerAsync("exec", id, "touch", "/tmp/go");
        Assert.True(await next);
        Assert.Equal("second", lines.Current.Text);
        next = lines.MoveNextAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task Events_come_in_order_with_what_is_known()
    {
        var engine = Connect(2);
        var seen = new List<EngineEvent>();
        var subscribed = new TaskCompletionSource();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watching = WatchAsync(engine, null, subscribed.SetResult, seen, e => e.Action == "destroy", giveUp.Token);
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        var check = new EngineHealthCheck(["true"], TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), TimeSpan.Zero, 1);
        var id = await StartAsync(engine, Request("a") with { HealthCheck = check });
        await EventuallyAsync(() => engine.InspectContainerAsync(id, Cancellation), d => d!.Health == "healthy");
        await engine.KillContainerAsync(id, "SIGKILL", Cancellation);
        await EndedAsync(engine, id);
        await engine.RemoveContainerAsync(id, force: true, Cancellation);
        await watching.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        Assert.Equal(["create", "start", "health_status", "kill", "die", "destroy"], seen.Select(e => e.Action));
        Assert.All(seen, e => Assert.Equal((id, Run, $"t.{Run}.a"), (e.ContainerId, e.Attributes["test.engine"], e.Attributes["name"])));
        Assert.Equal("healthy", seen[2].Attributes["health"]);
        Assert.Equal("137", seen[4].Attributes["exitCode"]);
        Assert.Equal(seen.OrderBy(e => e.At), seen);
    }

    [Fact]
    public async Task Events_resume_where_they_were_left()
    {
        var engine = Connect(2);
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        var id = await StartAsync(engine, Request("a"));
        await engine.RemoveContainerAsync(id, force: true, Cancellation);

        var all = new List<EngineEvent>();
        await WatchAsync(engine, before, null, all, e => e.Action == "destroy", Cancellation).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal(["create", "start", "kill", "die", "destroy"], all.Select(e => e.Action));

        var rest = new List<EngineEvent>();
        await WatchAsync(engine, all[1].At.AddTicks(1), null, rest, e => e.Action == "destroy", Cancellation).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal(["kill", "die", "destroy"], rest.Select(e => e.Action));
    }

    private async Task<string> RunAsync(IContainerEngine engine, string script)
    {
        var id = await StartAsync(engine, Request("a") with { Command = ["sh", "-c", script] });
        await EndedAsync(engine, id);
        return id;
    }

    private Task EndedAsync(IContainerEngine engine, string id) =>
        EventuallyAsync(() => engine.InspectContainerAsync(id, Cancellation), d => d!.State == "exited");

    private async Task<List<LogLine>> ReadAsync(IContainerEngine engine, string id, LogQuery query) =>
        await engine.ReadLogsAsync(id, query, Cancellation).ToListAsync(Cancellation);

    /// <summary>Collects the events of this test's containers up to the wanted one.</summary>
    private async Task WatchAsync(
        IContainerEngine engine, DateTimeOffset? since, Action? subscribed, List<EngineEvent> seen, Func<EngineEvent, bool> last, CancellationToken cancellation)
    {
        await foreach (var e in engine.WatchEventsAsync(since, subscribed, cancellation))
        {
            if (e.Attributes.GetValueOrDefault("test.engine") != Run || e.Action is "attach" or "network") continue;
            seen.Add(e);
            if (last(e)) return;
        }
    }
}
