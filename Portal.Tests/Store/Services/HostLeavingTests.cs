using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Readers;
using Portal.Core.State.Services;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>Planned reboots and rebalances as the store keeps them.</summary>
public sealed class HostLeavingTests(StoreFixture fixture)
{
    [Theory]
    [InlineData("run1", "run1", "run2")]
    [InlineData(null, null, null)]
    public async Task A_planned_reboot_lasts_until_the_engine_was_seen_to_run_anew(string? before, string? sameRun, string? after)
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var h1 = await stage.HostAsync("h1");
        await SeeAsync(stage, h1, Reachability.Reachable, before);

        var host = await stage.Hosts.RebootAsync(Admin, "h1", TimeSpan.FromMinutes(20), default);
        Assert.Equal(("Rebooting", Availability.Cordoned, TimeSpan.FromMinutes(20)), (host.State, host.Availability, host.Reboot!.Wait));

        stage.Clock.Ahead += TimeSpan.FromSeconds(30);
        await SeeAsync(stage, h1, Reachability.Unreachable, sameRun, seenAgo: TimeSpan.FromSeconds(20));
        var input = (await stage.Get<ControlReader>().ReadHostsAsync(default))[h1].Input;
        Assert.Equal(Availability.Cordoned, input.Availability);
        Assert.InRange(input.AwaitedUntil!.Value - stage.Clock.GetUtcNow(), TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(20));

        stage.Clock.Ahead += TimeSpan.FromSeconds(30);
        await SeeAsync(stage, h1, Reachability.Reachable, after);
        Assert.Equal(("Ready", Availability.Active), (await stage.Hosts.GetAsync(Admin, "h1", default)) is var back ? (back.State, back.Availability) : default);
        input = (await stage.Get<ControlReader>().ReadHostsAsync(default))[h1].Input;
        Assert.Null(input.Reboot);
    }

    [Fact]
    public async Task A_planned_reboot_is_for_administrators_has_its_limits_and_ends_with_another_wish()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.HostAsync("h1");
        await RefusedAsync(RefusalKind.Forbidden, () => stage.Hosts.RebootAsync(new Actor { Name = "dev@example.org" }, "h1", TimeSpan.FromMinutes(1), default));
        var refused = await RefusedAsync(RefusalKind.Invalid, () => stage.Hosts.RebootAsync(Admin, "h1", TimeSpan.FromSeconds(1), default));
        Assert.Equal("wait", Assert.Single(refused.Faults).Path);

        await stage.Hosts.RebootAsync(Admin, "h1", TimeSpan.FromMinutes(1), default);
        var drained = await stage.Hosts.SetAvailabilityAsync(Admin, "h1", Availability.Draining, default);
        Assert.Equal((Availability.Draining, true), (drained.Availability, drained.Reboot is null));
        await stage.Hosts.RebootAsync(Admin, "h1", TimeSpan.FromMinutes(1), default);
        Assert.Equal("Ready", (await stage.Hosts.SetAvailabilityAsync(Admin, "h1", Availability.Active, default)).State);
        Assert.Equal(2, await stage.CountAsync("SELECT count(*) FROM events WHERE kind = 'HostRebootPlanned'"));
    }

    [Fact]
    public async Task The_plan_of_a_reboot_moves_what_may_not_be_down_and_lets_the_rest_wait()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var h1 = await stage.HostAsync("h1");
        await stage.HostAsync("h2");
        var (web, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 3, change: s => s with { Disruption = new CountOrPercent(1) }), Any, default);
        for (var slot = 1; slot <= 3; slot++)
        {
            await stage.InstanceAsync(web, slot, h1);
        }
        var plan = await stage.Hosts.PlanAsync(Admin, "h1", LeavingKind.Reboot, default);
        Assert.Equal("Of 3 instances 2 would move, 1 would wait for h1.", plan.Summary);
        Assert.Equal("default/web replica 1 is down meanwhile and waits for h1.", plan.Moves[0].Sentence);
        Assert.Equal("default/web replica 3 moves to h2 first.", plan.Moves[2].Sentence);
    }

    [Fact]
    public async Task A_rebalance_is_asked_for_once_at_a_time_and_can_be_stopped()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var h1 = await stage.HostAsync("h1");
        await stage.HostAsync("h2");
        var (web, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 3), Any, default);
        for (var slot = 1; slot <= 3; slot++)
        {
            await stage.InstanceAsync(web, slot, h1);
        }
        await using (var db = await stage.OpenAsync())
        {
            await db.Database.ExecuteSqlAsync($"INSERT INTO rollouts (app_id, generation, to_revision, base_revision, slots, status, reason, step, available, by, started_at, progress_at, ended_at) SELECT id, rollout_generation, revision, revision, '{{}}', 'Succeeded', '', 0, 3, '', now(), now(), now() FROM apps");
        }
        var service = stage.Get<IRebalanceService>();
        Assert.Equal(RebalanceStatus.None, (await service.GetAsync(Admin, default)).Status);
        var plan = await service.PlanAsync(Admin, default);
        Assert.Equal("1 of 3 instances would move.", plan.Summary);
        Assert.Equal("default/web replica 3 moves from h1 to h2: h1 had 3 of its instances, h2 0.", Assert.Single(plan.Moves).Sentence);

        Assert.Equal(RebalanceStatus.Running, (await service.StartAsync(Admin, default)).Status);
        await RefusedAsync(RefusalKind.Conflict, () => service.StartAsync(Admin, default));
        Assert.Equal(RebalanceStatus.Stopped, (await service.StopAsync(Admin, default)).Status);
        await RefusedAsync(RefusalKind.Forbidden, () => service.StopAsync(new Actor { Name = "dev@example.org" }, default));
    }

    [Fact]
    public async Task A_host_that_joins_is_followed_by_a_rebalance_only_where_that_was_asked_for()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var service = stage.Get<IRebalanceService>();
        await stage.HostAsync("h1");
        Assert.Equal(RebalanceStatus.None, (await service.GetAsync(Admin, default)).Status);

        await stage.Hosts.PutAsync(Admin, "h2", new HostRequest("tcp://h2.example:2375", Rebalance: true), default);
        Assert.Equal((RebalanceStatus.Waiting, "h2", "waits until host h2 is there"), await service.GetAsync(Admin, default) is var view ? (view.Status, view.Host, view.Reason) : default);
        await service.StopAsync(Admin, default);

        Assert.True((await service.SetOnJoinAsync(Admin, onJoin: true, default)).OnJoin);
        await stage.Hosts.PutAsync(Admin, "h3", new HostRequest("tcp://h3.example:2375", Rebalance: false), default);
        await stage.Hosts.PutAsync(Admin, "h4", new HostRequest("tcp://h4.example:2375"), default);
        await stage.Hosts.PutAsync(Admin, "h4", new HostRequest("tcp://h4.example:2375", Grace: TimeSpan.FromSeconds(20)), default);
        Assert.Equal(2, await stage.CountAsync("SELECT count(*) FROM rebalances"));
    }

    private static async Task SeeAsync(ServiceStage stage, HostId host, Reachability reachability, string? run, TimeSpan seenAgo = default)
    {
        await using var db = await stage.OpenAsync();
        var status = await db.HostStatus.SingleAsync(s => s.HostId == host);
        var now = stage.Clock.GetUtcNow();
        (status.Since, status.Reachability, status.EngineRun, status.LastSeenAt) = (status.Reachability == reachability ? status.Since : now, reachability, run, now - seenAgo);
        await db.SaveChangesAsync();
    }
}
