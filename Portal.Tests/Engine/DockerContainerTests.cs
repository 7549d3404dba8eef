using System.Collections.Immutable;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Containers of a real engine, over both kinds of socket.</summary>
public sealed class DockerContainerTests(TestHosts hosts) : EngineTestBase(hosts)
{
    [Fact]
    public async Task A_unix_socket_and_tcp_reach_the_same_engine()
    {
        await using var unix = Connect($"unix://{Hosts[1].Socket}");
        var tcp = Connect(1);
        var id = await unix.CreateContainerAsync(Request("a"), Cancellation);

        var seen = Assert.Single(await tcp.ListContainersAsync(Label, Cancellation));

        Assert.Equal(id, seen.Id);
        Assert.Equal($"t.{Run}.a", seen.Name);
        Assert.Equal("created", seen.State);
        Assert.Equal("test/busybox:1", seen.Image);
        Assert.Equal(Run, seen.Labels["test.engine"]);
        Assert.InRange(seen.CreatedAt, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow().AddMinutes(5));
        Assert.Equal(id, Assert.Single(await tcp.ListContainersAsync("test.engine", Cancellation), c => c.Id == id).Id);
    }

    [Fact]
    public async Task Info_tells_of_engine_and_machine()
    {
        var info = await Connect(1).GetInfoAsync(Cancellation);

        Assert.Equal("linux", info.Os);
        Assert.Equal(await Hosts[1].DockerAsync("version", "-f", "{{.Server.Version}}"), info.Version);
        Assert.Contains(info.Architecture, (string[])["amd64", "arm64"]);
        Assert.Equal(Environment.ProcessorCount, info.Cpus);
        Assert.True(info.MemoryBytes > 100_000_000);
        Assert.NotEqual("", info.OsName);
        Assert.True(Version.Parse(info.ApiVersion) >= new Version(1, 41));
    }

    [Fact]
    public async Task A_container_lives_from_create_to_remove()
    {
        var engine = Connect(1);
        var id = await engine.CreateContainerAsync(Request("a"), Cancellation);
        var created = await engine.InspectContainerAsync(id, Cancellation);
        Assert.Equal(("created", null, null), (created!.State, created.StartedAt, created.FinishedAt));

        await engine.StartContainerAsync(id, Cancellation);
        await engine.StartContainerAsync(id, Cancellation);
        var running = await engine.InspectContainerAsync($"t.{Run}.a", Cancellation);
        Assert.Equal("running", running!.State);
        Assert.NotNull(running.StartedAt);
        Assert.StartsWith("sha256:", running.ImageId);
        Assert.NotEmpty(running.Addresses["bridge"]);

        await engine.RestartContainerAsync(id, TimeSpan.FromSeconds(2), Cancellation);
        var restarted = await engine.InspectContainerAsync(id, Cancellation);
        Assert.True(restarted!.StartedAt > running.StartedAt);

        await engine.StopContainerAsync(id, TimeSpan.FromSeconds(2), Cancellation);
        await engine.StopContainerAsync(id, TimeSpan.FromSeconds(2), Cancellation);
        var stopped = await engine.InspectContainerAsync(id, Cancellation);
        Assert.Equal(("exited", 0), (stopped!.State, stopped.ExitCode));
        Assert.NotNull(stopped.FinishedAt);

        await engine.KillContainerAsync(id, "SIGKILL", Cancellation);
        await engine.RemoveContainerAsync(id, force: false, Cancellation);
        await engine.RemoveContainerAsync(id, force: false, Cancellation);
        await engine.StopContainerAsync(id, TimeSpan.Zero, Cancellation);
        Assert.Null(await engine.InspectContainerAsync(id, Cancellation));
    }

    [Fact]
    public async Task A_request_arrives_whole()
    {
        var engine = Connect(1);
        var network = $"n.{Run}";
        await engine.CreateNetworkAsync(network, new Dictionary<string, string>(), Cancellation);
        try
        {
            var id = await engine.CreateContainerAsync(Full(network), Cancellation);

            var shown = await Hosts[1].DockerAsync("inspect", "-f", Shape, id);

            Assert.Equal(string.Join('\n',
                """["/bin/sh"]""", """["-c","sleep 1000"]""", "/tmp", "nobody", "inside", """["A=1","B=two words","VERSION=1"]""",
                $"1500000000 67108864 67108864 33554432 on-failure {network}",
                """{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"18099"}],"9090/udp":[{"HostIp":"","HostPort":""}]}""",
                $$"""[{"ReadOnly":true,"Source":"v.{{Run}}","Target":"/data","Type":"volume"}]""",
                """json-file {"max-file":"2","max-size":"1000000"}""",
                """{"Interval":5000000000,"Retries":4,"StartPeriod":3000000000,"Test":["CMD","true"],"Timeout":1500000000}""",
                "SIGINT 3 false false"), shown);
            Assert.Contains("friend", await Hosts[1].DockerAsync("inspect", "-f", $"{{{{json (index .NetworkSettings.Networks \"{network}\").Aliases}}}}", id));
        }
        finally
        {
            await engine.RemoveContainerAsync($"t.{Run}.full", force: true, Cancellation);
            await engine.RemoveNetworkAsync(network, Cancellation);
            await engine.RemoveVolumeAsync($"v.{Run}", Cancellation);
        }
    }

