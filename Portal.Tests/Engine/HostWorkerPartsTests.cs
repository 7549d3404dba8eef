using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.State.Notices;
using Portal.Tests.Store;

namespace Portal.Tests.Engine;

/// <summary>Instances of several containers, as a host's worker makes them.</summary>
public sealed class HostWorkerPartsTests(TestHosts hosts, StoreFixture fixture) : HostWorkerTestBase(hosts, fixture)
{
    private static readonly ImmutableArray<string> s_forever = ["/bin/forever"];

    private static AppSpec Spec(params ImmutableArray<PartSpec> sidecars) => new()
    {
        Image = "test/busybox:1",
        Command = s_forever,
        Sidecars = sidecars,
        Stop = new StopSpec { GracePeriod = TimeSpan.FromSeconds(2), Delay = TimeSpan.Zero },
    };

    private static PartSpec Part(string name, params ImmutableArray<string> command) => new() { Name = name, Image = "test/busybox:1", Command = command };

    [Fact]
    public async Task A_sidecar_whose_program_is_missing_is_engine_trouble_that_names_it()
    {
        await AddHostAsync(1);
        await StartAsync();
        var instance = await AssignAsync(await AddAppAsync("web", Spec(Part("log", "/no/such/program"))), 1);

        var seen = await SeenAsync(instance, s => s.Failure == "EngineTrouble", 40);

        Assert.StartsWith("sidecar log:", seen.Reason, StringComparison.Ordinal);
        Assert.Null(seen.ReadySince);
        await StopAsync(1, instance);
        await SeenAsync(instance, s => s.State == "Stopped");
        Assert.Empty(await ContainersAsync(1));
    }

    [Fact]
    public async Task A_sidecar_that_keeps_crashing_is_a_crash_loop_with_its_last_words()
    {
        await AddHostAsync(1);
        await StartAsync();
        var instance = await AssignAsync(await AddAppAsync("web", Spec(Part("log", "sh", "-c", "echo disk is full; exit 9"))), 1);

        var seen = await SeenAsync(instance, s => s.Failure == "CrashLoop", 40);

        Assert.StartsWith("sidecar log crashed 5 times", seen.Reason, StringComparison.Ordinal);
        Assert.Contains("exit code 9", seen.Reason, StringComparison.Ordinal);
        Assert.Contains("disk is full", seen.Reason, StringComparison.Ordinal);
        Assert.Contains("InstanceCrashLoop", await EventsAsync(instance));
    }

    [Fact]
    public async Task Another_worker_takes_over_what_it_finds_and_removes_the_surplus_whole()
    {
        await AddHostAsync(1);
        await StartAsync();
        var spec = Spec(Part("log", [.. s_forever]), Part("proxy", [.. s_forever])) with { InitContainers = [Part("fetch", "true")] };
        var app = await AddAppAsync("web", spec);
        var instances = await AssignAsync(app, 1, [1, 2]);
        foreach (var instance in instances)
        {
            await RunningAsync(instance);
        }
        var before = await ContainersAsync(1);
        Assert.Equal(8, before.Count);

        await ExecuteAsync("DELETE FROM observations WHERE id = $1", instances[1].Value);
        await ExecuteAsync("DELETE FROM assignments WHERE id = $1", instances[1].Value);
        Say(1);
        await UntilAsync(async () => (await ContainersAsync(1)).Count == 4, () => "surplus is there");
        Assert.Subset(before.ToHashSet(), (await ContainersAsync(1)).ToHashSet());
        Store.Get<INoticeBus>().Committed(new Notice { Everything = true });
        await RunningAsync(instances[0]);
    }

    [Fact]
    public async Task After_its_machine_was_started_anew_a_group_comes_together_again()
    {
        await AddHostAsync(3);
        await StartAsync();
        var spec = Spec(Part("log", [.. s_forever]), Part("proxy", [.. s_forever])) with { InitContainers = [Part("fetch", "sh", "-c", "echo fetched")] };
        var instance = await AssignAsync(await AddAppAsync("web", spec), 3);
        await RunningAsync(instance);
        var before = await ContainersAsync(3);

        await Hosts[3].RestartAsync();

        await ReachabilityAsync(3, "Reachable", 20);
        var there = "";
        await UntilAsync(async () => (there = await Hosts[3].DockerAsync("ps", "-a", "--format", "{{.Names}} {{.Status}}", "--filter", $"label=portal.cluster={Cluster}")).Split(" Up ").Length == 4, () => there, 40);
        await RunningAsync(instance);
        Assert.Equal(before.Order(StringComparer.Ordinal), (await ContainersAsync(3)).Order(StringComparer.Ordinal));
        foreach (var sidecar in new[] { "log", "proxy" })
        {
            Assert.Equal(await NetworkOfAsync($"portal.default.web.1.1.{Cluster8}"), await NetworkOfAsync($"portal.default.web.1.1.{Cluster8}.{sidecar}"));
        }
        Assert.Equal("fetched", (await Hosts[3].DockerAsync("logs", $"portal.default.web.1.1.{Cluster8}.fetch")).Trim());
    }

    /// <summary>The network namespace that a container's first process is in.</summary>
    private async Task<string> NetworkOfAsync(string container) =>
        await CommandLine.RequireAsync("readlink", [$"/proc/{(await Hosts[3].DockerAsync("inspect", "--format", "{{.State.Pid}}", container)).Trim()}/ns/net"]);

    [Fact]
    public async Task Sidecars_of_what_runs_to_its_end_are_stopped_then_and_kept_for_their_output()
    {
        await AddHostAsync(1);
        await StartAsync();
        var spec = Spec(Part("log", [.. s_forever])) with { Command = ["sh", "-c", "sleep 2; exit 4"], Restart = new RestartSpec { Policy = RestartPolicy.Never } };
        var instance = await AssignAsync(await AddAppAsync("work", spec), 1);

        await SeenAsync(instance, s => s.Failure == "Exited");
        await UntilAsync(async () => (await Hosts[1].DockerAsync("ps", "-q", "--filter", $"label=portal.cluster={Cluster}")).Length == 0, () => "the sidecar runs");

        Assert.Equal(2, (await ContainersAsync(1)).Count);
        var parts = await ScalarAsync<string>("SELECT parts::text FROM observations WHERE id = $1", instance.Value);
        Assert.Contains("\"Stopped\"", parts, StringComparison.Ordinal);
    }
}
