using System.Text.Json;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Planning;
using Portal.Core.State.Notices;
using Portal.Core.State.Services;
using Portal.Tests.Store;

namespace Portal.Tests.Engine;

/// <summary>Health that agents ask for over the network, and what is done about it.</summary>
public sealed class HostWorkerHealthTests(TestHosts hosts, StoreFixture fixture) : HostWorkerTestBase(hosts, fixture)
{
    private static AppSpec Web(Func<HealthSpec, HealthSpec>? change = null, string delay = "0")
    {
        var health = new HealthSpec { Kind = HealthKind.Http, Path = "/health", Interval = TimeSpan.FromSeconds(0.5), Timeout = TimeSpan.FromSeconds(0.4), Retries = 2 };
        var spec = new AppSpec
        {
            Image = "test/web:1",
            Ports = [new PortSpec("http", 8080)],
            Health = change is null ? health : change(health),
            Stop = new StopSpec { GracePeriod = TimeSpan.FromSeconds(1) },
        };
        return spec with { Env = spec.Env.Add("START_DELAY", delay) };
    }

    private async Task<InstanceId> StartAsync(AppSpec spec, int host = 1)
    {
        await AddHostAsync(host);
        await StartAsync();
        return await AssignAsync(await AddAppAsync("web", spec), host);
    }

    private Task<Seen> HealthyAsync(InstanceId instance) => SeenAsync(instance, s => s is { State: "Running", Health: "Healthy", ReadySince: not null }, 20);

    private Task ExecAsync(Seen seen, string script, int host = 1) => Hosts[host].DockerAsync("exec", seen.ContainerId!, "sh", "-c", script);

    private static int PortOf(Seen seen) => JsonDocument.Parse(seen.Ports).RootElement[0].GetProperty("HostPort").GetInt32();

    [Fact]
    public async Task One_that_stops_answering_is_restarted_in_place_and_asked_at_its_new_port()
    {
        var instance = await StartAsync(Web());
        var before = await HealthyAsync(instance);
        Assert.Equal("", before.Reason);

        // It hangs: connections come about, answers do not.
        await ExecAsync(before, "kill -STOP $(pidof httpd)");
        var sick = await SeenAsync(instance, s => s is { Health: "Unhealthy", ReadySince: null });
        var again = await SeenAsync(instance, s => s is { State: "Running", Health: "Healthy", Restarts: 1, ReadySince: not null }, 20);

        Assert.Contains($"unhealthy: GET http://{Hosts[1].Address}:{PortOf(before)}/health did not answer within 400ms, asked from ", sick.Reason, StringComparison.Ordinal);
        Assert.Equal((before.ContainerId, 0), (again.ContainerId, again.Crashes));
        var events = await EventsAsync(instance);
        Assert.Contains("InstanceUnhealthy", events);
        Assert.Contains("InstanceRestarted", events);
    }

    [Theory]
    [InlineData(HealthKind.Http)]
    [InlineData(HealthKind.Tcp)]
    public async Task One_that_hangs_at_its_start_never_counts_as_ready(HealthKind kind)
    {
        var instance = await StartAsync(Web(h => h with { Kind = kind, Path = "/" }, delay: "1000"));

        await SeenAsync(instance, s => s.ReadySince is null ? s.Restarts >= 2 : throw new InvalidOperationException($"ready: {s}"), 40);

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM observations WHERE health = 'Healthy'"));
    }

    [Fact]
    public async Task Its_start_period_is_let_pass_and_then_it_is_ready_at_once()
    {
        var instance = await StartAsync(Web(h => h with { StartPeriod = TimeSpan.FromSeconds(60), Interval = TimeSpan.FromSeconds(30) }, delay: "4"));

        var waiting = await SeenAsync(instance, s => s is { State: "Running", Health: "Starting" } && s.Reason.Length > 0);
        Assert.Contains("not ready yet: GET http://", waiting.Reason, StringComparison.Ordinal);

        // Long before its interval is over, and without having been restarted.
        Assert.Equal(0, (await HealthyAsync(instance)).Restarts);
    }

    [Fact]
    public async Task Not_ready_is_not_unhealthy()
    {
        var instance = await StartAsync(Web(h => h with { Retries = 1000, SuccessThreshold = 2 }));
        var before = await HealthyAsync(instance);

        await ExecAsync(before, "rm /www/health");
        var failing = await SeenAsync(instance, s => s is { State: "Running", Health: "Healthy", ReadySince: null });
        await ExecAsync(before, "echo ok >/www/health");
        var after = await HealthyAsync(instance);

        Assert.Contains("answered 404", failing.Reason, StringComparison.Ordinal);
        Assert.Equal((0, before.ContainerId, ""), (after.Restarts, after.ContainerId, after.Reason));
        Assert.True(after.ReadySince > before.ReadySince);
        Assert.DoesNotContain("InstanceUnhealthy", await EventsAsync(instance));
    }

