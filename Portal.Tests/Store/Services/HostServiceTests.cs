using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Model;
using Portal.Core.State.Services;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class HostServiceTests(StoreFixture fixture)
{
    [Fact]
    public async Task A_host_is_tried_and_then_stored()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "a");

        var (host, created) = await stage.Hosts.PutAsync(Admin, "h1", new HostRequest("ssh://root@h1.example", Labels: labels), default);
        var (again, createdAgain) = await stage.Hosts.PutAsync(Admin, "h1", new HostRequest("ssh://root@h1.example", Grace: TimeSpan.FromSeconds(30)), default);

        Assert.Equal((true, "h1.example", "Ready", TimeSpan.FromSeconds(15)), (created, host.Address, host.State, host.Grace));
        Assert.Equal((false, host.Id, "a", TimeSpan.FromSeconds(30)), (createdAgain, again.Id, again.Labels["zone"], again.Grace));
        Assert.All(stage.Probe.Tried, t => Assert.Equal(host.Id, t.ClaimFor));
    }

    [Fact]
    public async Task What_the_engine_says_is_the_refusal()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        stage.Probe.Failure = new EngineException(EngineError.Unreachable, "dial tcp: connection refused");

        var refused = await RefusedAsync(RefusalKind.Unprocessable, () => stage.Hosts.PutAsync(Admin, "h1", new HostRequest("tcp://h1.example:2375"), default));

        Assert.Contains("connection refused", refused.Message);
        Assert.Empty(await stage.Hosts.ListAsync(Admin, default));
    }

    [Fact]
    public async Task Every_fault_is_told_at_once()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);

        var refused = await RefusedAsync(RefusalKind.Invalid, () => stage.Hosts.PutAsync(Admin, "Bad_Name",
            new HostRequest("http://h1", "a b", ImmutableSortedDictionary<string, string>.Empty.Add("-x", "y"), Grace: TimeSpan.FromSeconds(1)), default));

        Assert.Equal(["address", "endpoint", "grace", "labels.-x", "name"], refused.Faults.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.Empty(stage.Probe.Tried);
    }

    [Fact]
    public async Task Every_part_of_the_certificates_is_judged_by_itself()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);

        var refused = await RefusedAsync(RefusalKind.Invalid, () => stage.Hosts.PutAsync(Admin, "h1", new HostRequest("tcp://h1:2376", "h1:1", Tls: new EngineTls("1", "2", "3")), default));

        Assert.Equal(["address", "tls.ca", "tls.cert", "tls.key"], refused.Faults.Select(f => f.Path));
    }

    [Fact]
    public async Task One_endpoint_is_one_host()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.HostAsync("h1");

        await RefusedAsync(RefusalKind.Conflict, () => stage.Hosts.PutAsync(Admin, "h2", new HostRequest("tcp://h1.example:2375"), default));
    }

    [Fact]
    public async Task A_host_that_goes_by_force_is_cleared_keeps_its_data_and_gets_it_back()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "db", Spec(), Any, default);
        await stage.InstanceAsync(app, 1, host);
        await using (var db = await stage.OpenAsync())
        {
            db.Volumes.Add(new VolumeRow { TeamId = app.TeamId, AppName = "db", Slot = 1, Name = "data", HostId = host, CreatedAt = stage.Clock.GetUtcNow(), LastUsedAt = stage.Clock.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        var cleaner = stage.Get<FakeCleaner>();
        cleaner.Result = new CleanedHost(1, ["portal.default.db.1"], "It took too long.");

        var refused = await RefusedAsync(RefusalKind.Conflict, () => stage.Hosts.DeleteAsync(Admin, "h1", force: false, default));
        Assert.Contains("1 instance and 1 volume (default/db.1 data)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("onHostLoss: startEmpty", refused.Message, StringComparison.Ordinal);
        Assert.Empty(cleaner.Asked);
        await stage.Hosts.DeleteAsync(Admin, "h1", force: true, default);

        Assert.Equal(["tcp://h1.example:2375"], cleaner.Asked);
        var volume = Assert.Single(await stage.Apps.ListVolumesAsync(Admin, "default", "db", default));
        Assert.Equal((host, "a removed host"), (volume.HostId, volume.Host));
        await using (var db = await stage.OpenAsync())
        {
            var told = db.Events.Where(e => e.HostId == host).ToDictionary(e => e.Kind, e => e.Message);
            Assert.Contains("with 1 instance and 1 volume (default/db.1 data) on it", told["HostRemoved"], StringComparison.Ordinal);
            Assert.Contains("portal.default.db.1): It took too long.", told["HostNotCleaned"], StringComparison.Ordinal);
        }

        stage.Probe.Former["tcp://other.example:2375"] = host;
        var (again, _) = await stage.Hosts.PutAsync(Admin, "h9", new HostRequest("tcp://other.example:2375"), default);

        Assert.Equal(host, again.Id);
        Assert.Equal("h9", Assert.Single(await stage.Apps.ListVolumesAsync(Admin, "default", "db", default)).Host);
    }

    [Fact]
    public async Task A_host_with_instances_goes_only_by_force()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        await stage.InstanceAsync(app, 1, host);

        await RefusedAsync(RefusalKind.Conflict, () => stage.Hosts.DeleteAsync(Admin, "h1", force: false, default));
        await stage.Hosts.DeleteAsync(Admin, "h1", force: true, default);

        await RefusedAsync(RefusalKind.NotFound, () => stage.Hosts.GetAsync(Admin, "h1", default));
    }

    [Fact]
    public async Task A_drain_says_first_what_cannot_move_then_what_moves_where()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var h1 = await stage.HostAsync("h1");
        await stage.HostAsync("h2");
        var (web, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        var (stuck, _) = await stage.Apps.PutAsync(Admin, "default", "zstuck", Spec(change: s => s with { Placement = s.Placement with { Constraints = ["host.name == h1"] } }), Any, default);
        await stage.InstanceAsync(web, 1, h1);
        await stage.InstanceAsync(stuck, 1, h1);

        var plan = await stage.Hosts.PlanAsync(Admin, "h1", LeavingKind.Drain, default);

        Assert.Equal("Of 2 instances 1 would move, 1 cannot move.", plan.Summary);
        Assert.Equal([MoveOutcome.Stays, MoveOutcome.Moves], plan.Moves.Select(m => m.Outcome));
        Assert.StartsWith("default/zstuck replica 1 cannot move", plan.Moves[0].Sentence, StringComparison.Ordinal);
        Assert.Contains("it would fit without the constraint host.name == h1, on h2", plan.Moves[0].Sentence, StringComparison.Ordinal);
        Assert.Equal(("h1", "h2", "default/web replica 1 moves to h2."), (plan.Moves[1].From, plan.Moves[1].To, plan.Moves[1].Sentence));
    }

    [Fact]
    public async Task The_plan_of_a_loss_names_what_would_fit_nowhere_and_what_waits_for_its_data()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var h1 = await stage.HostAsync("h1");
        await stage.HostAsync("h2");
        var (big, _) = await stage.Apps.PutAsync(Admin, "default", "big", Spec(change: s => s with { Resources = new ResourcesSpec { Reservations = new Resources(0, 1L << 50) } }), Any, default);
        var (web, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        await stage.InstanceAsync(big, 1, h1);
        await stage.InstanceAsync(web, 1, h1);

        var plan = await stage.Hosts.PlanAsync(Admin, "h1", LeavingKind.Loss, default);

        Assert.Equal("Of 2 instances 1 would move, 1 would fit nowhere.", plan.Summary);
        Assert.StartsWith("default/big replica 1 would fit nowhere: 0 of 2 hosts fit", plan.Moves[0].Sentence, StringComparison.Ordinal);
        var forecast = LossForecaster.Of(await PaperCluster.ReadAsync(stage.Get<Portal.Core.State.Readers.ControlReader>(), default), stage.Clock.GetUtcNow());
        Assert.Equal(("big", 1, 0), (forecast.Hosts[h1].Apps[0].App, forecast.Hosts[h1].Apps[0].Unfit, forecast.Hosts[h1].Apps[0].Waiting));
        Assert.Equal(1, forecast.Hosts[h1].Moving);
        await RefusedAsync(RefusalKind.Forbidden, () => stage.Hosts.PlanAsync(new Actor { Name = "dev@example.org" }, "h1", LeavingKind.Loss, default));
    }

    [Fact]
    public async Task The_local_engine_is_registered_only_before_any_host_was()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.HostAsync("h1");
        await stage.Hosts.DeleteAsync(Admin, "h1", force: false, default);
        var tried = stage.Probe.Tried.Count;

        var local = stage.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<LocalHostRegistration>().Single();
        Assert.True(await local.TryOnceAsync(tells: false, default));

        Assert.Equal(tried, stage.Probe.Tried.Count);
        Assert.Empty(await stage.Hosts.ListAsync(Admin, default));
    }

    [Fact]
    public async Task Certificates_are_stored_protected_and_kept_for_the_same_endpoint()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        using var pair = TestPair.Make(stage.Clock.GetUtcNow());
        var tls = new EngineTls(pair.Pem, pair.Pem, pair.Key);

        var (host, _) = await stage.Hosts.PutAsync(Admin, "h1", new HostRequest("tcp://h1.example:2376", Tls: tls), default);
        await stage.Hosts.PutAsync(Admin, "h1", new HostRequest("tcp://h1.example:2376"), default);

        Assert.Equal(tls, stage.Probe.Tried[^1].Endpoint.Tls);
        Assert.NotNull(host.CertificateExpiresAt);
        await using var db = await stage.OpenAsync();
        Assert.DoesNotContain("PRIVATE KEY", (await db.Hosts.SingleAsync()).ProtectedTls!);
    }
}
