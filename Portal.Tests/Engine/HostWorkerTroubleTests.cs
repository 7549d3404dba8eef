using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;
using Portal.Tests.Store;

namespace Portal.Tests.Engine;

/// <summary>What an engine will not do, and what is ill.</summary>
public sealed class HostWorkerTroubleTests(TestHosts hosts, StoreFixture fixture) : HostWorkerTestBase(hosts, fixture)
{
    [Fact]
    public async Task An_image_that_cannot_be_had_is_engine_trouble_and_no_crash()
    {
        await AddHostAsync(1);
        await StartAsync();
        var instance = await AssignAsync(await AddAppAsync("web", new AppSpec { Image = "10.77.0.99:1/absent:1", Network = "host" }), 1);

        var early = await SeenAsync(instance, s => s.Reason.Contains("absent", StringComparison.Ordinal) && s.State == "Pulling");
        Assert.Equal("None", early.Failure);
        var seen = await SeenAsync(instance, s => s.Failure == "EngineTrouble", 40);

        Assert.Equal(0, seen.Crashes);
        Assert.Equal(["EngineTrouble"], await EventsAsync(instance));
    }

    [Fact]
    public async Task A_port_in_use_is_tried_again_until_it_is_free()
    {
        await AddHostAsync(1);
        await StartAsync();
        var blocker = await Hosts[1].DockerAsync("run", "-d", "-p", $"{Hosts[1].Address}:18181:8080", "test/web:1");
        try
        {
            var app = await AddAppAsync("web", new AppSpec { Image = "test/web:1", Ports = [new PortSpec("http", 8080, 18181)], Stop = new StopSpec { GracePeriod = TimeSpan.FromSeconds(1) } });
            var instance = await AssignAsync(app, 1);
            await SeenAsync(instance, s => s.State == "Starting" && s.Reason.Contains("18181", StringComparison.Ordinal));
            await Hosts[1].DockerAsync("rm", "-f", blocker);

            var seen = await RunningAsync(instance);
            Assert.Equal("", seen.Reason);
            Assert.Single(await ContainersAsync(1));
        }
        finally
        {
            await Hosts[1].DockerAsync("rm", "-f", blocker);
        }
    }

    [Fact]
    public async Task An_unhealthy_instance_is_restarted_in_place()
    {
        await AddHostAsync(1);
        await StartAsync();
        var app = await AddAppAsync("web", new AppSpec
        {
            Image = "test/busybox:1",
            Network = "host",
            // Healthy at first, ill two seconds after each start.
            Command = ["sh", "-c", "touch /ok; sleep 2; rm /ok; sleep 1000"],
            Health = new HealthSpec { Kind = HealthKind.Command, Command = ["test", "-e", "/ok"], Interval = TimeSpan.FromSeconds(1), Retries = 2 },
            Stop = new StopSpec { Signal = "SIGKILL", GracePeriod = TimeSpan.FromSeconds(1) },
        });
        var instance = await AssignAsync(app, 1);

        var healthy = await SeenAsync(instance, s => s is { Health: "Healthy", ReadySince: not null });
        await SeenAsync(instance, s => s is { Health: "Unhealthy", ReadySince: null });
        var again = await SeenAsync(instance, s => s is { Health: "Healthy", Restarts: 1 });

        Assert.Equal(healthy.ContainerId, again.ContainerId);
        Assert.Equal(0, again.Crashes);
        Assert.Contains("InstanceRestarted", await EventsAsync(instance));
    }

    [Fact]
    public async Task An_engine_that_another_host_marked_is_refused()
    {
        await AddHostAsync(1);
        await StartAsync();
        await ReachabilityAsync(1, "Reachable", 10);
        var probe = Store.Get<IHostProbe>();
        var endpoint = new EngineEndpoint(Hosts[1].TcpEndpoint);

        Assert.Equal("linux", (await probe.TryAsync(endpoint, null, Cancellation)).Os);
        Assert.Equal("linux", (await probe.TryAsync(endpoint, Host(1), Cancellation)).Os);
        var refused = await Assert.ThrowsAsync<EngineException>(() => probe.TryAsync(endpoint, new HostId(Guid.NewGuid()), Cancellation));
        Assert.Equal(EngineError.Conflict, refused.Error);

        var first = Host(1);
        await AddHostAsync(2, endpoint: Hosts[1].TcpEndpoint);
        Assert.Contains("already registered", await ReachabilityAsync(2, "Suspect", 10), StringComparison.Ordinal);
        Assert.NotEqual(first, Host(2));
    }

    [Fact]
    public async Task Logs_are_read_from_the_host()
    {
        await AddHostAsync(1);
        await StartAsync();
        var seen = await RunningAsync(await AssignAsync(await AddAppAsync("web", new AppSpec { Image = "test/busybox:1", Network = "host", Command = ["sh", "-c", "echo hello; sleep 1000"], Stop = new StopSpec { Signal = "SIGKILL" } }), 1));
        var lines = new List<string>();
        await UntilAsync(async () =>
        {
            lines.Clear();
            await foreach (var line in Store.Get<IHostLogs>().ReadAsync(Host(1), seen.ContainerId!, new LogQuery(Tail: 5), Cancellation))
            {
                lines.Add(line.Text);
            }
            return lines.Count > 0;
        }, () => "no line came");

        Assert.Equal(["hello"], lines.ToImmutableArray());
    }
}