    [Theory]
    [InlineData(HealthKind.Http)]
    [InlineData(HealthKind.Command)]
    public async Task Nothing_is_done_where_nothing_is_asked_for(HealthKind kind)
    {
        var instance = await StartAsync(Web(h => Of(kind, h) with { OnUnhealthy = OnUnhealthy.None }));
        var before = await HealthyAsync(instance);

        await ExecAsync(before, "rm /www/health");
        await SeenAsync(instance, s => s is { State: "Running", Health: "Unhealthy", Failure: "None", ReadySince: null });
        await ExecAsync(before, "echo ok >/www/health");

        Assert.Equal(0, (await HealthyAsync(instance)).Restarts);
        Assert.Contains("InstanceUnhealthy", await EventsAsync(instance));
    }

    [Theory]
    [InlineData(HealthKind.Http)]
    [InlineData(HealthKind.Command)]
    public async Task A_successor_is_asked_for_where_that_is_the_policy(HealthKind kind)
    {
        var instance = await StartAsync(Web(h => Of(kind, h) with { OnUnhealthy = OnUnhealthy.Replace }));
        var before = await HealthyAsync(instance);

        await ExecAsync(before, "rm /www/health");
        var failed = await SeenAsync(instance, s => s.Failure == "Unhealthy");

        Assert.Equal(("Failed", "Unhealthy", 0, null), (failed.State, failed.Health, failed.Restarts, failed.ReadySince));
        Assert.StartsWith("unhealthy", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_no_port_of_a_host_can_be_reached_nothing_is_known_and_nothing_is_restarted()
    {
        await AddHostAsync(2);
        await StartAsync();
        var instances = await AssignAsync(await AddAppAsync("web", Web()), 2, [1, 2, 3]);
        foreach (var instance in instances)
        {
            await HealthyAsync(instance);
        }
        await Hosts[2].ClosePortsAsync();
        try
        {
            foreach (var instance in instances)
            {
                var unknown = await SeenAsync(instance, s => s is { Health: "Unknown", ReadySince: null, State: "Running" });
                Assert.Contains("nothing is known of its health", unknown.Reason, StringComparison.Ordinal);
            }
        }
        finally
        {
            await Hosts[2].OpenPortsAsync();
        }
        foreach (var instance in instances)
        {
            Assert.Equal(0, (await HealthyAsync(instance)).Restarts);
            Assert.DoesNotContain("InstanceUnhealthy", await EventsAsync(instance));
        }
    }

    [Fact]
    public async Task A_changed_probe_is_in_force_at_once_and_restarts_nothing()
    {
        var instance = await StartAsync(Web());
        var before = await HealthyAsync(instance);

        await ChangeAsync(Web(h => h with { Path = "/absent", OnUnhealthy = OnUnhealthy.None }), revision: 1);
        var failing = await SeenAsync(instance, s => s.ReadySince is null, 5);
        Assert.Contains("/absent answered 404", failing.Reason, StringComparison.Ordinal);
        await ChangeAsync(Web(h => h with { Path = "/", Match = new HealthMatch { Body = "version 1 on" } }), revision: 1);
        var after = await HealthyAsync(instance);
        Assert.Equal((before.ContainerId, 0), (after.ContainerId, after.Restarts));

        // The probe of a new revision may ask for what the old one, which still runs, does not have.
        await ChangeAsync(Web(h => h with { Path = "/absent", OnUnhealthy = OnUnhealthy.None }) with { User = "root" }, revision: 2);
        await ExecAsync(after, "rm /www/index.html");
        var old = await SeenAsync(instance, s => s.Health == "Unhealthy");
        Assert.Contains($":{PortOf(after)}/ answered 404", old.Reason, StringComparison.Ordinal);
        Assert.Equal(0, old.Restarts);
    }

    [Fact]
    public async Task Trying_asks_the_running_instance_once()
    {
        var instance = await StartAsync(Web());
        var seen = await HealthyAsync(instance);
        var place = new InstancePlace(Host(1), Hosts[1].Address, PortOf(seen), seen.ContainerId!);
        var probe = Store.Get<IInstanceProbe>();

        var passed = await probe.AskAsync(place, Web(h => h with { Match = new HealthMatch { Body = "ok" } }).Health, Cancellation);
        Assert.Equal((ProbeOutcome.Passed, $"GET http://{Hosts[1].Address}:{place.Port}/health answered 200 with the text that is wanted"), (passed.Outcome, passed.Text));
        Assert.Equal($"tcp://{Hosts[1].Address}:{place.Port} accepted a connection", (await probe.AskAsync(place, Web(h => h with { Kind = HealthKind.Tcp }).Health, Cancellation)).Text);
        Assert.Equal("The engine runs no check in this container.", (await probe.AskAsync(place, Of(HealthKind.Command, Web().Health), Cancellation)).Text);
    }

    private static HealthSpec Of(HealthKind kind, HealthSpec http) => kind == HealthKind.Http ? http
        : http with { Kind = kind, Command = ["test", "-e", "/www/health"], Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>As a put would, but for the instances.</summary>
    private async Task ChangeAsync(AppSpec spec, int revision)
    {
        if (revision == 1)
        {
            await ExecuteAsync("UPDATE revisions SET health = $1::jsonb", HealthCodec.Canonical(spec.Health));
        }
        await ExecuteAsync("UPDATE apps SET spec = $1::jsonb, generation = generation + 1, revision = $2", SpecCodec.Canonical(spec), revision);
        Store.Get<INoticeBus>().Committed(new Notice { Specs = [await ScalarAsync<Guid>("SELECT id FROM apps")] });
    }
}
