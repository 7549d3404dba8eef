using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Portal.Agents.Hosts;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Tests.Store;

namespace Portal.Tests.Engine;

/// <summary>Hosts and workers that go away and come back.</summary>
public sealed class HostWorkerReturnTests(TestHosts hosts, StoreFixture fixture) : HostWorkerTestBase(hosts, fixture)
{
    [Fact]
    public async Task A_frozen_engine_is_suspect_then_lost_within_its_grace_and_nobody_elses_work_waits()
    {
        await AddHostAsync(1, TimeSpan.FromSeconds(6));
        await AddHostAsync(2);
        await AddHostAsync(3);
        await StartAsync();
        var app = await AddAppAsync("web");
        var instance = await AssignAsync(app, 1);
        var before = await RunningAsync(instance);
        await ReachabilityAsync(2, "Reachable", 10);
        await ReachabilityAsync(3, "Reachable", 10);

        await Hosts[1].FreezeAsync();
        var watch = Stopwatch.StartNew();
        try
        {
            await ReachabilityAsync(1, "Suspect", 6);
            await RunningAsync(await AssignAsync(app, 2, slot: 2));
            await ReachabilityAsync(1, "Unreachable", 12);
            Assert.InRange(watch.Elapsed.TotalSeconds, 6, 9.5);
            // What was last seen stays as it was: views show it as unknown.
            Assert.Equal(before, await SeenAsync(instance, _ => true));
            // Meanwhile the controller has made a successor and given this one up.
            await ExecuteAsync("UPDATE assignments SET ended_at = now(), desired = 'Stop' WHERE id = $1", instance.Value);
        }
        finally
        {
            await Hosts[1].ThawAsync();
        }
        await ReachabilityAsync(1, "Reachable", 10);
        await UntilAsync(async () => (await ContainersAsync(1)).Count == 0, () => "the surplus is still there", 10);
        Assert.Equal(["HostUnreachable", "HostReachable"], await ScalarAsync<string[]>("SELECT array_agg(kind ORDER BY id) FROM events WHERE host_id = $1 AND kind LIKE 'Host%'", Host(1).Value) ?? []);
    }

    [Fact]
    public async Task A_host_that_was_cut_off_goes_on_where_it_was()
    {
        await AddHostAsync(2, TimeSpan.FromSeconds(4));
        await StartAsync();
        var app = await AddAppAsync("web");
        var before = await RunningAsync(await AssignAsync(app, 2));

        await Hosts[2].CutAsync();
        try
        {
            await ReachabilityAsync(2, "Unreachable", 12);
        }
        finally
        {
            await Hosts[2].UncutAsync();
        }

        await ReachabilityAsync(2, "Reachable", 15);
        await RunningAsync(await AssignAsync(app, 2, slot: 2));
        Assert.Contains(before.ContainerId!, await ContainersAsync(2));
    }

    [Fact]
    public async Task Who_reaches_none_of_its_hosts_declares_none_lost_until_an_administrator_says_so()
    {
        await AddHostAsync(2, TimeSpan.FromSeconds(3));
        await AddHostAsync(3, TimeSpan.FromSeconds(3));
        await StartAsync();
        await ReachabilityAsync(2, "Reachable", 10);
        await ReachabilityAsync(3, "Reachable", 10);

        await Hosts[2].FreezeAsync();
        await Hosts[3].FreezeAsync();
        try
        {
            var said = await ReachabilityAsync(2, "Suspect Portal reaches none of its 2 hosts", 15);
            Assert.Contains("waits for an administrator", said, StringComparison.Ordinal);
            await ReachabilityAsync(3, "Suspect Portal reaches none of its 2 hosts", 15);

            Assert.True(await Store.Get<IHostLoss>().ConfirmAsync(Actor.System, Host(2), Cancellation));

            await ReachabilityAsync(2, "Unreachable", 10);
            await ReachabilityAsync(3, "Suspect", 1);
        }
        finally
        {
            await Hosts[2].ThawAsync();
            await Hosts[3].ThawAsync();
        }
        await ReachabilityAsync(2, "Reachable", 10);
        await ReachabilityAsync(3, "Reachable", 10);
    }

