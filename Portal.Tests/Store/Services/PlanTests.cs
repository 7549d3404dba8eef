using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>Plans say what the controller would do, and change nothing.</summary>
public sealed class PlanTests(StoreFixture fixture)
{
    [Fact]
    public async Task A_new_app_is_spread_over_the_hosts()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.HostAsync("h1");
        await stage.HostAsync("h2");

        var plan = await stage.Apps.PlanAsync(Admin, "default", "web", Spec(replicas: 2), default);

        Assert.Equal(["h1", "h2"], plan.Steps.Select(s => s.Host).Order());
        Assert.All(plan.Steps, s => Assert.Equal("noRestart", s.Effect));
        Assert.Equal($"create replica 1 on {plan.Steps[0].Host}", plan.Steps[0].Sentence);
        Assert.Equal(0, await stage.CountAsync("SELECT count(*) FROM apps"));
    }

    [Fact]
    public async Task Further_containers_are_named()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.HostAsync("h1");
        static PartSpec Part(string name, int memory = 0) => new() { Name = name, Image = "a", Resources = new ResourcesSpec { Reservations = new Resources(0, memory * (1L << 30)) } };

        var plan = await stage.Apps.PlanAsync(Admin, "default", "web", Spec(change: s => s with { InitContainers = [Part("migrate")], Sidecars = [Part("log"), Part("proxy")] }), default);
        var large = await stage.Apps.PlanAsync(Admin, "default", "web", Spec(change: s => s with { Sidecars = [Part("log", 5), Part("proxy", 4)] }), default);

        Assert.Equal("create replica 1 on h1, with init container migrate; sidecars log and proxy", Assert.Single(plan.Steps).Sentence);
        Assert.Empty(large.Steps);
        Assert.Contains("memory", string.Join(' ', large.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_image_replaces_every_slot()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var hosts = new[] { await stage.HostAsync("h1"), await stage.HostAsync("h2") };
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 4), Any, default);
        for (var slot = 1; slot <= 4; slot++)
        {
            await stage.InstanceAsync(app, slot, hosts[slot % 2]);
        }

        var plan = await stage.Apps.PlanAsync(Admin, "default", "web", Spec("nginx:1.28"), default);

        Assert.Equal([1, 2, 3, 4], plan.Steps.Select(s => s.Slot!.Value).Order());
        Assert.All(plan.Steps, s => Assert.Equal("restart", s.Effect));
        Assert.All(plan.Steps, s => Assert.EndsWith("revision 2 replaces revision 1", s.Sentence));
        Assert.Equal("image", Assert.Single(plan.Changes).Path);
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public async Task What_makes_a_new_app_stop_first_is_said()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.HostAsync("h1");

        var plan = await stage.Apps.PlanAsync(Admin, "default", "db", Spec(change: s => s with { Volumes = [new VolumeSpec("data", "/data")] }), default);
        var asked = await stage.Apps.PlanAsync(Admin, "default", "web", Spec(change: s => s with { Update = s.Update with { Order = UpdateOrder.StopFirst } }), default);

        Assert.Equal(["Order is stopFirst, one at a time, because its volume data can be written by one container at a time."], plan.Notes);
        Assert.Empty(asked.Notes);
    }

    [Fact]
    public async Task A_fixed_port_interrupts_and_says_why()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        AppRequest Wanted(string image) => Spec(image, change: s => s with { Ports = [new PortSpec("http", 80, 8080)] });
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Wanted("nginx:1.27"), Any, default);
        await stage.InstanceAsync(app, 1, host);

        var plan = await stage.Apps.PlanAsync(Admin, "default", "web", Wanted("nginx:1.28"), default);

        var step = Assert.Single(plan.Steps);
        Assert.Equal(("h1", 1, "interrupt"), (step.Host, step.Slot, step.Effect));
        Assert.Equal(["Order is stopFirst, one host at a time, because its host port 8080 can be used by one container at a time."], plan.Notes);
        Assert.Equal("for about 10 s, because its host port 8080 can be used by one container at a time", plan.Interruption);
    }

    [Fact]
    public async Task Scaling_down_stops_and_scaling_up_beyond_the_room_is_noted()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        AppRequest Wanted(int replicas) => Spec(replicas: replicas, change: s => s with { Resources = s.Resources with { Reservations = new Resources(3, 0) } });
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Wanted(2), Any, default);
        await stage.InstanceAsync(app, 1, host);
        await stage.InstanceAsync(app, 2, host);

        var down = await stage.Apps.PlanAsync(Admin, "default", "web", Wanted(1), default);
        var up = await stage.Apps.PlanAsync(Admin, "default", "web", Wanted(3), default);

        Assert.Equal("stop replica 2 on h1: scaled to 1", Assert.Single(down.Steps).Sentence);
        Assert.Empty(up.Steps);
        Assert.StartsWith("Replica 3 fits nowhere: ", Assert.Single(up.Notes));
        Assert.Equal("replicas", Assert.Single(up.Changes).Path);
    }

    [Fact]
    public async Task The_same_spec_changes_nothing()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        await stage.InstanceAsync(app, 1, host);

        var plan = await stage.Apps.PlanAsync(Admin, "default", "web", Spec(), default);

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Changes);
        Assert.Equal(["Nothing changes."], plan.Notes);
    }

    [Fact]
    public async Task A_large_rollout_is_planned_whole()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var hosts = new[] { await stage.HostAsync("h1"), await stage.HostAsync("h2"), await stage.HostAsync("h3") };
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 300), Any, default);
        for (var slot = 1; slot <= 300; slot++)
        {
            await stage.InstanceAsync(app, slot, hosts[slot % 3]);
        }

        var plan = await stage.Apps.PlanAsync(Admin, "default", "web", Spec("nginx:1.28"), default);

        Assert.Equal(300, plan.Steps.Select(s => s.Slot).Distinct().Count());
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public async Task What_a_put_would_refuse_has_no_plan()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Teams.PutAsync(Admin, "default", null, new Quota(Instances: 2), default);
        var deployer = await stage.UserAsync("d@example.org", "default");

        await RefusedAsync(RefusalKind.Unprocessable, () => stage.Apps.PlanAsync(deployer, "default", "web", Spec(replicas: 3), default));
        await RefusedAsync(RefusalKind.Forbidden, () => stage.Apps.PlanAsync(deployer, "default", "web", Spec(change: s => s with { Network = "host" }), default));
    }
}