    [Fact]
    public async Task A_plain_request_asks_for_nothing_special()
    {
        var id = await Connect(1).CreateContainerAsync(Request("a"), Cancellation);

        var shown = await Hosts[1].DockerAsync("inspect", "-f",
            "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{json .Config.Cmd}} {{.HostConfig.NetworkMode}} {{json .Config.Healthcheck.Test}} {{.HostConfig.RestartPolicy.Name}} {{json .Config.Env}}", id);

        Assert.Equal("""0 0 ["/bin/forever"] bridge ["NONE"] no ["VERSION=1"]""", shown);
    }

    [Fact]
    public async Task An_engine_chosen_port_is_seen_while_it_runs_and_gone_afterwards()
    {
        var engine = Connect(2);
        var address = Hosts[2].Address;
        var id = await StartAsync(engine, Request("web", "test/web:1") with { Ports = [new(8080, "tcp", address, 0)] });

        var listed = Assert.Single(Assert.Single(await engine.ListContainersAsync(Label, Cancellation)).Ports);
        var inspected = Assert.Single((await engine.InspectContainerAsync(id, Cancellation))!.Ports);
        Assert.Equal(listed, inspected);
        Assert.Equal((8080, "tcp", address), (listed.ContainerPort, listed.Protocol, listed.HostAddress));
        Assert.True(listed.HostPort > 0);

        await engine.StopContainerAsync(id, TimeSpan.FromSeconds(2), Cancellation);
        Assert.Empty(Assert.Single(await engine.ListContainersAsync(Label, Cancellation)).Ports);
        Assert.Empty((await engine.InspectContainerAsync(id, Cancellation))!.Ports);
    }

    [Fact]
    public async Task The_engines_own_health_check_and_restarts_are_told()
    {
        var engine = Connect(2);
        var check = new EngineHealthCheck(["sh", "-c", "echo seen by the check; exit 3"], TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), TimeSpan.Zero, 1);
        var sick = await StartAsync(engine, Request("sick") with { HealthCheck = check });
        var crashing = await StartAsync(engine, Request("crash") with { Command = ["sh", "-c", "exit 7"], RestartPolicy = "on-failure" });

        var ill = await EventuallyAsync(() => engine.InspectContainerAsync(sick, Cancellation), d => d!.Health == "unhealthy");
        Assert.Equal("seen by the check", ill!.HealthOutput);
        var crashed = await EventuallyAsync(() => engine.InspectContainerAsync(crashing, Cancellation), d => d!.RestartCount > 1);
        Assert.Equal(7, crashed!.ExitCode);
        Assert.Null(crashed.Health);
    }

    private ContainerRequest Full(string network) => Request("full") with
    {
        Entrypoint = ["/bin/sh"],
        Command = ["-c", "sleep 1000"],
        WorkingDir = "/tmp",
        User = "nobody",
        Hostname = "inside",
        Env = ImmutableSortedDictionary<string, string>.Empty.Add("A", "1").Add("B", "two words"),
        Network = network,
        NetworkAliases = ["friend"],
        Ports = [new(8080, "tcp", "127.0.0.1", 18099), new(9090, "udp", "", 0)],
        Volumes = [new($"v.{Run}", "/data", ReadOnly: true)],
        LimitCpus = 1.5,
        LimitMemoryBytes = 64 << 20,
        ReservationMemoryBytes = 32 << 20,
        RestartPolicy = "on-failure",
        HealthCheck = new(["true"], TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3), 4),
        StopSignal = "SIGINT",
        StopGracePeriod = TimeSpan.FromSeconds(2.5),
        LogMaxBytes = 1_000_000,
        LogMaxFiles = 2,
    };

    private const string Shape = """
        {{json .Config.Entrypoint}}
        {{json .Config.Cmd}}
        {{.Config.WorkingDir}}
        {{.Config.User}}
        {{.Config.Hostname}}
        {{json .Config.Env}}
        {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.MemoryReservation}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.NetworkMode}}
        {{json .HostConfig.PortBindings}}
        {{json .HostConfig.Mounts}}
        {{.HostConfig.LogConfig.Type}} {{json .HostConfig.LogConfig.Config}}
        {{json .Config.Healthcheck}}
        {{.Config.StopSignal}} {{.Config.StopTimeout}} {{.HostConfig.Privileged}} {{.Config.Tty}}
        """;
}
