using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class AppServiceTests(StoreFixture fixture)
{
    [Fact]
    public async Task The_same_spec_again_changes_nothing()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var first = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 2), Any, default);
        var again = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);

        Assert.True(first.Created);
        Assert.False(again.Created);
        Assert.Equal((1, 1, 2), (again.App.Generation, again.App.Revision, again.App.Replicas));
        Assert.Equal(1, await stage.CountAsync("SELECT count(*) FROM events"));
    }

    public static TheoryData<string, int, int> Changes => new()
    {
        { "image", 2, 2 }, { "env", 2, 2 }, { "placement", 2, 1 }, { "replicas", 2, 1 }, { "probe", 2, 1 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Only_what_changes_a_container_makes_a_revision(string what, int generation, int revision)
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        var wanted = what switch
        {
            "image" => Spec("nginx:1.28"),
            "env" => Spec(change: s => s with { Env = s.Env.Add("K", "v") }),
            "placement" => Spec(change: s => s with { Placement = s.Placement with { Constraints = ["host.name != x"] } }),
            "probe" => Spec(change: s => s with { Health = s.Health with { Interval = TimeSpan.FromSeconds(7) } }),
            _ => Spec(replicas: 5),
        };

        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", wanted, new ChangeOptions(Message: "why"), default);

        Assert.Equal((generation, revision), (app.Generation, app.Revision));
        var revisions = await stage.Apps.ListRevisionsAsync(Admin, "default", "web", default);
        Assert.Equal(revision, revisions.Length);
        Assert.Equal(revision == 2 ? "why" : null, revisions[0].Message);
    }

    [Fact]
    public async Task A_deploy_always_makes_a_revision_and_keeps_the_rest()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 3, change: s => s with { Env = s.Env.Add("K", "v") }), Any, default);

        var same = await stage.Apps.DeployAsync(Admin, "default", "web", null, Any, default);
        var other = await stage.Apps.DeployAsync(Admin, "default", "web", "nginx:1.28", new ChangeOptions(Message: "newer"), default);

        Assert.Equal((2, "nginx:1.27"), (same.Revision, same.Spec.Image));
        Assert.Equal((3, "nginx:1.28", 3, "v"), (other.Revision, other.Spec.Image, other.Replicas, other.Spec.Env["K"]));
        await RefusedAsync(RefusalKind.Invalid, () => stage.Apps.DeployAsync(Admin, "default", "web", "Not An Image", Any, default));
    }

    [Fact]
    public async Task Stop_outlives_put_and_scale_and_restart_keeps_the_revision()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        await stage.Apps.StopAsync(Admin, "default", "web", Any, default);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec("nginx:1.28"), Any, default);
        var scaled = await stage.Apps.ScaleAsync(Admin, "default", "web", 4, Any, default);
        var restarted = await stage.Apps.RestartAsync(Admin, "default", "web", Any, default);
        var started = await stage.Apps.StartAsync(Admin, "default", "web", Any, default);

        Assert.True(scaled.Stopped);
        Assert.Equal(2, restarted.Revision);
        Assert.Equal((false, 6), (started.Stopped, started.Generation));
        Assert.Equal(5, await stage.CountAsync("SELECT restart_generation FROM apps"));
    }

    [Fact]
    public async Task A_global_app_has_no_replica_count()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "agent", Spec(change: s => s with { Kind = AppKind.Global }), Any, default);

        Assert.Equal(0, app.Replicas);
        await RefusedAsync(RefusalKind.Unprocessable, () => stage.Apps.ScaleAsync(Admin, "default", "agent", 2, Any, default));
        var (service, _) = await stage.Apps.PutAsync(Admin, "default", "agent", Spec(), Any, default);
        Assert.Equal(1, service.Replicas);
    }

    [Fact]
    public async Task Of_racing_changes_with_one_generation_one_wins()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);

        var results = await Task.WhenAll(Enumerable.Range(2, 8).Select(n => TryAsync(() => stage.Apps.ScaleAsync(Admin, "default", "web", n, new ChangeOptions(IfMatch: 1), default))));

        Assert.Single(results, r => r is null);
        Assert.All(results.Where(r => r is not null), r => Assert.Equal(RefusalKind.Conflict, r!.Kind));
        Assert.Equal(2, (await stage.Apps.GetAsync(Admin, "default", "web", default)).Generation);
    }

    [Fact]
    public async Task Of_racing_creations_that_must_be_first_one_wins()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TryAsync(() => stage.Apps.PutAsync(Admin, "default", "web", Spec(), new ChangeOptions(IfMatch: 0), default))));

        Assert.Single(results, r => r is null);
        Assert.All(results.Where(r => r is not null), r => Assert.Equal(RefusalKind.Conflict, r!.Kind));
    }

    [Fact]
    public async Task A_deleted_app_is_gone_for_users_and_its_name_is_free()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (old, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        await stage.Apps.DeleteAsync(Admin, "default", "web", volumes: true, Any, default);

        await RefusedAsync(RefusalKind.NotFound, () => stage.Apps.GetAsync(Admin, "default", "web", default));
        Assert.Empty(await stage.Apps.ListAsync(Admin, new AppQuery(), default));
        var (fresh, created) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        Assert.True(created);
        Assert.NotEqual(old.Id, fresh.Id);
        await using var db = await stage.OpenAsync();
        Assert.True(await db.Apps.AnyAsync(a => a.Id == old.Id && a.DeletedAt != null && a.DeleteVolumes && a.Generation == 2));
    }

    [Fact]
    public async Task A_quota_names_each_bound_and_holds_in_races()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Teams.PutAsync(Admin, "shop", null, new Quota(Cpus: 2, MemoryBytes: 1L << 30, Instances: 4), default);
        AppRequest Hungry(int replicas) => Spec(replicas: replicas, change: s => s with { Resources = s.Resources with { Reservations = new Resources(0.5, 256L << 20) } });

        var refused = await RefusedAsync(RefusalKind.Unprocessable, () => stage.Apps.PutAsync(Admin, "shop", "big", Hungry(5), Any, default));
        Assert.Equal(["replicas", "resources.reservations.cpus", "resources.reservations.memory"], refused.Faults.Select(f => f.Path).Order());

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => TryAsync(() => stage.Apps.PutAsync(Admin, "shop", $"app{n}", Hungry(2), Any, default))));
        Assert.Equal(2, results.Count(r => r is null));
        Assert.Equal(4, (await stage.Apps.ListAsync(Admin, new AppQuery(Team: "shop"), default)).Sum(a => a.Replicas));
    }

    [Fact]
    public async Task Under_a_quota_lowered_since_one_can_still_scale_down()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 5), Any, default);
        await stage.Teams.PutAsync(Admin, "default", null, new Quota(Instances: 2), default);

        await RefusedAsync(RefusalKind.Unprocessable, () => stage.Apps.ScaleAsync(Admin, "default", "web", 6, Any, default));
        Assert.Equal(4, (await stage.Apps.ScaleAsync(Admin, "default", "web", 4, Any, default)).Replicas);
    }

    [Fact]
    public async Task A_refusal_changes_nothing_but_the_audit()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var viewer = await stage.UserAsync("v@example.org", "default", TeamRole.Viewer);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        var events = await stage.CountAsync("SELECT count(*) FROM events");

        await RefusedAsync(RefusalKind.Forbidden, () => stage.Apps.ScaleAsync(viewer, "default", "web", 9, Any, default));

        var last = (await stage.History.ListAuditAsync(Admin, null, 1, default))[0];
        Assert.Equal(("v@example.org", "app.scale", "default/web", "Forbidden", "192.0.2.1"), (last.Actor, last.Action, last.Target, last.Result, last.RemoteAddress));
        Assert.Equal(events, await stage.CountAsync("SELECT count(*) FROM events"));
        Assert.Equal(1, (await stage.Apps.GetAsync(viewer, "default", "web", default)).Replicas);
    }

    private static async Task<RefusedException?> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RefusedException refused)
        {
            return refused;
        }
    }
}
