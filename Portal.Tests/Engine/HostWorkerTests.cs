using System.Diagnostics;
using Portal.Core.Domain;
using Portal.Core.State.Notices;
using Portal.Tests.Store;

namespace Portal.Tests.Engine;

/// <summary>The ordinary life of instances on one host.</summary>
public sealed class HostWorkerTests(TestHosts hosts, StoreFixture fixture) : HostWorkerTestBase(hosts, fixture)
{
    [Fact]
    public async Task An_assignment_becomes_a_labelled_running_container_and_goes_when_told()
    {
        await AddHostAsync(1);
        await StartAsync();
        var app = await AddAppAsync("web");
        var instance = await AssignAsync(app, 1, slot: 2, epoch: 3);

        var seen = await RunningAsync(instance);
        Assert.Equal("None", seen.Health);
        var name = await Hosts[1].DockerAsync("inspect", "-f", "{{.Name}} {{index .Config.Labels \"portal.slot\"}} {{index .Config.Labels \"portal.instance\"}} {{.HostConfig.RestartPolicy.Name}}", seen.ContainerId!);
        Assert.Equal($"/portal.default.web.2.3.{Cluster8} 2 {instance} unless-stopped", name);

        await StopAsync(1, instance);
        var stopped = await SeenAsync(instance, s => s.State == "Stopped");
        Assert.Equal("None", stopped.Failure);
        Assert.Empty(await ContainersAsync(1));
        Assert.Equal(["InstanceStarted", "InstanceStopped"], await EventsAsync(instance));
    }

    [Fact]
    public async Task A_container_that_is_removed_outside_is_told_at_once_and_never_made_again()
    {
        await AddHostAsync(1);
        await StartAsync();
        var instance = await AssignAsync(await AddAppAsync("web"), 1);
        var before = await RunningAsync(instance);
        var told = new TaskCompletionSource<long>();
        using var heard = Store.Get<INoticeBus>().Subscribe(n =>
        {
            if (n.Observed.Length > 0)
            {
                told.TrySetResult(Stopwatch.GetTimestamp());
            }
        });

        var removed = Hosts[1].DockerAsync("rm", "-f", before.ContainerId!);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        var seen = await SeenAsync(instance, s => s.Failure == "RemovedOutside");
        await removed;

        Assert.Equal("Failed", seen.State);
        Assert.Equal("removed outside Portal", seen.Reason);
        await StopAsync(1, instance);
        await SeenAsync(instance, s => s.State == "Stopped");
        Assert.Empty(await ContainersAsync(1));
    }

    [Theory]
    [InlineData("kill", "stopped outside Portal: killed with SIGKILL")]
    [InlineData("stop", "stopped outside Portal")]
    public async Task A_container_that_is_stopped_outside_is_left_for_its_successor(string verb, string reason)
    {
        await AddHostAsync(1);
        await StartAsync();
        var app = await AddAppAsync("web");
        var instance = await AssignAsync(app, 1);
        var before = await RunningAsync(instance);

        await Hosts[1].DockerAsync(verb, before.ContainerId!);

        var seen = await SeenAsync(instance, s => s.Failure == "StoppedOutside");
        Assert.Equal(reason, seen.Reason);
        Assert.Equal(0, seen.Crashes);
        await StopAsync(1, instance);
        var successor = await AssignAsync(app, 1, slot: 1, epoch: 2);
        await SeenAsync(instance, s => s.State == "Stopped");
        await RunningAsync(successor);
        Assert.Single(await ContainersAsync(1));
    }

    [Fact]
    public async Task Crashes_are_counted_and_become_a_loop()
    {
        await AddHostAsync(1);
        await StartAsync();
        var instance = await AssignAsync(await AddAppAsync("crash", new AppSpec
        {
            Image = "test/busybox:1",
            Network = "host",
            Command = ["sh", "-c", "sleep 0.3; exit 7"],
            Restart = new RestartSpec { MaxPerHost = 3 },
        }), 1);

        var seen = await SeenAsync(instance, s => s.Failure == "CrashLoop", 30);

        Assert.Equal("Failed", seen.State);
        Assert.True(seen.Crashes >= 3);
        Assert.StartsWith("crashed 3 times in 10m, last with exit code 7", seen.Reason, StringComparison.Ordinal);
        var events = await EventsAsync(instance);
        Assert.Equal(1, events.Count(e => e == "InstanceCrashLoop"));
        Assert.Equal(2, events.Count(e => e == "InstanceCrashed"));
    }

    [Fact]
    public async Task Many_start_together_and_stop_in_one_grace_period()
    {
        await AddHostAsync(1);
        await StartAsync();
        var stubborn = new AppSpec { Image = "test/busybox:1", Network = "host", Command = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], Stop = new StopSpec { GracePeriod = TimeSpan.FromSeconds(2) } };
        var instances = await AssignAsync(await AddAppAsync("many", stubborn), 1, Enumerable.Range(1, 12));
        foreach (var instance in instances)
        {
            await RunningAsync(instance);
        }

        var watch = Stopwatch.StartNew();
        await StopAsync(1, [.. instances]);
        foreach (var instance in instances)
        {
            await SeenAsync(instance, s => s.State == "Stopped");
        }

        Assert.Empty(await ContainersAsync(1));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2 + 5), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Ports_and_volumes_and_the_network_are_made_and_go()
    {
        await AddHostAsync(2);
        await StartAsync();
        var app = await AddAppAsync("web", new AppSpec
        {
            Image = "test/web:1",
            Ports = [new PortSpec("http", 8080)],
            Volumes = [new VolumeSpec("data", "/data")],
            Stop = new StopSpec { GracePeriod = TimeSpan.FromSeconds(1) },
        });
        var instance = await AssignAsync(app, 2);

        var seen = await RunningAsync(instance);

        Assert.Matches("""\[\{"Name": "http", "HostPort": \d+, "Protocol": "tcp", "ContainerPort": 8080\}\]""", seen.Ports);
        var described = await Hosts[2].DockerAsync("inspect", "-f", "{{range .Mounts}}{{.Name}} {{end}}{{.HostConfig.NetworkMode}} {{(index (index .NetworkSettings.Ports \"8080/tcp\") 0).HostIp}}", seen.ContainerId!);
        Assert.Equal($"portal.default.web.1.data.{Cluster8} portal.default.{Cluster8} {Hosts[2].Address}", described);

        await ExecuteAsync("INSERT INTO volumes (team_id, app_name, slot, name, host_id, created_at, last_used_at, remove_at) SELECT id, 'web', 1, 'data', $1, now(), now(), now() FROM teams WHERE name = 'default'", Host(2).Value);
        await StopAsync(2, instance);
        await SeenAsync(instance, s => s is { State: "Stopped", Ports: "[]" });
        await ExecuteAsync("UPDATE assignments SET ended_at = now() WHERE id = $1", instance.Value);
        Say(2);
        await UntilAsync(async () => await ScalarAsync<long>("SELECT count(*) FROM volumes") == 0, () => "the volume's row is still there", 20);
        Assert.Equal("", await Hosts[2].DockerAsync("volume", "ls", "-q", "--filter", $"name=portal.default.web.1.data.{Cluster8}"));
    }
}