    [Fact]
    public async Task A_new_worker_adopts_what_is_there_and_removes_what_nobody_wants()
    {
        await AddHostAsync(1);
        var app = await AddAppAsync("web");
        List<InstanceId> kept;
        InstanceId dropped;
        Seen before;
        await using (var first = MigratedStore.Over(Store.ConnectionString, services => Register(services, new HostWorkerOptions())))
        {
            await first.StartAsync();
            kept = await AssignAsync(app, 1, [1, 2]);
            dropped = await AssignAsync(app, 1, slot: 3);
            await RunningAsync(kept[1]);
            before = await RunningAsync(kept[0]);
            await RunningAsync(dropped);
        }
        await ExecuteAsync("UPDATE assignments SET ended_at = now() WHERE id = $1", dropped.Value);
        var removed = (await SeenAsync(kept[1], _ => true)).ContainerId!;
        await Hosts[1].DockerAsync("rm", "-f", removed);
        var created = await Hosts[1].DockerAsync("create", "--label", $"portal.cluster={Cluster}", "--label", "portal.team=default", "--label", "portal.app=unheard", "test/busybox:1");
        var foreign = await Hosts[1].DockerAsync("create", "--label", $"portal.cluster={Guid.NewGuid()}", "test/busybox:1");

        await StartAsync();
        await SeenAsync(kept[1], s => s.Failure == "RemovedOutside");
        await UntilAsync(async () => (await ContainersAsync(1)).Count == 2, () => "surplus is left", 10);

        Assert.Equal(before, await SeenAsync(kept[0], _ => true));
        Assert.Equal(new HashSet<string> { before.ContainerId!, created }, (await ContainersAsync(1)).ToHashSet());
        await UntilAsync(async () => await ScalarAsync<bool>($"SELECT \"foreign\" @> '[{{\"Id\": \"{created}\", \"Quarantined\": true}}]' FROM host_status"), () => "it is not quarantined");
        Assert.True(await ScalarAsync<bool>($"SELECT \"foreign\" @> '[{{\"Id\": \"{foreign}\", \"Quarantined\": false}}]' FROM host_status"));
        Assert.Equal(foreign, await Hosts[1].DockerAsync("inspect", "-f", "{{.Id}}", foreign));
        await Hosts[1].DockerAsync("rm", foreign);
    }

    [Fact]
    public async Task A_container_that_was_created_and_not_started_is_started()
    {
        await AddHostAsync(1);
        var app = await AddAppAsync("web");
        var instance = InstanceId.Of(app, 1, 1);
        var hash = await ScalarAsync<string>("SELECT spec_hash FROM revisions WHERE app_id = $1", app.Value);
        var created = await Hosts[1].DockerAsync("create", "--name", $"portal.default.web.1.1.{Cluster8}", "--label", $"portal.cluster={Cluster}", "--label", "portal.team=default",
            "--label", "portal.app=web", "--label", "portal.slot=1", "--label", $"portal.instance={instance}", "--label", $"portal.spec={hash}", "test/busybox:1");
        await AssignAsync(app, 1);

        await StartAsync();

        Assert.Equal(created, (await RunningAsync(instance)).ContainerId);
    }

    [Fact]
    public async Task A_taken_name_fails_with_its_reason_and_is_left_alone()
    {
        await AddHostAsync(1);
        var app = await AddAppAsync("web");
        var other = await Hosts[1].DockerAsync("create", "--name", $"portal.default.web.1.1.{Cluster8}", "test/busybox:1");
        try
        {
            await StartAsync();
            var seen = await SeenAsync(await AssignAsync(app, 1), s => s.Failure == "NameTaken");

            Assert.Contains(other[..12], seen.Reason, StringComparison.Ordinal);
            Assert.Equal("created", await Hosts[1].DockerAsync("inspect", "-f", "{{.State.Status}}", other));
        }
        finally
        {
            await Hosts[1].DockerAsync("rm", other);
        }
    }

    [Fact]
    public async Task Two_agents_share_the_hosts_and_one_takes_over_what_the_other_leaves()
    {
        await AddHostAsync(1);
        await AddHostAsync(2);
        await StartAsync();
        await UntilAsync(async () => await HoldersAsync() == 1, () => "nobody holds the hosts");
        await using (var second = MigratedStore.Over(Store.ConnectionString, services => Register(services, new HostWorkerOptions())))
        {
            await second.StartAsync();
            await UntilAsync(async () => await HoldersAsync() == 2, () => "one agent holds all hosts");
        }
        await UntilAsync(async () => await HoldersAsync() == 1 && await ScalarAsync<long>("SELECT count(*) FROM heartbeats WHERE name LIKE 'host:%' AND expires_at > now()") == 2, () => "a host is nobody's");
        await RunningAsync(await AssignAsync(await AddAppAsync("web"), 2));
    }

    private Task<long> HoldersAsync() =>
        ScalarAsync<long>("SELECT count(DISTINCT t.holder) FROM terms t JOIN heartbeats h ON h.name = t.name WHERE t.name LIKE 'host:%' AND h.expires_at > now()");
}
